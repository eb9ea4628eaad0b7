"""Curves keep their extremes and their gaps."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comfydoctor.ui.charts.decimate import decimate, value_at

FLOATS = st.floats(-1e6, 1e6, allow_nan=False)


@settings(max_examples=50, deadline=None)
@given(st.lists(FLOATS, min_size=1, max_size=3000), st.integers(10, 300))
def test_lowest_and_highest_value_survive(values, columns):
    times = np.arange(len(values), dtype=float)
    _, y = decimate(times, values, 0.0, float(len(values)), columns)
    assert np.nanmin(y) == min(values)
    assert np.nanmax(y) == max(values)
    assert y.size <= 3 * (2 * columns + 4) or y.size <= len(values) + 1


def test_a_day_becomes_a_few_hundred_points():
    times = np.arange(86_400.0)
    x, y = decimate(times, np.sin(times), 0.0, 86_400.0, 400)
    assert x.size == y.size <= 2 * 400 + 3


def test_a_pause_in_the_readings_is_a_gap():
    times = [0.0, 1.0, 2.0, 60.0, 61.0]
    x, y = decimate(times, [1.0] * 5, 0.0, 100.0, 100)
    gaps = np.flatnonzero(np.isnan(y))
    assert x[gaps[0]] == 2.0
    assert np.count_nonzero(~np.isnan(y)) == 5


def test_a_reading_that_is_missing_is_a_gap_and_never_zero():
    _, y = decimate([0.0, 1.0, 2.0, 3.0], [5.0, math.nan, 7.0, 8.0], 0.0, 4.0, 100)
    assert list(y[~np.isnan(y)]) == [5.0, 7.0, 8.0]
    assert np.isnan(y[1])


def test_nothing_gives_nothing():
    x, y = decimate([], [], 0.0, 1.0, 10)
    assert x.size == y.size == 0
    x, y = decimate([1.0], [math.nan], 0.0, 2.0, 10)
    assert not np.any(~np.isnan(y))


@pytest.mark.parametrize(("when", "value"), [(1.2, 20.0), (9.0, 30.0)])
def test_the_crosshair_reads_the_nearest_value(when, value):
    times, values = np.array([0.0, 1.0, 8.0]), np.array([10.0, 20.0, 30.0])
    assert value_at(times, values, when, 2.0) == value


def test_the_crosshair_reads_nothing_inside_a_gap():
    times, values = np.array([0.0, 100.0]), np.array([10.0, 20.0])
    assert math.isnan(value_at(times, values, 50.0, 5.0))
    assert math.isnan(value_at(times[:0], values[:0], 50.0, 5.0))
