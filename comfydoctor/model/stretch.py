"""A stretch of one metric's past, as it is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Stretch:
    """Times (Unix seconds, rising) with what was read around each.

    ``step`` is the seconds that each time stands for, beginning there; with 0 they
    are single readings, all four columns are one, and NaN is a gap.
    """

    times: Sequence[float] = ()
    low: Sequence[float] = ()
    mean: Sequence[float] = ()
    high: Sequence[float] = ()
    last: Sequence[float] = ()
    step: float = 0.0

    def __len__(self) -> int:
        return len(self.times)


@dataclass(frozen=True)
class RecordSize:
    """What the recording takes on disk."""

    file_bytes: int
    first: float
    """Unix seconds of the oldest reading; NaN when there is none."""
    series: int
    bytes_per_day: float
    """Of the last whole days, as packed; NaN before the first hour was packed."""

    @property
    def bytes_per_month(self) -> float:
        """Of thirty days, if as much is read as lately."""
        return 30 * self.bytes_per_day
