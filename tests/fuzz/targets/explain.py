"""Bytes of a log, as a stream, -> findings."""

import io

from comfydoctor.content.catalogue import Catalogue
from comfydoctor.diagnosis.explain import Explainer
from comfydoctor.diagnosis.signatures import Matcher
from tests.fuzz.targets._logs import SEEDS, WORDS

__all__ = ["SEEDS", "WORDS", "run"]

_EXPLAINER = Explainer(Matcher(Catalogue()))


def run(data: bytes) -> None:
    for finding in _EXPLAINER.stream(io.BytesIO(data)).findings:
        assert finding.title and finding.evidence
        finding.explanation.encode()
