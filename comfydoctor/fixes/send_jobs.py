"""Move waiting jobs to another server that has their nodes and models."""

import json
from dataclasses import replace

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
    unknown,
)
from comfydoctor.fixes.delivery import (
    arrived_at,
    ids_of,
    is_doubtful,
    send,
    take_back,
    waiting_at,
)
from comfydoctor.fixes.fitting import definitions_of, misfits
from comfydoctor.fixes.putback import (
    check_back,
    find,
    park,
    put_back,
    take_out,
)
from comfydoctor.fixes.words import counted, job_name, listed
from comfydoctor.model.fix import FixOutcome, JournalEntry, Plan, PlanStep, Risk
from comfydoctor.model.job import QueueItem
from comfydoctor.model.wish import Wish


class SendJobs(Fix):
    """Option ``to`` is the other server's address; the subject one job, or all.

    Each job is looked through there before it is taken out here, and lies in a file
    until it is seen there.
    """

    id = "send-jobs"
    title = "Send waiting jobs to another server"
    about = "Moves waiting jobs to a server that has the nodes and models they need."
    risk = Risk.SAFE
    repeatable = False

    async def plan(self, care: Care, target: str = "") -> Plan:
        wish = Wish.read(target)
        items = _wanted((await care.client.queue()).pending, wish)
        fit, reasons = await _fitting(care, wish, items)
        if not fit:
            raise NotApplicable(
                f"That server cannot run {'it' if len(items) == 1 else 'any of them'}: "
                + "; ".join(reasons[:3])
                + "."
            )
        jobs, to = counted(len(fit), "job"), wish.get("to")
        return self._plan(
            care,
            title=f"Send {jobs} to {to}",
            steps=(
                PlanStep(f"Keep {jobs} in a file on this computer."),
                PlanStep(
                    f"Take {jobs} out of this queue.", 'POST /queue {"delete": …}'
                ),
                PlanStep(f"Queue {jobs} at {to}.", f"POST {to}/prompt, one a job"),
                PlanStep("Find every job there."),
            ),
            loses=_loss(fit),
            undo="Takes jobs that wait there back, and those that never arrived.",
            basis=basis_of(self.id, to, sorted(item.id for item in fit)),
            seconds=(0.5, 3.0 + 0.2 * len(fit)),
            target=target,
            facts=(
                ("To", to),
                ("Jobs", listed(map(job_name, fit))),
                *((("Stay here", "; ".join(reasons[:3])),) if reasons else ()),
            ),
            payload=json.dumps({"ids": [item.id for item in fit], "to": to}),
        )

    def fits(self, shown: Plan, now: Plan) -> bool:
        wanted, left = read_payload(shown)["ids"], read_payload(now)["ids"]
        return set(left) <= set(wanted)

    async def apply(self, care: Care, plan: Plan, step: Step) -> None:
        ids = set(read_payload(plan)["ids"])
        items = [i for i in (await care.client.queue()).pending if i.id in ids]
        if not items:
            raise NotApplicable("None of these jobs is waiting any more.")
        step(0, plan.steps[0].text)
        await park(care, plan, items)
        step(1, plan.steps[1].text)
        await take_out(care, items)
        gone = {i.id for i in (await care.client.queue()).pending} & ids
        step(2, plan.steps[2].text)
        async with care.elsewhere(read_payload(plan)["to"]) as there:
            for number, item in enumerate((i for i in items if i.id not in gone), 1):
                step(2, f"Queues {number} of {len(items)} there.")
                await send(care, plan, there, item)
        step(3, plan.steps[3].text)

    async def verify(self, care: Care, plan: Plan) -> Verdict:
        if not care.parking.has(plan.id):
            return not_done("No job was sent.")
        to = read_payload(plan)["to"]
        arrived = await arrived_at(care, plan.id, to)
        where = await find(care, plan.id)
        missing = {p.item.id for p in where.missing} - set(arrived)
        total = len({p.item.id for p in where.items})
        said = f"{len(arrived)} of {counted(total, 'job')} are at {to}"
        if any(is_doubtful(care, plan.id, job) for job in missing):
            return unknown(f"{said}; of the others it is not known yet.")
        if missing:
            refused = care.journal.kept(plan.id, "refused") or {}
            reasons = "\n".join(f"{job[:8]}: {why}" for job, why in refused.items())
            return not_done(f"{said}; the others lie parked.", reasons, undo=plan.undo)
        if where.waiting:
            undo = plan.undo if arrived else None
            return not_done(f"{said}; the others still wait here.", undo=undo)
        ran = total - len(arrived)
        return done(f"{said}, {ran} had started here." if ran else f"{said}.")

    async def undo(self, care: Care, entry: JournalEntry, step: Step) -> None:
        if not care.parking.has(entry.id):
            return
        to = read_payload(care.journal.plan(entry.id))["to"]
        step(0, f"Take jobs back that still wait at {to}.")
        async with care.elsewhere(to) as there:
            await take_back(care, entry.id, there)
        arrived = await arrived_at(care, entry.id, to)
        doubtful = {j for j in ids_of(care, entry.id) if is_doubtful(care, entry.id, j)}
        await put_back(care, entry.id, step, without=set(arrived) | doubtful)

    async def verify_undo(self, care: Care, entry: JournalEntry) -> Verdict:
        if not care.parking.has(entry.id):
            return done("No job had been sent.")
        to = read_payload(care.journal.plan(entry.id))["to"]
        if waiting := await waiting_at(care, entry.id, to):
            return not_done(f"{counted(waiting, 'job')} still wait at {to}.")
        arrived = await arrived_at(care, entry.id, to)
        back = await check_back(care, entry.id, without=arrived)
        if arrived and back.outcome is FixOutcome.DONE:
            said = f"{back.said} {counted(len(arrived), 'job')} began there and stay."
            return replace(back, said=said)
        return back


def _wanted(pending: tuple[QueueItem, ...], wish: Wish) -> tuple[QueueItem, ...]:
    if not wish.get("to"):
        raise NotApplicable("Name the other server.", advice="Say to=ADDRESS.")
    named = wish.subject.replace(",", " ").split()
    found = tuple(i for i in pending if not named or i.id in named)
    if not found:
        raise NotApplicable(
            "No such job is waiting." if named else "No job is waiting."
        )
    return tuple(i for i in found if not i.poisoned)


async def _fitting(
    care: Care, wish: Wish, items: tuple[QueueItem, ...]
) -> tuple[list[QueueItem], list[str]]:
    """Jobs that the other server can run, and why it cannot run the rest."""
    fit: list[QueueItem] = []
    reasons: list[str] = []
    async with care.elsewhere(wish.get("to")) as there:
        if there.http.url.rstrip("/") == care.client.http.url.rstrip("/"):
            raise NotApplicable("That is this very server.")
        definitions = await definitions_of(there)
        for item in items:
            if lacks := misfits(item, definitions):
                reasons.append(f"{job_name(item)}: {', '.join(lacks[:3])}")
            else:
                fit.append(item)
    return fit, reasons


def _loss(items: list[QueueItem]) -> str:
    lost = "Nothing of the jobs: they run there, under new ids, and write their files "
    lost += "on that server. A browser that queued one hears no progress of it."
    if keyed := [item for item in items if item.hides_secrets]:
        names = listed(map(job_name, keyed))
        lost += f" The account key in {names} is not sent to another server."
    return lost
