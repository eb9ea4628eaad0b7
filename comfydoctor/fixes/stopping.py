"""Stopping the running job, and telling truthfully whether it stopped."""

from dataclasses import dataclass

from comfydoctor.errors import NotApplicable, Unsupported
from comfydoctor.fixes.base import Care, Verdict, done, not_done, unknown
from comfydoctor.fixes.words import counted, job_name
from comfydoctor.model.job import Job, JobState, Queue, QueueItem

PATIENCE = 10.0
"""Seconds; a node that looks for the interrupt stops in 0.15 s (contract 0.10)."""
REPEAT_AFTER = 2.0
POLL = 0.5
WORKER_TAKES = 2.5
"""Seconds in which a living worker takes the next job (contract 0.4)."""
LONG_STEP = (
    "Its node is in one long step and looks for the interrupt only when that ends; "
    "the job stops then, or ends by itself if that was its last node."
)
DEAD_WORKER = (
    "If nothing moves for minutes and the machine is idle, the part of ComfyUI that "
    "runs jobs has died, and only a restart helps."
)


@dataclass(frozen=True)
class Stopped:
    """How a job that was asked to stop stands."""

    running: bool
    entry: Job | None = None


async def running_item(care: Care, target: str = "") -> QueueItem:
    """The running job. Raises NotApplicable, with the reason where it is known."""
    queue = await care.client.queue()
    if queue.running and target in {"", queue.running[0].id}:
        return queue.running[0]
    if queue.running:
        raise NotApplicable("This job is not running.")
    if queue.pending and await _nobody_takes(care, queue):
        raise NotApplicable(
            f"Nothing runs though {counted(len(queue.pending), 'job')} wait: the part "
            "of ComfyUI that runs jobs has died.",
            advice="Restart ComfyUI; the waiting jobs can be kept and put back.",
        )
    raise NotApplicable("No job is running.")


async def _nobody_takes(care: Care, before: Queue) -> bool:
    await care.sleep(WORKER_TAKES)
    now = await care.client.queue()
    waiting = {item.id for item in now.pending}
    return not now.running and {item.id for item in before.pending} <= waiting


async def ask_to_stop(care: Care, job_id: str) -> None:
    """Interrupt exactly this job.

    An interrupt that lands between dequeue and start is lost, so it is repeated once
    after two seconds; naming the job, it can hit no other.
    """
    await _interrupt(care, job_id)
    waited = 0.0
    while waited < REPEAT_AFTER:
        if not await _is_running(care, job_id):
            return
        await care.sleep(POLL)
        waited += POLL
    await _interrupt(care, job_id)


async def watch(care: Care, job_id: str, seconds: float = PATIENCE) -> Stopped:
    """Wait until the job is no longer running, at most so long."""
    waited = 0.0
    while await _is_running(care, job_id):
        if waited >= seconds:
            return Stopped(running=True)
        await care.sleep(POLL)
        waited += POLL
    return Stopped(running=False, entry=await _entry(care, job_id))


def judge(stopped: Stopped) -> Verdict:
    """What a person is told."""
    if stopped.running:
        return not_done(
            "Asked to stop, but it still runs.", f"{LONG_STEP} {DEAD_WORKER}"
        )
    entry = stopped.entry
    if entry is None:
        return unknown("The job is not running any more; how it ended is not known.")
    if entry.state is JobState.INTERRUPTED:
        ran = f" after running {entry.seconds:.1f} s" if entry.seconds else ""
        return done(f"Stopped{ran}.")
    word = "finished" if entry.state is JobState.SUCCEEDED else "failed"
    return not_done(f"The job {word} by itself before it could be stopped.")


async def _interrupt(care: Care, job_id: str) -> None:
    """The newer route first: it cannot hit another job (since 0.26)."""
    try:
        await care.client.cancel(job_id)
    except Unsupported:
        await care.client.interrupt(job_id)


async def _is_running(care: Care, job_id: str) -> bool:
    queue = await care.client.queue()
    return any(item.id == job_id for item in queue.running)


async def _entry(care: Care, job_id: str) -> Job | None:
    """The history entry, which may come up to a second after the end."""
    for pause in (0.0, 0.3, 0.7, 1.0):
        await care.sleep(pause)
        if (entry := await care.client.history_entry(job_id)) is not None:
            return entry
    return None


def stop_loss(item: QueueItem) -> str:
    """What stopping costs."""
    return (
        f"What {job_name(item)} has computed so far. Pictures it saved stay; it can "
        "be queued again afterwards."
    )
