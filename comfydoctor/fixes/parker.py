"""The base of fixes that take waiting jobs out and can put them back."""

import json
from abc import abstractmethod

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
from comfydoctor.fixes.putback import check_back, find, park, put_back, take_out
from comfydoctor.fixes.words import counted, job_name, listed
from comfydoctor.model.fix import JournalEntry, Plan, PlanStep, Risk
from comfydoctor.model.job import Queue, QueueItem

HIDING_SINCE = (0, 3, 68)
"""From here on ``/queue`` no longer shows the account keys of partner services."""


class Parker(Fix):
    """Parks chosen jobs; a plan stays good while its jobs become fewer."""

    risk = Risk.SAFE

    @abstractmethod
    def choose(self, queue: Queue, target: str) -> tuple[QueueItem, ...]:
        """The waiting jobs to take out; raises NotApplicable when there are none."""

    async def plan(self, care: Care, target: str = "") -> Plan:
        queue = await care.client.queue()
        items = self.choose(queue, target)
        return self._plan(
            care,
            title=self.heading(items),
            steps=park_steps(items),
            loses=await self.loss(care, items),
            undo=f"Puts {counted(len(items), 'job')} back, each in its place.",
            basis=basis_of(self.id, sorted(item.id for item in items)),
            seconds=(0.1, 2.0),
            target=target,
            facts=(("Waiting", listed(map(job_name, items))),),
            payload=json.dumps({"ids": [item.id for item in items]}),
        )

    def heading(self, items: tuple[QueueItem, ...]) -> str:
        """Title of the plan."""
        return f"Park {counted(len(items), 'waiting job')}"

    async def loss(self, care: Care, items: tuple[QueueItem, ...]) -> str:
        """What is lost, in plain words."""
        kept = "the job is" if len(items) == 1 else f"all {len(items)} jobs are"
        return (
            f"Nothing: {kept} kept on this computer and can be put back."
            + await key_warning(care, items)
        )

    def fits(self, shown: Plan, now: Plan) -> bool:
        wanted, left = read_payload(shown)["ids"], read_payload(now)["ids"]
        return set(left) <= set(wanted)

    async def apply(self, care: Care, plan: Plan, step: Step) -> None:
        queue = await care.client.queue()
        ids = set(read_payload(plan)["ids"])
        items = [item for item in queue.pending if item.id in ids]
        if not items:
            raise NotApplicable("None of these jobs is waiting any more.")
        step(0, plan.steps[0].text)
        await park(care, plan, items)
        step(1, plan.steps[1].text)
        await take_out(care, items)
        step(2, plan.steps[2].text)

    async def verify(self, care: Care, plan: Plan) -> Verdict:
        if not care.parking.has(plan.id):
            return not_done("Nothing was taken out of the queue.")
        where = await find(care, plan.id)
        total = len({p.item.id for p in where.items})
        if where.waiting:
            said = (
                f"{len(where.waiting)} of {counted(total, 'job')} still wait; "
                "the others are parked."
            )
            undo = plan.undo if len(where.waiting) < total else None
            return not_done(said, undo=undo)
        started = len(where.running | where.ended)
        rest = f" {counted(where.strangers, 'other job')} left alone." * bool(
            where.strangers
        )
        if started:
            began = f"{started} had started already and went on"
            return done(f"{counted(total - started, 'job')} parked; {began}.{rest}")
        return done(f"{counted(total, 'job')} parked, none lost.{rest}")

    async def undo(self, care: Care, entry: JournalEntry, step: Step) -> None:
        if care.parking.has(entry.id):
            await put_back(care, entry.id, step)

    async def verify_undo(self, care: Care, entry: JournalEntry) -> Verdict:
        if not care.parking.has(entry.id):
            return done("Nothing had been taken out of the queue.")
        return await check_back(care, entry.id)


def park_steps(items: tuple[QueueItem, ...]) -> tuple[PlanStep, ...]:
    """The three steps of parking."""
    jobs = counted(len(items), "job")
    return (
        PlanStep(f"Keep {jobs} in a file on this computer."),
        PlanStep(f"Take {jobs} out of the queue.", 'POST /queue {"delete": […]}'),
        PlanStep("Read the queue again to be sure."),
    )


async def key_warning(care: Care, items: tuple[QueueItem, ...]) -> str:
    """What becomes of account keys for paid partner nodes, or empty."""
    if keyed := [item for item in items if item.hides_secrets]:
        return (
            f" The account key in {listed(map(job_name, keyed))} is not written to "
            "disk: it comes back only while ComfyDoctor stays open."
        )
    if care.info is None:
        care.info = await care.client.system_stats()
    if care.info.at_least(*HIDING_SINCE) or not care.info.version:
        return (
            " Only jobs with paid partner nodes lose their login, which the server "
            "does not show to anybody."
        )
    return ""
