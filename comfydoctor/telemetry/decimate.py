"""Fewer points for the same picture: the lowest and highest of each column."""

from array import array
from collections.abc import Iterator
from math import isnan, nan

from comfydoctor.telemetry.series import Floats, Window


def decimate(window: Window, columns: int, start: float, end: float) -> Window:
    """Reduce to at most four points a column of the stretch from start to end.

    The lowest and highest reading of every column stay at their own times, so the
    drawn extremes are the real ones. A gap at a column's edge stays a gap; one that
    is narrower than a column is not seen.
    """
    if columns < 1 or end <= start or len(window) <= 2 * columns:
        return window
    times, values = array("d"), array("d")
    width = (end - start) / columns
    for low, high in _columns(window.times, start, width):
        for place in _chosen(window.values, low, high):
            times.append(window.times[place])
            values.append(window.values[place])
    return Window(times, values)


def _columns(times: Floats, start: float, width: float) -> Iterator[tuple[int, int]]:
    """First place and place after the last of each column that has readings."""
    low = 0
    while low < len(times):
        column = int((times[low] - start) // width)
        high = low + 1
        while high < len(times) and (times[high] - start) // width == column:
            high += 1
        yield low, high
        low = high


def _chosen(values: Floats, low: int, high: int) -> list[int]:
    """Places to keep of one column, rising."""
    real = [place for place in range(low, high) if not isnan(values[place])]
    if not real:
        return [low]
    lowest = min(real, key=values.__getitem__)
    highest = max(real, key=values.__getitem__)
    edges = {place for place in (low, high - 1) if isnan(values[place])}
    return sorted({lowest, highest} | edges)


def extremes(window: Window) -> tuple[float, float]:
    """Lowest and highest reading; NaN twice when there is none."""
    real = [value for value in window.values if not isnan(value)]
    return (min(real), max(real)) if real else (nan, nan)
