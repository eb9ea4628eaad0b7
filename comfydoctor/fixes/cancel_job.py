"""Take one waiting job out of the queue and keep it."""

from comfydoctor.errors import NotApplicable
from comfydoctor.fixes.parker import Parker
from comfydoctor.fixes.words import job_name
from comfydoctor.model.job import Queue, QueueItem


class CancelJob(Parker):
    """One waiting job, by its id; the next one when none is named."""

    id = "cancel-job"
    title = "Take one job out of the queue"
    about = "Takes a waiting job out and keeps it, to be put back later."

    def choose(self, queue: Queue, target: str) -> tuple[QueueItem, ...]:
        if any(item.id == target for item in queue.running):
            raise NotApplicable(
                "This job is running, not waiting.",
                advice="Interrupt it instead.",
            )
        found = [i for i in queue.pending if i.id == target or not target]
        if not found:
            raise NotApplicable(
                "This job is not waiting." if target else "No job is waiting."
            )
        return tuple(i for i in found if i.id == found[0].id)

    def heading(self, items: tuple[QueueItem, ...]) -> str:
        return f"Park {job_name(items[0])}"
