"""One look at the jobs of a server, by the route that costs it least."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from comfydoctor.comfy.client import Client
from comfydoctor.doctor.state import WAITING, State
from comfydoctor.errors import NotAWorkflow, Unsupported
from comfydoctor.fixes.models_used import models_used
from comfydoctor.model.job import Job, JobState, Queue, QueueItem
from comfydoctor.workflow.fingerprint import fingerprint
from comfydoctor.workflow.parse import parse

SMALL_QUEUE = 10
"""Jobs up to which ``/queue`` is read: each carries its whole workflow, and 100 of
300 nodes cost the server 76 ms (measured on 0.8.0)."""
NEWEST = 5
FIRST = 20
LOOKUPS = 5
"""Vanished jobs that are asked for one by one at each look."""


@dataclass(frozen=True)
class Look:
    """What was seen of the jobs."""

    queue: Queue
    """With empty payloads when it came from the jobs list."""
    waiting: tuple[Job, ...]
    ended: tuple[Job, ...]


async def look_at_jobs(client: Client, state: State) -> Look:
    """Look at queue and history, or at the jobs list while the queue is long."""
    if (state.queue_remaining or 0) > SMALL_QUEUE:
        try:
            return await _by_jobs(client, state)
        except Unsupported:
            pass  # before 0.6.0 there is only the queue itself
    queue = await client.queue()
    ended = await client.history(NEWEST if state.ended else FIRST)
    ended += await _missing(client, state, queue, ended)
    return Look(queue, jobs_of(queue, state.waiting), ended)


async def _by_jobs(client: Client, state: State) -> Look:
    jobs = await client.jobs(limit=200)
    waiting = sorted(
        (job for job in jobs if job.state in WAITING),
        key=lambda job: (job.state is JobState.PENDING, job.number or 0.0),
    )
    ended = tuple(
        job for job in jobs if job.state not in {JobState.RUNNING, JobState.PENDING}
    )
    if not (state.info and state.info.at_least(0, 9, 0)):
        ended = await _truly_ended(client, state, ended)
    known = {job.id: job for job in state.waiting}
    named = tuple(_named(job, known.get(job.id)) for job in waiting)
    return Look(queue_of(waiting), named, ended)


def _named(job: Job, known: Job | None) -> Job:
    """The jobs list tells no names: what the queue told of a job stays."""
    if known is None:
        return job
    return replace(
        job,
        workflow_name=job.workflow_name or known.workflow_name,
        node_count=job.node_count or known.node_count,
        client_id=job.client_id or known.client_id,
        models=job.models or known.models,
        fingerprint=job.fingerprint or known.fingerprint,
    )


async def _truly_ended(
    client: Client, state: State, ended: Iterable[Job]
) -> tuple[Job, ...]:
    """Tell interrupted from failed, which the jobs list does only since 0.9.0.

    The newest are asked for one by one; what was told before is not asked again.
    """
    told: list[Job] = []
    asked = 0
    for job in ended:
        entry = state.ended.get(job.id)
        unsure = entry is None or entry.state is JobState.LOST
        if job.state is JobState.FAILED and unsure:
            entry = None
            if asked < LOOKUPS:
                asked += 1
                entry = await client.history_entry(job.id)
        told.append(entry if entry and job.state is JobState.FAILED else job)
    return tuple(told)


async def _missing(
    client: Client, state: State, queue: Queue, ended: Iterable[Job]
) -> tuple[Job, ...]:
    """Ask for jobs that left the queue and are not among the newest ended ones."""
    seen = {item.id for item in queue.running + queue.pending}
    seen |= {job.id for job in ended} | set(state.ended)
    gone = [job.id for job in state.waiting if job.id not in seen]
    gone += [job_id for job_id in state.missed if job_id not in seen]
    found = [await client.history_entry(job_id) for job_id in gone[:LOOKUPS]]
    return tuple(job for job in found if job is not None)


def jobs_of(queue: Queue, known: Iterable[Job] = ()) -> tuple[Job, ...]:
    """The queue's entries as jobs, running first.

    A graph of a job that is ``known`` is not read again.
    """
    before = {job.id: job for job in known}
    running = tuple(_job(item, JobState.RUNNING, before) for item in queue.running)
    pending = (_job(item, JobState.PENDING, before) for item in queue.pending)
    return running + tuple(pending)


def _job(item: QueueItem, state: JobState, before: Mapping[str, Job]) -> Job:
    known = before.get(item.id)
    return Job(
        id=item.id,
        state=state,
        number=item.number,
        workflow_name=item.workflow_name,
        node_count=item.node_count,
        client_id=item.client_id,
        models=models_used(item.prompt_json) if known is None else known.models,
        fingerprint=_shape(item.prompt_json) if known is None else known.fingerprint,
    )


def _shape(prompt_json: str) -> str:
    """Which graph it is, whatever its seeds; empty when it is none."""
    try:
        return fingerprint(parse(prompt_json))
    except NotAWorkflow:
        return ""


def queue_of(waiting: Iterable[Job]) -> Queue:
    """Jobs as a queue whose payloads were not read."""
    items = [(job, QueueItem(job.number or 0.0, job.id, "", "")) for job in waiting]
    return Queue(
        tuple(item for job, item in items if job.state is JobState.RUNNING),
        tuple(item for job, item in items if job.state is JobState.PENDING),
    )
