"""Move one waiting job to another place in the queue."""

from comfydoctor.errors import NotApplicable
from comfydoctor.fixes.reorder import Reorderer
from comfydoctor.fixes.words import job_name
from comfydoctor.model.fix import Plan
from comfydoctor.model.job import Queue, QueueItem
from comfydoctor.model.wish import Wish

NUMBERS = {"front": 1, "back": 1 << 30}


class MoveJob(Reorderer):
    """Option ``to``: ``front``, ``back``, or a place from 1 on; front when left out."""

    id = "move-job"
    title = "Move a job in the queue"
    about = "Lets a waiting job run sooner or later: to=front, to=back or a place."

    def arrange(self, queue: Queue, wish: Wish) -> list[str]:
        order = [item.id for item in queue.pending]
        if wish.subject not in order:
            raise NotApplicable(
                "This job is not waiting." if wish.subject else "Name a waiting job."
            )
        order.remove(wish.subject)
        order.insert(_place(wish, len(order)), wish.subject)
        return order

    def heading(self, queue: Queue, wish: Wish, moved: list[QueueItem]) -> str:
        item = next(item for item in queue.pending if item.id == wish.subject)
        place = _place(wish, len(queue.pending) - 1) + 1
        return f"Move {job_name(item)} to place {place} of {len(queue.pending)}"

    def said(self, plan: Plan, moved: int, waiting: list[str]) -> str:
        job = Wish.read(plan.target).subject
        if job not in waiting:
            return "It has started already."
        return f"It waits at place {waiting.index(job) + 1} of {len(waiting)}."


def _place(wish: Wish, last: int) -> int:
    """Index from 0 among the others."""
    text = wish.get("to", "front")
    number = NUMBERS.get(text, int(text) if text.isdecimal() else 0)
    if number < 1:
        raise NotApplicable(
            f"“{text}” is no place in a queue.",
            advice="Say to=front, to=back, or a number from 1 on.",
        )
    return min(number - 1, last)
