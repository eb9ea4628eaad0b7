"""What is normal on one server, learnt from what was seen there."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Normal:
    """Middle of what was seen, and how far the middle of the rest lies from it."""

    median: float
    spread: float
    """Median distance from the median."""
    highest: float
    count: int


@dataclass(frozen=True)
class RunNormal:
    """What is normal for the runs of one workflow; None while too little is known."""

    workflow: str
    warm: Normal | None
    """Seconds of runs right after another run of the same workflow."""
    cold: Normal | None
    """Seconds of the others, which may have had models to load."""
    wait: Normal | None
    """Seconds from being queued to being run."""
    success: float
    """Share of runs that succeeded, 0..1; NaN for none."""
    runs: int


@dataclass(frozen=True)
class SlowRun:
    """A run that took far longer than is normal."""

    job: str
    workflow: str
    seconds: float
    normal: Normal
    cold: bool

    @property
    def times(self) -> float:
        """How many times its normal it took."""
        return self.seconds / self.normal.median
