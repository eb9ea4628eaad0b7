"""Clear the queue and keep its jobs."""

from comfydoctor.errors import NotApplicable
from comfydoctor.fixes.parker import Parker
from comfydoctor.model.job import Queue, QueueItem


class ClearQueue(Parker):
    """All waiting jobs; the running one goes on."""

    id = "clear-queue"
    title = "Clear the queue, keep the jobs"
    about = "Takes all waiting jobs out and keeps them, to be put back later."

    def choose(self, queue: Queue, target: str) -> tuple[QueueItem, ...]:
        if not queue.pending:
            raise NotApplicable("No job is waiting.")
        return queue.pending
