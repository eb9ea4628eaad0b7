"""Bring the waiting jobs into an order that the person chose."""

from comfydoctor.errors import NotApplicable
from comfydoctor.fixes.reorder import Reorderer
from comfydoctor.fixes.words import counted
from comfydoctor.model.job import Queue, QueueItem
from comfydoctor.model.wish import Wish


class ReorderQueue(Reorderer):
    """The subject lists job ids, first to last; jobs not named keep their order."""

    id = "reorder-queue"
    title = "Put the queue in order"
    about = "Runs the waiting jobs in the order of a list of ids; none is lost."

    def arrange(self, queue: Queue, wish: Wish) -> list[str]:
        waiting = [item.id for item in queue.pending]
        named = wish.subject.replace(",", " ").split()
        wanted = list(dict.fromkeys(job for job in named if job in set(waiting)))
        if not wanted:
            raise NotApplicable("None of the named jobs is waiting.")
        return wanted + [job for job in waiting if job not in set(wanted)]

    def heading(self, queue: Queue, wish: Wish, moved: list[QueueItem]) -> str:
        return f"Put {counted(len(queue.pending), 'waiting job')} in order"
