"""Columns come back to the grain, and a damaged blob is said to be one."""

import math
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as some

from comfydoctor.errors import Damaged
from comfydoctor.store.samples_codec import grain, pack, unpack

NUMBERS = some.floats(allow_nan=True, allow_infinity=True)


@given(some.lists(NUMBERS, max_size=40), some.sampled_from([0.0, 1.0, 10.0, 1 / 65536]))
def test_every_value_comes_back_to_its_grain(values, grains):
    (found,) = unpack(pack([(values, grains)]))
    assert len(found) == len(values)
    for before, after in zip(values, found, strict=True):
        exact = array("d", [before]) == array("d", [after]) or (
            math.isnan(before) and math.isnan(after)
        )
        assert exact or abs(before - after) <= 0.5 / grains


def test_a_tenth_comes_back_as_written():
    values = [0.1, 0.2, 0.3, 99.9, 33.3]
    assert unpack(pack([(values, 10.0)])) == [values]
    assert [grain(value, 10.0) for value in values] == values


def test_several_columns_keep_their_order_and_an_empty_one_its_place():
    assert unpack(pack([([], 1.0), ([5.0], 1.0), ([], 0.0), ([1.0, 2.0], 0.0)])) == [
        [],
        [5.0],
        [],
        [1.0, 2.0],
    ]


def test_an_hour_of_steady_times_takes_next_to_nothing():
    times = [1_800_000_000.0 + second for second in range(3600)]
    assert len(pack([(times, 10.0)])) < 100


@given(some.integers(0, 10_000), some.integers(0, 255))
def test_a_flipped_byte_gives_numbers_or_damaged(place, flip):
    blob = bytearray(pack([([1.0, 2.0, 40.0], 10.0), ([3.5], 0.0)]))
    blob[place % len(blob)] ^= flip
    try:
        found = unpack(bytes(blob))
    except Damaged:
        return
    assert all(isinstance(value, float) for column in found for value in column)


@pytest.mark.parametrize("blob", [b"", b"x", pack([([1.0] * 100, 0.0)])[:-5]])
def test_what_is_cut_off_is_damaged(blob):
    with pytest.raises(Damaged):
        unpack(blob)
