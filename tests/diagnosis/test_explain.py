"""A text explained: findings, events, what is harmless, what is not explained."""

import io
import random
from pathlib import Path

import pytest

from comfydoctor.content.catalogue import Catalogue
from comfydoctor.diagnosis.explain import Explainer, explain_stream, explain_text
from comfydoctor.diagnosis.signatures import Matcher

MATCHER = Matcher(Catalogue())
UNKNOWN = (
    "!!! Exception during processing !!! the frobnicator is off\n"
    "Traceback (most recent call last):\n"
    '  File "/c/custom_nodes/frob/nodes.py", line 1, in run\n'
    "ValueError: the frobnicator is off\n"
)


def test_an_unknown_error_is_handed_on_with_its_pack() -> None:
    explanation = explain_text(UNKNOWN, MATCHER)
    assert explanation.findings == ()
    (block,) = explanation.unexplained
    assert (block.pack, block.exception) == ("frob", "ValueError")


def test_text_file_and_stream_say_the_same(tmp_path: Path) -> None:
    text = "OSError: [Errno 28] No space left on device\n"
    path = tmp_path / "comfyui.log"
    path.write_text(text)
    explainer = Explainer(MATCHER)
    said = explainer.text(text).findings
    assert said == explainer.file(path).findings
    assert said == explain_stream(io.BytesIO(text.encode()), MATCHER).findings
    assert said[0].cause == "disk-full"


@pytest.mark.parametrize("seed", range(6))
def test_broken_text_never_breaks_the_reader(seed: int) -> None:
    rng = random.Random(seed)
    data = bytearray(UNKNOWN.encode() * 20)
    for _ in range(200):
        data[rng.randrange(len(data))] = rng.randrange(256)
    for _ in range(20):
        cut = rng.randrange(len(data))
        Explainer(MATCHER).text(bytes(data[cut : cut + 800]))
