"""Rules that tell a dead prompt worker from one in a long step; no I/O."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from comfydoctor.model.finding import Confidence, Evidence
from comfydoctor.model.job import Queue

STUCK_AFTER = 2.0
"""Seconds in which a living worker takes the next job."""
IDLE_STEP_AFTER = 60.0
UNSEEN_STEP_AFTER = 600.0
"""Without any reading of the host only a long silence is a suspicion."""
IDLE_GPU = 10.0
IDLE_CPU = 5.0


class WorkerState(Enum):
    """What the one thread that runs jobs is doing."""

    IDLE = "idle"
    WORKING = "working"
    LONG_STEP = "long step"
    """Nothing to be seen or heard of it, and no proof against it."""
    SUSPECTED_DEAD = "suspected dead"
    DEAD = "dead"


@dataclass(frozen=True)
class Worker:
    """The verdict on the worker with what it rests on."""

    state: WorkerState
    confidence: Confidence = Confidence.CERTAIN
    job_id: str = ""
    seconds: float = 0.0
    """Since when it has been so."""
    evidence: tuple[Evidence, ...] = ()


class WorkerWatch:
    """The two fingerprints of a dead prompt worker (contract, section 0.4).

    ComfyUI accepts jobs with 200 for ever after its worker thread died. Died in
    the queue: jobs wait and none runs. Died inside a node: one job "runs" for
    ever; a node in one long step looks the same from here, so that is only a
    suspicion and needs silence in the log and an idle machine.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._job = ""
        self._job_since = 0.0
        self._waiting: frozenset[str] = frozenset()
        self._waiting_since: float | None = None
        self._still_waiting = 0.0
        self._sign = -math.inf
        self._busy = -math.inf
        self._measured: float | None = None
        self._usage = ""
        self._interrupted: float | None = None

    def queue_seen(self, queue: Queue) -> None:
        """``GET /queue`` answered; the dead queue needs two answers in a row."""
        now = self._clock()
        job = queue.running[0].id if queue.running else ""
        if job != self._job:
            self._job, self._job_since, self._interrupted = job, now, None
        waiting = frozenset(item.id for item in queue.pending)
        if job or not waiting:
            self._waiting_since = None
        elif self._waiting_since is None or not self._waiting <= waiting:
            # Something was taken since, so somebody is alive.
            self._waiting, self._waiting_since = waiting, now
        self._still_waiting = now

    def sign_seen(self) -> None:
        """The log went on, or an event or progress of the job was heard."""
        self._sign = self._clock()

    def usage_seen(self, gpu_percent: float, cpu_percent: float) -> None:
        """The server's machine was measured; NaN for what is not known.

        ``cpu_percent`` is of ComfyUI's process (100 is one core busy): on a large
        machine a busy core is little of the whole. A server without a GPU has 0.
        Half a reading proves nothing: the work may be where we do not look.
        """
        now = self._clock()
        self._usage = _percents(gpu_percent, cpu_percent)
        if math.isnan(gpu_percent) or math.isnan(cpu_percent):
            self._measured = None
        elif self._measured is None:
            self._measured = now
        if gpu_percent >= IDLE_GPU or cpu_percent >= IDLE_CPU:
            self._busy = now

    def interrupt_sent(self) -> None:
        """The running job was asked to stop."""
        if self._interrupted is None:
            self._interrupted = self._clock()

    def verdict(self) -> Worker:
        """Return what is known now."""
        if self._waiting_since is not None:
            return self._judge_waiting(self._still_waiting - self._waiting_since)
        if not self._job:
            return Worker(WorkerState.IDLE)
        return self._judge_running()

    def _judge_waiting(self, seconds: float) -> Worker:
        if seconds <= STUCK_AFTER:
            return Worker(WorkerState.IDLE)
        jobs = "job waits" if len(self._waiting) == 1 else "jobs wait"
        text = (
            f"No job runs and {len(self._waiting)} {jobs}, none taken in "
            f"{seconds:.0f} s; a living worker takes the next one at once."
        )
        evidence = (Evidence("queue", text),)
        return Worker(
            WorkerState.DEAD, Confidence.CERTAIN, seconds=seconds, evidence=evidence
        )

    def _judge_running(self) -> Worker:
        now = self._clock()
        silent = now - max(self._job_since, self._sign)
        runs = now - self._job_since
        if silent < IDLE_STEP_AFTER:
            return Worker(WorkerState.WORKING, job_id=self._job, seconds=runs)
        evidence = [
            Evidence("queue", f"The same job has been running for {runs:.0f} s."),
            Evidence("log", f"Nothing was printed or reported for {silent:.0f} s."),
            Evidence("host", self._usage or _percents(math.nan, math.nan)),
        ]
        ignored = self._ignored(now)
        if ignored:
            text = f"It was asked to stop {ignored:.0f} s ago and goes on."
            evidence.append(Evidence("queue", text))
        state, confidence = self._suspect(now, silent, bool(ignored))
        return Worker(state, confidence, self._job, runs, tuple(evidence))

    def _suspect(
        self, now: float, silent: float, ignored: bool
    ) -> tuple[WorkerState, Confidence]:
        if self._measured is None:
            long_enough = silent >= UNSEEN_STEP_AFTER
        else:
            from_ = max(self._measured, self._busy, self._job_since)
            long_enough = now - from_ >= IDLE_STEP_AFTER
        if not long_enough:
            return WorkerState.LONG_STEP, Confidence.POSSIBLE
        sure = ignored and self._measured is not None
        return (
            WorkerState.SUSPECTED_DEAD,
            Confidence.LIKELY if sure else Confidence.POSSIBLE,
        )

    def _ignored(self, now: float) -> float:
        """Seconds since an interrupt that had no effect; 0 before ten seconds."""
        asked = self._interrupted
        return now - asked if asked is not None and now - asked >= 10.0 else 0.0


def _percents(gpu: float, cpu: float) -> str:
    if math.isnan(gpu) and math.isnan(cpu):
        return "The load of the server's machine is not known."
    words = ("not known" if math.isnan(x) else f"{x:.0f} %" for x in (gpu, cpu))
    return "GPU load {}, processor load of ComfyUI {}.".format(*words)
