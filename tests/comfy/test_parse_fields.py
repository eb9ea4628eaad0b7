import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comfydoctor.comfy import parse_fields as fields

ODD = [None, True, False, -1, math.nan, math.inf, 1e300, 10**400, "5", [], {}, 2**70]


@pytest.mark.parametrize("value", ODD)
def test_a_size_is_a_plain_number_of_bytes_or_not_known(value):
    assert fields.size(value) is None


def test_takes_sizes_up_to_a_petabyte():
    assert fields.size(0) == 0
    assert fields.size(25757220864.0) == 25757220864
    assert fields.size(1 << 50) == 1 << 50
    assert fields.size((1 << 50) + 1) is None


def test_true_is_no_number():
    assert fields.number(True) is None
    assert fields.whole(True) is None
    assert fields.number(1) == 1.0
    assert fields.whole(2**63) is None


def test_milliseconds_become_seconds_when_they_make_sense():
    assert fields.seconds(1795444015731) == 1795444015.731
    for odd in (0, -5, 1e300, None, "1"):
        assert fields.seconds(odd) is None


def test_shown_text_is_clean_and_capped_and_names_are_left_alone():
    hostile = "\x1b[31mred\x1b[0m\u202e\n" + "x" * 10_000
    assert "\x1b" not in fields.line(hostile)
    assert len(fields.line(hostile)) <= 200
    assert len(fields.lines("y" * 1_000_000)) < 70_000
    assert fields.name("a\u202eb") == "a\u202eb"
    assert fields.name("a\ud800") == "a?"
    assert fields.name({"a": 1}) == ""
    assert fields.name(7) == "7"


@given(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.just([{}])
    )
)
def test_no_field_raises(value):
    for read in (
        fields.mapping,
        fields.sequence,
        fields.line,
        fields.lines,
        fields.name,
        fields.number,
        fields.whole,
        fields.size,
        fields.seconds,
    ):
        read(value)
    list(fields.items(value))
    fields.line(value).encode()
    fields.name(value).encode()
