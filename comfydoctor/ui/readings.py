"""The readings the window keeps for drawing: a bounded ring for each series."""

import math
from collections import deque
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comfydoctor.model.metric import Sample

KEPT = 4000
"""An hour at one reading a second, and some."""


class Series:
    """One metric of one subject, oldest first."""

    def __init__(self) -> None:
        self.times: deque[float] = deque(maxlen=KEPT)
        self.values: deque[float] = deque(maxlen=KEPT)

    def add(self, time: float, value: float) -> None:
        """Append one reading; one that is not newer than the last is dropped."""
        if not self.times or time > self.times[-1]:
            self.times.append(time)
            self.values.append(value)

    def fill(self, times: Sequence[float], values: Sequence[float]) -> None:
        """Put older readings before what is there."""
        first = self.times[0] if self.times else math.inf
        older = [(t, v) for t, v in zip(times, values, strict=False) if t < first]
        room = KEPT - len(self.times)
        for time, value in reversed(older[-room:] if room else []):
            self.times.appendleft(time)
            self.values.appendleft(value)

    @property
    def last(self) -> float:
        """The newest value, NaN when there is none."""
        return self.values[-1] if self.values else math.nan


class Readings:
    """All series of one server."""

    def __init__(self) -> None:
        self._series: dict[tuple[str, str], Series] = {}

    def take(self, samples: "Iterable[Sample]") -> None:
        """Keep new readings."""
        for sample in samples:
            self.series(sample.metric, sample.subject).add(sample.time, sample.value)

    def series(self, metric: str, subject: str = "") -> Series:
        """One series, made empty when it is new."""
        return self._series.setdefault((metric, subject), Series())

    def subjects(self, metric: str) -> tuple[str, ...]:
        """Which ones have readings of a metric, in order of their names."""
        known = self._series.items()
        found = (s for (m, s), series in known if m == metric and series.times)
        return tuple(sorted(found, key=lambda name: (len(name), name)))

    def last(self, metric: str, subject: str | None = None) -> float:
        """The newest value; of the first subject when none is named."""
        if subject is None:
            names = self.subjects(metric)
            if not names:
                return math.nan
            subject = names[0]
        found = self._series.get((metric, subject))
        return found.last if found else math.nan
