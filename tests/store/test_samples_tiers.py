"""Rolling up keeps extremes; the tier follows from what is to be drawn."""

import math

from hypothesis import given
from hypothesis import strategies as some

from comfydoctor.model.stretch import Stretch
from comfydoctor.store.samples_tiers import (
    RAW,
    ROLLED,
    cut,
    grains_of,
    joined,
    roll,
    tier_for,
)

READINGS = some.dictionaries(
    some.integers(0, 5000), some.floats(-1e6, 1e6) | some.just(math.nan), max_size=60
)


@given(READINGS, some.sampled_from([10, 60, 600]))
def test_lowest_and_highest_are_those_of_the_readings(readings, step):
    times = sorted(readings)
    values = [readings[time] for time in times]
    rolled = roll(times, values, step)
    there = [value for value in values if not math.isnan(value)]
    assert (min(rolled.low, default=None), max(rolled.high, default=None)) == (
        min(there, default=None),
        max(there, default=None),
    )
    assert all(low <= high for low, high in zip(rolled.low, rolled.high, strict=True))
    assert all(time % step == 0 for time in rolled.times)


def test_each_column_says_what_it_is():
    rolled = roll([0, 1, 2, 3, 25], [1.0, math.nan, 5.0, 3.0, 9.0], 10)
    assert list(rolled.times) == [0.0, 20.0]
    assert list(rolled.low) == [1.0, 9.0]
    assert list(rolled.mean) == [3.0, 9.0]
    assert list(rolled.high) == [5.0, 9.0]
    assert list(rolled.last) == [3.0, 9.0]


def test_a_tier_has_points_enough():
    assert tier_for(300, 1500) is RAW
    assert tier_for(86_400, 1500).step == 10
    assert tier_for(7 * 86_400, 1500).step == 60
    assert tier_for(30 * 86_400, 1500).step == 600
    assert tier_for(400 * 86_400, 1500) is ROLLED[-1]


def test_parts_join_and_the_later_one_counts():
    one, other = roll([0, 10], [1.0, 1.0], 10), roll([10, 20], [2.0, 2.0], 10)
    assert list(joined([one, other], 10.0).mean) == [1.0, 2.0, 2.0]
    assert list(joined([other, one], 10.0).mean) == [1.0, 1.0, 2.0]
    assert len(joined([Stretch(), Stretch()], 10.0)) == 0


def test_a_cut_holds_its_start_and_not_its_end():
    whole = roll([0, 10, 20, 30], [1.0, 2.0, 3.0, 4.0], 10)
    assert list(cut(whole, 10, 30).times) == [10.0, 20.0]
    assert cut(whole, 0, 99) is whole


def test_an_unknown_metric_is_kept_exactly():
    assert grains_of("gpu.load") == 10.0
    assert grains_of("of.a.newer.version") == 0.0
