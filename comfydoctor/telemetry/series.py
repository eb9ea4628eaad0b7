"""Readings of the last hour or so in memory, oldest first; standard library only."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

from comfydoctor.model.metric import Sample

if TYPE_CHECKING:
    Floats = array[float]
else:
    Floats = array  # not subscriptable before Python 3.12

HOUR = 3600
"""Readings kept of each series: an hour at one a second, 56 kB."""
MOST_SERIES = 512
"""More than any real computer has; a server's word must not fill our memory."""


@dataclass(frozen=True)
class Window:
    """Times (Unix seconds, rising) and values of a stretch; NaN is a gap."""

    times: Floats
    values: Floats

    def __len__(self) -> int:
        return len(self.times)


class Series:
    """One metric of one subject. Keeps at least ``capacity`` readings.

    The arrays grow to twice the capacity and then lose their older half, so that a
    stretch is one slice and times can be searched.
    """

    def __init__(self, capacity: int = HOUR) -> None:
        self._capacity = max(1, capacity)
        self._times = array("d")
        self._values = array("d")

    def __len__(self) -> int:
        return len(self._times)

    def append(self, time: float, value: float) -> None:
        """Add a reading. When the clock was set back, what lies after goes.

        Times must rise for the search; a line that runs backwards tells nothing.
        """
        if self._times and time <= self._times[-1]:
            self._cut(bisect_left(self._times, time))
        self._times.append(time)
        self._values.append(value)
        if len(self._times) > 2 * self._capacity:
            del self._times[: self._capacity]
            del self._values[: self._capacity]

    def _cut(self, place: int) -> None:
        del self._times[place:]
        del self._values[place:]

    def between(self, start: float, end: float) -> Window:
        """Readings from start to end, both included."""
        low = bisect_left(self._times, start)
        high = bisect_left(self._times, end)
        while high < len(self._times) and self._times[high] <= end:
            high += 1
        return Window(self._times[low:high], self._values[low:high])

    @property
    def last(self) -> tuple[float, float] | None:
        """Time and value of the newest reading; the value may be NaN."""
        return (self._times[-1], self._values[-1]) if self._times else None


class History:
    """All series of one server and the computer it runs on."""

    def __init__(self, now: Callable[[], float], capacity: int = HOUR) -> None:
        self._now = now
        self._capacity = capacity
        self._series: dict[tuple[str, str], Series] = {}
        self.refused = 0
        """Readings of series beyond the most that are kept."""

    def add(self, samples: Iterable[Sample]) -> None:
        """Add readings, each to its series."""
        for sample in samples:
            series = self._find(sample.metric, sample.subject)
            if series is not None:
                series.append(sample.time, sample.value)

    def _find(self, metric: str, subject: str) -> Series | None:
        key = metric, subject
        if key not in self._series:
            if len(self._series) >= MOST_SERIES:
                self.refused += 1
                return None
            self._series[key] = Series(self._capacity)
        return self._series[key]

    def window(self, metric: str, subject: str, seconds: float) -> Window:
        """Give the last ``seconds``; empty when there never was a reading."""
        series = self._series.get((metric, subject))
        if series is None:
            return Window(array("d"), array("d"))
        now = self._now()
        return series.between(now - seconds, now)

    def between(self, metric: str, subject: str, start: float, end: float) -> Window:
        """Readings from start to end; empty when there never was one."""
        series = self._series.get((metric, subject))
        if series is None:
            return Window(array("d"), array("d"))
        return series.between(start, end)

    def last(self, metric: str, subject: str = "", age: float = 10.0) -> float:
        """Newest value not older than ``age`` seconds; NaN when there is none."""
        series = self._series.get((metric, subject))
        newest = series.last if series else None
        if newest is None or self._now() - newest[0] > age:
            return nan
        return newest[1]

    def subjects(self, metric: str) -> tuple[str, ...]:
        """Subjects that a metric was read of, in order of appearance."""
        return tuple(subject for name, subject in self._series if name == metric)

    def names(self) -> tuple[tuple[str, str], ...]:
        """Every (metric, subject) that was read."""
        return tuple(self._series)
