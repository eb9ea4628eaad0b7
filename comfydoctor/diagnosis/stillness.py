"""For how long a running job has been silent, and whether its machine idles."""

import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from comfydoctor.comfy.logline import clean_line
from comfydoctor.comfy.worker import (
    IDLE_CPU,
    IDLE_GPU,
    IDLE_STEP_AFTER,
    UNSEEN_STEP_AFTER,
    Worker,
    WorkerState,
)
from comfydoctor.model.finding import Confidence, Evidence
from comfydoctor.model.job import Job, QueueItem
from comfydoctor.model.logline import LogEntry

LONG_IDLE = 300.0
"""Seconds of silence and idleness after which a dead worker is likely."""
_QUARTER = 900.0
"""All time zones are so many seconds apart."""
_NO_SIGN = re.compile(r"got prompt|invalid prompt|Failed to validate prompt|\s*$")
"""Printed for jobs that are posted, which a dead worker does not stop."""
_ENDED = "Prompt executed in"


@dataclass(frozen=True)
class Stillness:
    """What is known of a running job; NaN is "not known"."""

    job_id: str
    runs: float
    """Seconds since it began."""
    silent: float
    """Seconds since the console last said something that a worker says."""
    gpu_percent: float
    cpu_percent: float
    """Of ComfyUI's process; 100 is one core."""


def began(item: QueueItem, ended: Sequence[Job]) -> float:
    """When a running job began, Unix seconds of the server's clock; NaN: not known.

    It began when it was posted or when the job before it ended.
    """
    stamps = [job.ended for job in ended if job.ended is not None]
    if created := _created(item.extra_data_json):
        stamps.append(created)
    return max(stamps, default=math.nan)


def _created(extra_data_json: str) -> float:
    """``create_time``, since 0.3.69; 0 when it is not told."""
    try:
        extra = json.loads(extra_data_json)
    except (ValueError, RecursionError):
        return 0.0
    stamp = extra.get("create_time") if isinstance(extra, dict) else None
    return stamp / 1000 if isinstance(stamp, int | float) and stamp > 0 else 0.0


def is_sign(text: str) -> bool:
    """Whether a worker alone can have printed this line."""
    return not _NO_SIGN.match(text)


def last_sign(entries: Iterable[LogEntry]) -> str:
    """Server's local time of the last write that a worker alone can have caused."""
    lines = ((entry.t, clean_line(entry.m).text) for entry in entries)
    return max((time for time, text in lines if is_sign(text)), default="")


def unix_of(local: str, offset: float) -> float:
    """Unix seconds of a server's local time; NaN when it is not readable."""
    try:
        naive = datetime.fromisoformat(local).replace(tzinfo=None)
    except ValueError:
        return math.nan
    return (naive - datetime(1970, 1, 1)).total_seconds() - offset


def offset_here(now: float) -> float:
    """Seconds by which this computer's local time is ahead of UTC."""
    offset = datetime.fromtimestamp(now).astimezone().utcoffset()
    return offset.total_seconds() if offset else 0.0


def offset_there(entries: Iterable[LogEntry], ended: Sequence[Job]) -> float:
    """The same for a server elsewhere; NaN when it cannot be told.

    The newest job's end stands in the history as Unix time and in the console as
    local time.
    """
    stamps = [job.ended for job in ended if job.ended is not None]
    locals_ = [entry.t for entry in entries if _ENDED in entry.m]
    if not stamps or not locals_:
        return math.nan
    apart = unix_of(max(locals_), 0.0) - max(stamps)
    offset = round(apart / _QUARTER) * _QUARTER if math.isfinite(apart) else math.nan
    return offset if abs(apart - offset) < 30.0 else math.nan


def judge(still: Stillness, *, dead_sure_after: float = LONG_IDLE) -> Worker:
    """The second fingerprint of a dead worker, as far as one look can tell it."""
    silent = min(still.silent, still.runs) if still.runs >= 0 else still.silent
    runs = still.runs if still.runs >= 0 else silent
    if not silent >= IDLE_STEP_AFTER:
        return Worker(WorkerState.WORKING, job_id=still.job_id, seconds=runs)
    measured = not math.isnan(still.gpu_percent) and not math.isnan(still.cpu_percent)
    busy = still.gpu_percent >= IDLE_GPU or still.cpu_percent >= IDLE_CPU
    state, confidence = WorkerState.LONG_STEP, Confidence.POSSIBLE
    if not busy and silent >= (IDLE_STEP_AFTER if measured else UNSEEN_STEP_AFTER):
        state = WorkerState.SUSPECTED_DEAD
        if measured and silent >= dead_sure_after:
            confidence = Confidence.LIKELY
    evidence = tuple(_evidence(still, runs, silent))
    return Worker(state, confidence, still.job_id, runs, evidence)


def _evidence(still: Stillness, runs: float, silent: float) -> Iterable[Evidence]:
    yield Evidence("queue", f"Job {still.job_id} has been running for {runs:.0f} s.")
    yield Evidence("log", f"Nothing was printed by it for {silent:.0f} s.")
    gpu, cpu = _percent(still.gpu_percent), _percent(still.cpu_percent)
    yield Evidence("host", f"GPU load {gpu}, processor load of ComfyUI {cpu}.")


def _percent(value: float) -> str:
    return "not known" if math.isnan(value) else f"{value:.0f} %"
