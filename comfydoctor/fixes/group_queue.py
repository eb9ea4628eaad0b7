"""Run jobs with the same models one after another."""

from itertools import pairwise

from comfydoctor.errors import NotApplicable
from comfydoctor.fixes.models_used import main_models
from comfydoctor.fixes.reorder import Reorderer
from comfydoctor.fixes.words import counted
from comfydoctor.model.job import Queue, QueueItem
from comfydoctor.model.wish import Wish

Models = frozenset[str]


class GroupQueue(Reorderer):
    """The running job's models first; inside a group the order is kept.

    Each group is one load of its models, so that no order has fewer switches.
    """

    id = "group-queue"
    title = "Group the queue by model"
    about = "Runs jobs with the same models together, so that fewer loads are needed."

    def arrange(self, queue: Queue, wish: Wish) -> list[str]:
        if not queue.pending:
            raise NotApplicable("No job is waiting.")
        groups: dict[Models, list[str]] = {}
        if queue.running:
            groups[_models(queue.running[0])] = []
        for item in queue.pending:
            groups.setdefault(_models(item), []).append(item.id)
        return [job for group in groups.values() for job in group]

    def heading(self, queue: Queue, wish: Wish, moved: list[QueueItem]) -> str:
        return f"Group {counted(len(queue.pending), 'waiting job')} by model"

    def facts(self, queue: Queue, order: list[str]) -> tuple[tuple[str, str], ...]:
        by_id = {item.id: item for item in queue.pending}
        before = switches(queue.running + queue.pending)
        after = switches((*queue.running, *(by_id[job] for job in order)))
        return (
            ("Model switches", f"{before} → {after}"),
            *super().facts(queue, order),
        )


def switches(items: tuple[QueueItem, ...]) -> int:
    """How often other models are needed than for the job before."""
    used = [_models(item) for item in items]
    return sum(a != b for a, b in pairwise(used))


def _models(item: QueueItem) -> Models:
    return main_models(item.prompt_json)
