"""What is known of one server: takes observations in, gives a Snapshot out."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from comfydoctor.model.change import (
    Change,
    ConnectionChanged,
    JobEnded,
    ProgressChanged,
    QueueChanged,
    ServerSeen,
)
from comfydoctor.model.job import Job, JobState, Progress
from comfydoctor.model.manager import Manager
from comfydoctor.model.server import Connection, ServerInfo, ServerProfile
from comfydoctor.model.snapshot import OwnCost, Snapshot

KEPT_JOBS = 200
WAITING = {JobState.PENDING, JobState.RUNNING}


@dataclass
class State:
    """Mutable on the core thread only; everybody else sees snapshots."""

    profile: ServerProfile
    clock: Callable[[], float]
    connection: Connection = field(default_factory=Connection)
    info: ServerInfo | None = None
    manager: Manager | None = None
    queue_remaining: int | None = None
    progress: Progress | None = None
    cost: OwnCost = field(default_factory=OwnCost)
    skipped_events: int = 0
    waiting: tuple[Job, ...] = ()
    """Running and pending, in the order in which they run."""
    ended: OrderedDict[str, Job] = field(default_factory=OrderedDict)
    """Finished jobs by id, newest last."""
    looked: bool = False
    """Whether queue and history were seen; what ended before is no news."""
    missed: dict[str, Job] = field(default_factory=dict)
    """Jobs that vanished at the last look; lost when they stay away."""

    def snapshot(self) -> Snapshot:
        """The part of the snapshot that this state knows."""
        running = next((j for j in self.waiting if j.state is JobState.RUNNING), None)
        return Snapshot(
            profile=self.profile,
            connection=self.connection,
            info=self.info,
            manager=self.manager,
            queue_remaining=self.queue_remaining,
            running=running,
            pending=tuple(j for j in self.waiting if j.state is JobState.PENDING),
            progress=self._progress_of(running),
            recent=tuple(reversed(self.ended.values())),
            cost=self.cost,
            skipped_events=self.skipped_events,
        )

    def _progress_of(self, running: Job | None) -> Progress | None:
        """That of the running job; the last one's must not show for the next."""
        progress = self.progress
        if running is None or progress is None:
            return None
        return progress if progress.job_id in {"", running.id} else None

    def take_connection(self, connection: Connection) -> list[Change]:
        """Note how well we hear the server; ``since`` is kept while it stays."""
        old = self.connection
        if connection.reach is old.reach:
            connection = replace(connection, since=old.since)
        if connection == old:
            return []
        self.connection = connection
        return [ConnectionChanged(connection)]

    def take_info(self, info: ServerInfo) -> list[Change]:
        """Note who the server is; figures that move are samples, not changes."""
        seen = self.info is None or _told_once(self.info) != _told_once(info)
        self.info = info
        return [ServerSeen(info)] if seen else []

    def take_remaining(self, remaining: int) -> list[Change]:
        """Note the queue's length."""
        if remaining == self.queue_remaining:
            return []
        self.queue_remaining = remaining
        return [QueueChanged(remaining)]

    def take_jobs(self, waiting: Iterable[Job], ended: Iterable[Job]) -> list[Change]:
        """Note one look at queue and history; tells which jobs ended since.

        A job that is nowhere at two looks in a row was lost: the history entry
        may come up to a second after the job left the queue (contract 2).
        """
        waiting = tuple(waiting)
        changes: list[Change] = []
        first_look, self.looked = not self.looked, True
        for job in sorted(ended, key=lambda j: j.ended or 0.0):
            if self._keep(job) and not first_look:
                changes.append(JobEnded(job))
        present = {job.id for job in waiting} | set(self.ended)
        gone = [job for job in self.waiting if job.id not in present]
        for job in self.missed.values():
            if job.id not in present:
                lost = replace(job, state=JobState.LOST, ended=self.clock())
                self._keep(lost)
                changes.append(JobEnded(lost))
        self.missed = {job.id: job for job in gone if job.id not in self.ended}
        if waiting != self.waiting:
            self.waiting = waiting
            changes.append(QueueChanged(len(waiting)))
        return changes

    def _keep(self, job: Job) -> bool:
        """Keep a finished job; true when it was not known as finished."""
        known = self.ended.get(job.id)
        waited = next((old for old in self.waiting if old.id == job.id), None)
        self.ended[job.id] = merge(known or waited, job)
        while len(self.ended) > KEPT_JOBS:
            self.ended.popitem(last=False)
        return known is None or known.state is JobState.LOST

    def take_progress(self, progress: Progress | None) -> list[Change]:
        """Note how far the running job is."""
        if progress == self.progress:
            return []
        self.progress = progress
        return [ProgressChanged(progress.job_id if progress else "")]

    def forget_jobs(self) -> list[Change]:
        """The server restarted: what waited there is gone with its memory."""
        gone = [*self.missed.values(), *self.waiting]
        lost = [replace(j, state=JobState.LOST, ended=self.clock()) for j in gone]
        for job in lost:
            self._keep(job)
        self.waiting = ()
        self.missed = {}
        self.progress = None
        return [JobEnded(job) for job in lost]


def _told_once(info: ServerInfo) -> tuple[object, ...]:
    """What a server says of itself that stays the same until it restarts."""
    devices = tuple(device.name for device in info.devices)
    return info.version, info.argv, info.python, info.torch, info.simulated, devices


def merge(known: Job | None, job: Job) -> Job:
    """The newer account, with names and times that only the older one had."""
    if known is None:
        return job
    return replace(
        job,
        error=job.error or known.error,
        workflow_name=job.workflow_name or known.workflow_name,
        node_count=job.node_count or known.node_count,
        outputs=job.outputs or known.outputs,
        models=job.models or known.models,
        fingerprint=job.fingerprint or known.fingerprint,
    )
