"""From readings to the points a curve needs: extremes kept, gaps kept."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
LEAST_GAP = 12.0
"""Seconds; readings come every one to five."""


def decimate(
    times: Sequence[float] | Floats,
    values: Sequence[float] | Floats,
    start: float,
    end: float,
    columns: int,
    step: float = 0.0,
) -> tuple[Floats, Floats]:
    """Points for ``columns`` pixels between ``start`` and ``end``.

    In each column the lowest and the highest value stay; NaN parts two runs where
    a reading is NaN or none came for three times the usual distance, which is
    ``step`` seconds where that is known.
    """
    t = np.asarray(times, dtype=np.float64)
    v = np.asarray(values, dtype=np.float64)
    inside = (t >= start) & (t <= end)
    t, v = t[inside], v[inside]
    if not t.size:
        return t, v
    width = (end - start) / max(1, columns)
    xs: list[Floats] = []
    ys: list[Floats] = []
    for run_t, run_v in _runs(t, v, step):
        x, y = _thin(run_t, run_v, start, width)
        xs += [x, x[-1:]]
        ys += [y, np.array([np.nan])]
    return (np.concatenate(xs), np.concatenate(ys)) if xs else (t[:0], v[:0])


def _runs(t: Floats, v: Floats, step: float) -> list[tuple[Floats, Floats]]:
    # Not numpy's `median` and `unique`: they load numpy.ma, in the window's thread.
    steps = np.diff(t)
    half = steps.size // 2
    usual = step
    if steps.size and not step:
        usual = float(np.partition(steps, half)[half])
    breaks = np.flatnonzero(steps > max(LEAST_GAP, 3 * usual)) + 1
    holes = np.flatnonzero(np.isnan(v))
    cuts = np.sort(np.concatenate([breaks, holes, holes + 1]))
    parts = zip(np.split(t, cuts), np.split(v, cuts), strict=True)
    return [(a, b) for a, b in parts if a.size and not np.isnan(b[0])]


def _thin(t: Floats, v: Floats, start: float, width: float) -> tuple[Floats, Floats]:
    column = np.floor((t - start) / width).astype(np.int64)
    first = np.concatenate([[0], np.flatnonzero(np.diff(column)) + 1])
    if 2 * first.size >= t.size:
        return t, v
    lows = np.minimum.reduceat(v, first)
    highs = np.maximum.reduceat(v, first)
    middle = start + (column[first] + 0.5) * width
    return np.repeat(middle, 2), np.column_stack([lows, highs]).ravel()


def value_at(times: Floats, values: Floats, when: float, reach: float) -> float:
    """The reading nearest to ``when``, NaN when none is within ``reach`` seconds."""
    if not times.size:
        return float("nan")
    right = int(np.clip(np.searchsorted(times, when), 0, times.size - 1))
    left = max(0, right - 1)
    near = left if abs(times[left] - when) <= abs(times[right] - when) else right
    return float(values[near]) if abs(times[near] - when) <= reach else float("nan")
