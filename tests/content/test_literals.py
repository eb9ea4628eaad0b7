"""The fixed texts that a pattern cannot match without."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comfydoctor.content.literals import required_literals, weakness


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        ("out of memory", ("out of memory",)),
        (r"HIP|CUDA out of memory", ("CUDA out of memory", "HIP")),
        (r"[Ee]xit code:? \d+", ("Exit code", "exit code")),
        (r"Errno (?:98|48)\]", ("Errno 48]", "Errno 98]")),
        (r"(?:very )?long words here", ("long words here",)),
        (r"\bUR error\b|DEVICE_LOST", ("DEVICE_LOST", "UR error")),
        (r"a*b?", ()),
        (r"(?i)out of memory", ()),
        (r"yes|\d+", ()),
    ],
)
def test_literals_of_a_pattern(pattern: str, literals: tuple[str, ...]) -> None:
    assert required_literals(pattern) == literals


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r".*", "without any fixed text"),
        (r"abc\d+", "too short"),
        (r"[^']+ is not in the list", "unbounded"),
        (r"No space left on device", ""),
    ],
)
def test_weak_patterns_are_refused(pattern: str, why: str) -> None:
    assert (why in weakness(pattern)) if why else weakness(pattern) == ""


PATTERNS = (
    r"Errno (?:98|48|10048)\]",
    r"[Ee]xit(?:ed with)? code:? \(?137",
    r"(?:Could not find|No distribution found for) (?P<name>mediapipe|torch)\b",
    r"'(?:int|str)' object is not (?:subscriptable|iterable)",
)


@given(st.sampled_from(PATTERNS), st.data())
def test_every_match_holds_one_of_its_literals(
    pattern: str, data: st.DataObject
) -> None:
    text = data.draw(st.from_regex(pattern))
    assert any(literal in text for literal in required_literals(pattern))
