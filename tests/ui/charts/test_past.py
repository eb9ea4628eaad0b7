"""Recorded rows and fresh readings are one curve, with their gaps."""

import numpy as np

from comfydoctor.model.stretch import Stretch
from comfydoctor.ui.charts.decimate import decimate
from comfydoctor.ui.charts.past import NOTHING, Line, of_series, of_stretch, together
from comfydoctor.ui.readings import Series


def test_both_extremes_of_a_row_are_drawn():
    line = of_stretch(Stretch([0, 10], [1, 2], [3, 4], [5, 6], [4, 5], 10.0))
    assert line.times.tolist() == [5.0, 5.0, 15.0, 15.0, 20.0]
    assert line.values.tolist() == [1.0, 5.0, 2.0, 6.0, 5.0]
    assert line.mean[1].tolist() == [3.0, 4.0, 5.0]
    assert line.step == 10.0


def test_fresh_readings_go_on_where_the_recording_ends():
    series = Series()
    for second in range(5):
        series.add(float(second), second * 10.0)
    past = Line(np.array([0.0, 1.0, 2.0]), np.array([7.0, 7.0, 7.0]))
    assert together(past, of_series(series)).values.tolist() == [7, 7, 7, 30, 40]
    assert together(NOTHING, of_series(series)).times.size == 5


def test_rows_that_miss_break_the_curve():
    starts = [*range(0, 600, 60), *range(1200, 1800, 60)]
    some = [float(start) for start in starts]
    line = of_stretch(Stretch(some, some, some, some, some, 60.0))
    _, y = decimate(line.times, line.values, 0, 1800, 1000, line.step)
    assert np.isnan(y).sum() == 2  # after each of the two runs
    assert np.nanmax(y) == 1740.0
