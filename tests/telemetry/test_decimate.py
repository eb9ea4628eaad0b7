"""The picture keeps its extremes and its gaps."""

import math
from array import array

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comfydoctor.telemetry.decimate import decimate, extremes
from comfydoctor.telemetry.series import Window

STEADY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy computer is no failure."""

VALUES = st.lists(st.floats(-1e9, 1e9) | st.just(math.nan), min_size=0, max_size=400)


def window(values, start=0.0, step=1.0):
    times = array("d", (start + step * place for place in range(len(values))))
    return Window(times, array("d", values))


@STEADY
@given(VALUES, st.integers(1, 50))
def test_extremes_are_those_of_the_raw_readings(values, columns):
    raw = window(values)
    drawn = decimate(raw, columns, 0, max(1, len(values)))
    assert len(drawn) <= max(4 * columns, len(raw) if len(raw) <= 2 * columns else 0)
    for mine, real in zip(extremes(drawn), extremes(raw), strict=True):
        assert mine == real or (math.isnan(mine) and math.isnan(real))


@STEADY
@given(VALUES, st.integers(1, 50))
def test_every_drawn_point_is_a_reading_in_its_own_order(values, columns):
    raw = window(values)
    drawn = decimate(raw, columns, 0, max(1, len(values)))
    assert list(drawn.times) == sorted(set(drawn.times))
    for time, value in zip(drawn.times, drawn.values, strict=True):
        original = raw.values[int(time)]
        assert value == original or (math.isnan(value) and math.isnan(original))


def test_every_column_keeps_its_own_extremes():
    raw = window([math.sin(n / 7) * n for n in range(1000)])
    drawn = decimate(raw, 10, 0, 1000)
    for column in range(10):
        real = raw.values[column * 100 : (column + 1) * 100]
        mine = [
            value
            for time, value in zip(drawn.times, drawn.values, strict=True)
            if column * 100 <= time < (column + 1) * 100
        ]
        assert (min(mine), max(mine)) == (min(real), max(real))


def test_a_long_sleep_stays_a_gap_though_its_marker_shares_a_column():
    times = array("d", [*range(100), 99.5, *range(700, 800)])
    values = array("d", [*[1.0] * 100, math.nan, *[2.0] * 100])
    drawn = decimate(Window(times, values), 8, 0, 800)
    places = [place for place, value in enumerate(drawn.values) if math.isnan(value)]
    assert len(places) == 1
    assert list(drawn.values[: places[0]]) == [1.0] * places[0]
    assert set(drawn.values[places[0] + 1 :]) == {2.0}


def test_few_readings_are_left_as_they_are():
    raw = window([1, 2, 3])
    assert decimate(raw, 10, 0, 3) is raw
    assert decimate(raw, 0, 0, 3) is raw
    assert decimate(raw, 1, 3, 3) is raw


def test_nothing_has_no_extremes():
    assert all(math.isnan(value) for value in extremes(window([])))
    assert all(math.isnan(value) for value in extremes(window([math.nan])))
