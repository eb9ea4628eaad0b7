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
    mean: tuple[Floats, Floats] | None = None
    """Times and means, where ``values`` are lowest and highest in turns."""


NOTHING = Line(np.empty(0), np.empty(0))


def of_stretch(stretch: Stretch) -> Line:
    """Both extremes of each row, in its middle; at the end what was read last."""
    times = np.asarray(stretch.times, np.float64)
    if not stretch.step or not times.size:
        return Line(times, np.asarray(stretch.last, np.float64))
    middles, end = times + stretch.step / 2, times[-1:] + stretch.step
    last = np.asarray(stretch.last[-1:], np.float64)
    extremes = np.column_stack([stretch.low, stretch.high]).ravel()
    return Line(
        np.concatenate([np.repeat(middles, 2), end]),
        np.concatenate([extremes, last]),
        stretch.step,
        (
            np.concatenate([middles, end]),
            np.concatenate([np.asarray(stretch.mean, np.float64), last]),
        ),
    )


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
    more = now.times[newer], now.values[newer]
    mean = past.mean and _after(past.mean, more)
    return Line(*_after((past.times, past.values), more), past.step, mean)


def _after(
    first: tuple[Floats, Floats], then: tuple[Floats, Floats]
) -> tuple[Floats, Floats]:
    return np.concatenate([first[0], then[0]]), np.concatenate([first[1], then[1]])
