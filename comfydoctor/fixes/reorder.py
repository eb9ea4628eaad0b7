"""The base of fixes that bring waiting jobs into another order."""

import json
from abc import abstractmethod
from collections.abc import Mapping

from comfydoctor.errors import NotApplicable
from comfydoctor.fixes.base import (
    Care,
    Fix,
    Step,
    Verdict,
    basis_of,
    done,
    not_done,
    read_payload,
)
from comfydoctor.fixes.order import new_numbers
from comfydoctor.fixes.parker import key_warning
from comfydoctor.fixes.putback import (
    check_back,
    find,
    park,
    put_back,
    take_back_out,
    take_out,
)
from comfydoctor.fixes.words import counted, job_name, listed
from comfydoctor.model.fix import FixOutcome, JournalEntry, Plan, PlanStep, Risk
from comfydoctor.model.job import Queue, QueueItem
from comfydoctor.model.wish import Wish


class Reorderer(Fix):
    """Takes out only the jobs that must move and queues them at their new places.

    The rest of the queue is not touched, and what is taken out lies in a file.
    """

    risk = Risk.SAFE

    @abstractmethod
    def arrange(self, queue: Queue, wish: Wish) -> list[str]:
        """Ids of all waiting jobs in the wanted order; raises NotApplicable."""

    @abstractmethod
    def heading(self, queue: Queue, wish: Wish, moved: list[QueueItem]) -> str:
        """Title of the plan."""

    def facts(self, queue: Queue, order: list[str]) -> tuple[tuple[str, str], ...]:
        """Figures for the dialog."""
        names = {item.id: job_name(item) for item in queue.pending}
        return (("New order", listed((names[job] for job in order), most=6)),)

    async def plan(self, care: Care, target: str = "") -> Plan:
        wish = Wish.read(target)
        queue = await care.client.queue()
        order, numbers = self._numbers(queue, wish)
        if not numbers:
            raise NotApplicable("The waiting jobs are in this order already.")
        moved = [item for item in queue.pending if item.id in numbers]
        if bad := [item for item in moved if item.poisoned]:
            raise NotApplicable(
                f"{job_name(bad[0])} holds a number that is none (NaN), so it cannot "
                "be queued again."
            )
        jobs = counted(len(moved), "job")
        return self._plan(
            care,
            title=self.heading(queue, wish, moved),
            steps=(
                PlanStep(f"Keep {jobs} in a file on this computer."),
                PlanStep(f"Take {jobs} out of the queue.", 'POST /queue {"delete": …}'),
                PlanStep(f"Queue {jobs} again, each at its new place.", "POST /prompt"),
                PlanStep("Read the queue again to be sure."),
            ),
            loses="Nothing: ids, graphs and all other jobs stay as they are."
            + await key_warning(care, tuple(moved)),
            undo="Gives every moved job that still waits its old place again.",
            basis=basis_of(self.id, sorted(numbers)),
            seconds=(0.1, 1.0 + 0.1 * len(moved)),
            target=target,
            facts=self.facts(queue, order),
            payload=json.dumps({"moved": [item.id for item in moved]}),
        )

    def _numbers(self, queue: Queue, wish: Wish) -> tuple[list[str], dict[str, float]]:
        order = self.arrange(queue, wish)
        return order, new_numbers({i.id: i.number for i in queue.pending}, order)

    def fits(self, shown: Plan, now: Plan) -> bool:
        """New jobs do no harm; a job that was to move and is gone does."""
        return set(read_payload(shown)["moved"]) <= set(read_payload(now)["moved"])

    async def apply(self, care: Care, plan: Plan, step: Step) -> None:
        queue = await care.client.queue()
        order, numbers = self._numbers(queue, Wish.read(plan.target))
        moved = [item for item in queue.pending if item.id in numbers]
        if not moved:
            raise NotApplicable("None of these jobs is waiting any more.")
        step(0, plan.steps[0].text)
        await care.keep(care.journal.keep, plan.id, "numbers", numbers)
        await care.keep(care.journal.keep, plan.id, "order", order)
        await park(care, plan, moved)
        step(1, plan.steps[1].text)
        await take_out(care, moved)
        step(2, plan.steps[2].text)
        await put_back(care, plan.id, step, index=2, numbers=numbers)
        step(3, plan.steps[3].text)

    async def verify(self, care: Care, plan: Plan) -> Verdict:
        if not care.parking.has(plan.id):
            return not_done("Nothing was moved.")
        numbers = _floats(care.journal.kept(plan.id, "numbers"))
        # The last look is for the jobs themselves: a server that starts anew
        # between the two would make an empty queue look like a finished one.
        waiting = [item.id for item in (await care.client.queue()).pending]
        back = await check_back(care, plan.id, numbers=numbers)
        if back.outcome is not FixOutcome.DONE:
            return Verdict(back.outcome, back.said, back.detail, plan.undo)
        wanted = care.journal.kept(plan.id, "order") or []
        if [job for job in wanted if job in waiting] != _only(waiting, wanted):
            return not_done("The jobs wait in another order.", undo=plan.undo)
        return done(self.said(plan, len(numbers), waiting), back.detail)

    def said(self, plan: Plan, moved: int, waiting: list[str]) -> str:
        """What was seen, in one sentence."""
        return f"{counted(moved, 'job')} moved; all {len(waiting)} wait in that order."

    async def undo(self, care: Care, entry: JournalEntry, step: Step) -> None:
        if not care.parking.has(entry.id):
            return
        where = await find(care, entry.id)
        old = {p.item.id: p.item.number for p in where.items}
        strayed = [i for i in where.waiting.values() if i.number != old[i.id]]
        step(0, f"Take {counted(len(strayed), 'job')} out.")
        await take_back_out(care, entry.id, strayed)
        await put_back(care, entry.id, step)

    async def verify_undo(self, care: Care, entry: JournalEntry) -> Verdict:
        if not care.parking.has(entry.id):
            return done("Nothing had been moved.")
        return await check_back(care, entry.id)


def _floats(kept: Mapping[str, float] | None) -> dict[str, float]:
    return {job: float(number) for job, number in (kept or {}).items()}


def _only(jobs: list[str], wanted: list[str]) -> list[str]:
    known = set(wanted)
    return [job for job in jobs if job in known]
