"""Learns how long each workflow takes here, and tells a run that took far longer."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import isfinite, nan
from statistics import median

from comfydoctor.model.baseline import Normal, RunNormal, SlowRun
from comfydoctor.model.job import Job, JobState

WINDOW = 50
"""Runs by which is judged, the newest."""
LEAST = 4
"""Runs before which nothing is normal."""
TIMES = 2.0
TIMES_AGAIN = 3.0
BEYOND = 1.3
"""Of the slowest run that was still normal."""
LEAST_SECONDS = 3.0
"""More than normal; nobody minds less."""
NEW_LEVEL = 10
"""Slow runs in a row after which they are what is normal."""


def normal_of(values: Iterable[float], least: int = LEAST) -> Normal | None:
    """Median, spread and highest; None for fewer than ``least`` values."""
    known = [value for value in values if isfinite(value)]
    if len(known) < max(1, least):
        return None
    middle = median(known)
    spread = median(abs(value - middle) for value in known)
    return Normal(middle, spread, max(known), len(known))


@dataclass
class Track:
    """Run times of one kind of run of one workflow."""

    usual: deque[float] = field(default_factory=lambda: deque(maxlen=WINDOW))
    slow: list[float] = field(default_factory=list)
    """The last ones, as long as they were slow in a row."""

    def judge(self, seconds: float) -> Normal | None:
        """Take a run; its normal when it was far slower."""
        normal = normal_of(self.usual)
        if normal is None or not (
            is_slow(seconds, normal) or self._again(seconds, normal)
        ):
            self.usual.append(seconds)
            self.slow.clear()
            return None
        self.slow.append(seconds)
        if len(self.slow) >= NEW_LEVEL:
            self.usual = deque(self.slow, maxlen=WINDOW)
            self.slow.clear()
        return normal

    def _again(self, seconds: float, normal: Normal) -> bool:
        """Whether it was as slow twice in a row: once may be a model's first load."""
        reach = max(TIMES_AGAIN * normal.median, normal.median + LEAST_SECONDS)
        return min(seconds, self.usual[-1]) > reach


def is_slow(seconds: float, normal: Normal) -> bool:
    """Whether no normal run of these explains such a time."""
    return (
        seconds > TIMES * normal.median
        and seconds > BEYOND * normal.highest
        and seconds > normal.median + LEAST_SECONDS
    )


@dataclass
class _Workflow:
    name: str
    tracks: dict[bool, Track] = field(default_factory=dict)
    waits: deque[float] = field(default_factory=lambda: deque(maxlen=WINDOW))
    ends: deque[bool] = field(default_factory=lambda: deque(maxlen=WINDOW))


class Runs:
    """All workflows of one server; jobs come in the order in which they ended."""

    def __init__(self) -> None:
        self._known: dict[str, _Workflow] = {}
        self._last = ""
        self._seen: set[str] = set()

    def learn(self, jobs: Iterable[Job]) -> None:
        """Take what is known already; none of it is news."""
        for job in sorted(jobs, key=lambda each: each.ended or 0.0):
            self.take(job)

    def take(self, job: Job) -> SlowRun | None:
        """Take one run, once; tells when it was far slower than its like."""
        key = key_of(job)
        if job.id in self._seen or not key:
            return None
        self._seen.add(job.id)
        known = self._known.setdefault(key, _Workflow(job.workflow_name))
        cold, self._last = self._last != key, key
        if job.state in {JobState.SUCCEEDED, JobState.FAILED}:
            known.ends.append(job.state is JobState.SUCCEEDED)
        if job.created is not None and job.started is not None:
            known.waits.append(max(0.0, job.started - job.created))
        if job.state is not JobState.SUCCEEDED or job.seconds is None:
            return None
        normal = known.tracks.setdefault(cold, Track()).judge(job.seconds)
        if normal is None:
            return None
        return SlowRun(job.id, job.workflow_name, job.seconds, normal, cold)

    def normals(self) -> tuple[RunNormal, ...]:
        """What is normal for each workflow, most runs first."""
        found = [_normal_runs(known) for known in self._known.values()]
        return tuple(sorted(found, key=lambda each: -each.runs))

    def of(self, job: Job) -> RunNormal | None:
        """What is normal for a workflow, by one of its jobs."""
        known = self._known.get(key_of(job))
        return _normal_runs(known) if known else None


def key_of(job: Job) -> str:
    """Which workflow a job belongs to; empty when that is not known.

    The name first: another prompt or picture is the same work, and what ended
    before it was seen has no fingerprint.
    """
    return job.workflow_name or job.fingerprint


def _normal_runs(known: _Workflow) -> RunNormal:
    warm, cold = (known.tracks.get(each, Track()) for each in (False, True))
    ends: Sequence[bool] = known.ends
    return RunNormal(
        known.name,
        normal_of(warm.usual),
        normal_of(cold.usual),
        normal_of(known.waits),
        sum(ends) / len(ends) if ends else nan,
        len(ends),
    )
