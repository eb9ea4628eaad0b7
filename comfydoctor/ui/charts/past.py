"""What is drawn of a series: what was recorded, and after it the newest readings."""

from dataclasses import dataclass

import numpy as np

from comfydoctor.model.stretch import Stretch
from comfydoctor.ui.charts.decimate import Floats
from comfydoctor.ui.readings import Series


@dataclass(frozen=True)
class Line:
    """Points of one curve, and the seconds that lie between two of them at most."""

    times: Floats
    values: Floats
    step: float = 0.0
    """0: as the readings came."""


NOTHING = Line(np.empty(0), np.empty(0))


def of_stretch(stretch: Stretch) -> Line:
    """Both extremes of each row, in its middle."""
    times = np.asarray(stretch.times, np.float64)
    if not stretch.step:
        return Line(times, np.asarray(stretch.last, np.float64))
    middles = np.repeat(times + stretch.step / 2, 2)
    extremes = np.column_stack([stretch.low, stretch.high]).ravel()
    return Line(middles, extremes, stretch.step)


def of_series(series: Series) -> Line:
    """The readings that the window heard itself."""
    times = np.fromiter(series.times, np.float64, len(series.times))
    values = np.fromiter(series.values, np.float64, len(series.values))
    return Line(times, values)


def together(past: Line, now: Line) -> Line:
    """One after the other; where both know, what was recorded is drawn."""
    if not past.times.size:
        return now
    newer = now.times > past.times[-1]
    return Line(
        np.concatenate([past.times, now.times[newer]]),
        np.concatenate([past.values, now.values[newer]]),
        past.step,
    )
