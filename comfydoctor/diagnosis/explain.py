"""Any trace of trouble -> what it means: findings and the events below them."""

import io
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from comfydoctor.diagnosis.events import ErrorBlock, Facts, Reading
from comfydoctor.diagnosis.lines import cleaned
from comfydoctor.diagnosis.reading import read_lines, read_text
from comfydoctor.diagnosis.sieve import Sieve
from comfydoctor.diagnosis.signatures import Matcher
from comfydoctor.model.finding import Finding


@dataclass(frozen=True)
class Explanation:
    """What a text says and what it means."""

    findings: tuple[Finding, ...]
    """Root causes first; empty when nothing is known to be wrong."""
    events: Reading
    """What was read, before any judgement."""
    harmless: tuple[Finding, ...] = ()
    """Lines that look bad and are not."""
    unexplained: tuple[ErrorBlock, ...] = ()
    """Errors no cause accounts for."""


class Explainer:
    """Explains texts, files and streams with one catalogue."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher

    @cached_property
    def _sieve(self) -> Sieve:
        return Sieve(self._matcher.patterns.literals)

    def text(self, text: str | bytes, facts: Facts | None = None) -> Explanation:
        """Explain a text at hand; bytes may be UTF-8 or UTF-16."""
        data = text.encode() if isinstance(text, str) else text
        return self.stream(io.BytesIO(data), facts)

    def file(self, path: Path, facts: Facts | None = None) -> Explanation:
        """Explain a log file of any size."""
        with path.open("rb") as source:
            return self.stream(source, facts)

    def stream(self, source: BinaryIO, facts: Facts | None = None) -> Explanation:
        """Explain what is read from ``source`` to its end."""
        lines = tuple(cleaned(self._sieve.lines(source)))
        return self.reading(read_lines(lines, facts))

    def reading(self, reading: Reading, source: str = "log") -> Explanation:
        """Explain what has been read already."""
        findings = self._matcher.findings(reading, source)
        return Explanation(
            findings,
            reading,
            self._matcher.harmless(reading),
            _unexplained(reading, findings),
        )


def explain_stream(source: BinaryIO, matcher: Matcher) -> Explanation:
    """Explain a stream of log text; see `Explainer`."""
    return Explainer(matcher).stream(source)


def explain_text(text: str | bytes, matcher: Matcher) -> Explanation:
    """Explain a text of ordinary size, every line of it."""
    return Explainer(matcher).reading(read_text(text))


def _unexplained(
    reading: Reading, findings: tuple[Finding, ...]
) -> tuple[ErrorBlock, ...]:
    seen = {e.line for finding in findings for e in finding.evidence}
    return tuple(
        block
        for block in reading.blocks
        if block.kind not in {"callback", "validation"}
        and not any(n and block.start - 1 <= n <= block.end + 1 for n in seen)
    )
