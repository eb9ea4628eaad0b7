"""Very large logs: the same causes, little memory, right line numbers."""

import io
import random

import pytest

from comfydoctor.content.catalogue import Catalogue
from comfydoctor.diagnosis.explain import Explainer
from comfydoctor.diagnosis.sieve import WHOLE, Sieve
from comfydoctor.diagnosis.signatures import Matcher

ORDINARY = (
    "got prompt",
    "Requested to load SDXL",
    "loaded completely 9.5367431640625e+25 1560.802734375 True",
    " 50%|#####     | 15/30 [00:15<00:15,  1.33it/s]",
    "Prompt executed in 12.31 seconds",
)
TROUBLE = (
    "Cannot import /c/custom_nodes/P module for custom nodes: No module named 'cv2'",
    "OSError: [Errno 28] No space left on device",
    "warning, embedding:easy does not exist, ignoring",
)


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(Catalogue())


def big_log(trouble_at: dict[int, str], lines: int = 120_000) -> bytes:
    rng = random.Random(1)
    words = [rng.choice(ORDINARY) for _ in range(lines)]
    for number, text in trouble_at.items():
        words[number - 1] = text
    return "\n".join(words).encode()


def test_trouble_anywhere_is_found_with_its_line(matcher: Matcher) -> None:
    places = {100: TROUBLE[0], 60_000: TROUBLE[1], 119_990: TROUBLE[2]}
    data = big_log(places)
    assert len(data) > 2 * WHOLE
    found = Explainer(matcher).stream(io.BytesIO(data)).findings
    told = {finding.cause: finding.evidence[0].line for finding in found}
    assert told == {
        "node-deps-not-installed": 100,
        "disk-full": 60_000,
        "embedding-missing": 119_990,
    }


def test_a_utf16_log_is_read_as_well(matcher: Matcher) -> None:
    data = big_log({50: TROUBLE[1]}).decode().encode("utf-16")
    (finding,) = Explainer(matcher).stream(io.BytesIO(data)).findings
    assert (finding.cause, finding.evidence[0].line) == ("disk-full", 50)


def test_what_repeats_is_kept_only_at_first(matcher: Matcher) -> None:
    data = big_log(dict.fromkeys(range(1, 100_000, 2), TROUBLE[1]))
    kept = list(Sieve(matcher.patterns.literals).lines(io.BytesIO(data)))
    assert len(kept) < 60_000
    numbers = [number for number, _ in kept]
    assert numbers == sorted(set(numbers))


def test_a_file_without_line_ends_costs_no_memory(matcher: Matcher) -> None:
    data = b"x" * (6 << 20)
    kept = list(Sieve(matcher.patterns.literals).lines(io.BytesIO(data)))
    assert sum(len(line) for _, line in kept) < 2 << 20


@pytest.mark.parametrize("data", [b"", b"\n", b"\xff\xfe", b"\x00" * 10, b"\xff" * 99])
def test_odd_files_end_quietly(matcher: Matcher, data: bytes) -> None:
    assert Explainer(matcher).stream(io.BytesIO(data)).findings == ()
