"""Restart ComfyUI with the waiting jobs kept and the one that hangs left out."""

import asyncio
import json
import os
from collections.abc import Callable
from dataclasses import asdict

from comfydoctor.comfy.liveness import Marks, find_restart, marks_of
from comfydoctor.errors import ServerError, TimedOut, Unreachable
from comfydoctor.fixes import process
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
from comfydoctor.fixes.parker import key_warning
from comfydoctor.fixes.putback import check_back, park, put_back
from comfydoctor.fixes.ways import Way, choose_way, log_for, start_again
from comfydoctor.fixes.words import counted, job_name, listed
from comfydoctor.host.local import locate
from comfydoctor.model.fix import FixOutcome, JournalEntry, Plan, PlanStep, Risk
from comfydoctor.model.job import Queue
from comfydoctor.model.server import ServerInfo
from comfydoctor.model.wish import Wish

LONGEST = 300.0
BLIND = (
    "Jobs that wait cannot be read and are lost: the server does not answer. Also the "
    "list of finished jobs and all loaded models; files stay."
)


class RestartServer(Fix):
    """The job that runs is left out: it may be what brought the server down.

    Option ``way`` chooses ``command``, ``manager`` or ``process``; left out, the
    first of these that there is.
    """

    id = "restart-server"
    title = "Restart ComfyUI"
    about = "Restarts ComfyUI and puts the waiting jobs back, without the one that ran."
    risk = Risk.DISRUPTIVE
    repeatable = False

    async def plan(self, care: Care, target: str = "") -> Plan:
        info, queue = await _look(care)
        way = await choose_way(care, info, Wish.read(target).get("way"))
        seen = queue or Queue()
        return self._plan(
            care,
            steps=_steps(way, queue),
            loses=BLIND if queue is None else await _loss(care, queue),
            undo=_undo(seen),
            basis=basis_of(self.id, way.basis, [item.id for item in seen.running]),
            seconds=(10.0, LONGEST),
            target=target,
            facts=(
                *way.facts,
                ("Running", listed(map(job_name, seen.running)) or _none(queue)),
                ("Waiting", listed(map(job_name, seen.pending)) or _none(queue)),
            ),
            payload=json.dumps(
                {"running": [i.id for i in seen.running], "blind": queue is None}
            ),
        )

    async def apply(self, care: Care, plan: Plan, step: Step) -> None:
        payload = read_payload(plan)
        step(0, plan.steps[0].text)
        marks = _written(await _marks(care))
        info, queue = await _look(care)
        way = await choose_way(care, info, Wish.read(plan.target).get("way"))
        await care.keep(care.journal.keep, plan.id, "marks", marks)
        await care.keep(care.journal.keep, plan.id, "process", way.kept)
        jobs = queue.running + queue.pending if queue and not payload["blind"] else ()
        if jobs:
            await park(care, plan, jobs)
        step(1, plan.steps[1].text)
        if await way.go(care, _telling(step, 2)):
            await care.keep(care.journal.keep, plan.id, "away", True)
        step(3, plan.steps[3].text)
        if care.parking.has(plan.id):
            await put_back(care, plan.id, step, index=3, without=payload["running"])

    async def verify(self, care: Care, plan: Plan) -> Verdict:
        written = care.journal.kept(plan.id, "marks")
        if written is None:
            return not_done("ComfyUI was not restarted.")
        try:
            restarted = await _restarted(care, plan, written)
        except Unreachable as error:
            if await _ended(care, plan.id):
                said = "ComfyUI was ended and does not answer; undo starts it again."
                return Verdict(FixOutcome.NOT_DONE, said, str(error), RECOVER)
            raise
        if not restarted and await _still_runs(care, plan):
            return not_done("ComfyUI did not restart.")
        back = done("no job was waiting.")
        if care.parking.has(plan.id):
            poison = read_payload(plan)["running"]
            back = await check_back(care, plan.id, without=poison)
        said = f"ComfyUI answers again; {back.said}"
        if not restarted and back.outcome is FixOutcome.DONE:
            return unknown(f"{said} A restart was not seen.", back.detail)
        return Verdict(back.outcome, said, back.detail, plan.undo)

    async def undo(self, care: Care, entry: JournalEntry, step: Step) -> None:
        if await _ended(care, entry.id):
            step(0, "Start ComfyUI again, as it was started before.")
            await _recover(care, entry.id, _telling(step, 0))
        if care.parking.has(entry.id):
            await put_back(care, entry.id, step)

    async def verify_undo(self, care: Care, entry: JournalEntry) -> Verdict:
        if not care.parking.has(entry.id):
            await care.client.queue_remaining()
            return done("ComfyUI answers; no job had been kept.")
        return await check_back(care, entry.id)


RECOVER = "Starts ComfyUI again as it was started before, and puts kept jobs back."


def _steps(way: Way, queue: Queue | None) -> tuple[PlanStep, ...]:
    waiting = counted(len(queue.pending) if queue else 0, "waiting job")
    return (
        PlanStep(f"Keep the {waiting} in a file on this computer."),
        PlanStep("Restart ComfyUI.", way.request),
        PlanStep("Wait until it answers again: mostly 10 to 60 seconds."),
        PlanStep(f"Put the {waiting} back.", "POST /prompt, one a job"),
    )


async def _look(care: Care) -> tuple[ServerInfo, Queue | None]:
    """What the server says now; a hung one was known before, or raises TimedOut."""
    try:
        return await care.client.system_stats(), await care.client.queue()
    except TimedOut:
        if care.info is None:
            raise
        return care.info, None


def _telling(step: Step, index: int) -> Callable[[str], None]:
    return lambda text: step(index, text)


async def _marks(care: Care) -> Marks:
    """What tells a restart; nothing where the log is hidden."""
    try:
        return marks_of(await care.client.log_entries())
    except ServerError:
        return Marks()


def _written(marks: Marks) -> dict[str, object]:
    return {k: v for k, v in asdict(marks).items() if k != "history"}


async def _restarted(care: Care, plan: Plan, written: dict[str, object]) -> bool:
    """Whether it began anew: seen to be away, by its log, or by its process."""
    await care.client.system_stats()
    if care.journal.kept(plan.id, "away"):
        return True
    if find_restart(Marks(**written), await _marks(care)):  # type: ignore[arg-type]
        return True
    return await _ended(care, plan.id)


async def _ended(care: Care, entry_id: str) -> bool:
    """Whether the process that was to be restarted is gone."""
    kept = care.journal.kept(entry_id, "process") or {}
    if "pid" not in kept:
        return False
    return not await care.keep(process.is_there, kept["pid"], kept["started"])


async def _recover(care: Care, entry_id: str, tell: Callable[[str], None]) -> None:
    """Start it from what was written down, unless somebody did."""
    kept = care.journal.kept(entry_id, "process") or {}
    where = await asyncio.to_thread(locate, care.profile.url)
    if where.pid is not None:
        return
    launch = process.Launch(
        tuple(kept["argv"]), kept["cwd"], dict(os.environ), kept["log"]
    )
    await start_again(care, launch, log_for(care, care.profile.url), tell)


async def _still_runs(care: Care, plan: Plan) -> bool:
    running = {item.id for item in (await care.client.queue()).running}
    return bool(running & set(read_payload(plan)["running"]))


async def _loss(care: Care, queue: Queue) -> str:
    lost = "The list of finished jobs and all loaded models; files stay."
    if queue.running:
        lost += f" What runs now, {job_name(queue.running[0])}, is stopped and not "
        lost += "put back by itself."
    if queue.pending:
        lost += f" {counted(len(queue.pending), 'waiting job')} put back afterwards."
        lost += await key_warning(care, queue.pending)
    return lost


def _undo(queue: Queue) -> str:
    if queue.running:
        return "Queues kept jobs again that are missing, the one that ran too."
    return "Queues kept jobs again that are missing." if queue.pending else ""


def _none(queue: Queue | None) -> str:
    return "nothing" if queue is not None else "not known"
