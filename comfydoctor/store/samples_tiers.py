"""How finely readings are kept, and for how long."""

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

from comfydoctor.model.metric import METRICS, Unit
from comfydoctor.model.stretch import Stretch

HOUR = 3600
DAY = 86_400
TIME_GRAINS = 10.0
"""Times are kept to a tenth of a second."""
GRAINS = {
    Unit.PERCENT: 10.0,
    Unit.BYTES: 1 / 65_536,
    Unit.CELSIUS: 10.0,
    Unit.WATT: 10.0,
    Unit.SECONDS: 10_000.0,
    Unit.COUNT: 100.0,
    Unit.BYTES_PER_SECOND: 1 / 1024,
    Unit.MEGAHERTZ: 1.0,
}
"""Grains in one of a unit: what sources tell is kept as they tell it, but for memory
to 64 kB and power to a tenth of a watt."""
_METRIC_GRAINS = {metric.id: GRAINS[metric.unit] for metric in METRICS}


@dataclass(frozen=True)
class Tier:
    """Readings gathered over ``step`` seconds, in chunks of ``length`` seconds."""

    step: int
    """0: every reading."""
    length: int


RAW = Tier(0, HOUR)
ROLLED = (
    Tier(10, 6 * HOUR),
    Tier(60, DAY),
    Tier(600, 10 * DAY),
    Tier(HOUR, 100 * DAY),
)
TIERS = (RAW, *ROLLED)


@dataclass(frozen=True)
class Retention:
    """Days for which each tier is kept."""

    raw: float = 7.0
    ten_seconds: float = 30.0
    minute: float = 120.0
    ten_minutes: float = 400.0
    hour: float = 400.0

    @property
    def days(self) -> tuple[float, ...]:
        """In the order of the tiers."""
        fine = (self.raw, self.ten_seconds, self.minute)
        return (*fine, self.ten_minutes, self.hour)


def grains_of(metric: str) -> float:
    """Grains per unit of a metric; 0, which keeps everything, for unknown ones."""
    return _METRIC_GRAINS.get(metric, 0.0)


def tier_for(seconds: float, points: int) -> Tier:
    """The coarsest tier that still has ``points`` in so many seconds."""
    finest = seconds / max(1, points)
    fitting = [tier for tier in TIERS if tier.step <= finest]
    return fitting[-1] if fitting else RAW


def roll(times: Sequence[float], values: Sequence[float], step: int) -> Stretch:
    """Lowest, mean, highest and last of each ``step`` seconds; times must rise.

    Where there is no reading, there is no row.
    """
    starts, low, mean, high, last = (array("d") for _ in range(5))
    place = 0
    while place < len(times):
        start = times[place] // step * step
        end = bisect_left(times, start + step, place)
        there = [value for value in values[place:end] if not isnan(value)]
        place = max(end, place + 1)
        if there:
            starts.append(start)
            low.append(min(there))
            mean.append(sum(there) / len(there))
            high.append(max(there))
            last.append(there[-1])
    return Stretch(starts, low, mean, high, last, float(step))


def cut(stretch: Stretch, start: float, end: float) -> Stretch:
    """What begins from ``start`` on and before ``end``."""
    low, high = bisect_left(stretch.times, start), bisect_left(stretch.times, end)
    if (low, high) == (0, len(stretch)):
        return stretch
    return stretch_of([column[low:high] for column in columns(stretch)], stretch.step)


def columns(stretch: Stretch) -> tuple[Sequence[float], ...]:
    """Its five columns."""
    return stretch.times, stretch.low, stretch.mean, stretch.high, stretch.last


def stretch_of(five: Sequence[Sequence[float]], step: float) -> Stretch:
    """A stretch of such columns."""
    times, low, mean, high, last = five
    return Stretch(times, low, mean, high, last, step)


def joined(parts: Sequence[Stretch], step: float) -> Stretch:
    """Parts one after the other; of one moment the later part counts."""
    parts = [part for part in parts if len(part)]
    if len(parts) == 1 and parts[0].step == step:
        return parts[0]
    made = [array("d") for _ in range(5)]
    for part in parts:
        for column, more in zip(made, columns(part), strict=True):
            column.extend(more)
    if any(b <= a for a, b in zip(made[0], made[0][1:], strict=False)):
        made = _sorted(made)
    return stretch_of(made, step)


def _sorted(made: Sequence["array[float]"]) -> list["array[float]"]:
    rows = {row[0]: row for row in zip(*made, strict=True)}
    ordered = [rows[time] for time in sorted(rows)]
    return [array("d", column) for column in zip(*ordered, strict=True)]
