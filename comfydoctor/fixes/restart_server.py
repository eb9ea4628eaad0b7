"""Restart ComfyUI through its Manager, with the waiting jobs kept."""

import json
from dataclasses import asdict

from comfydoctor.comfy.liveness import Marks, find_restart, marks_of
from comfydoctor.errors import NotApplicable, ServerError, TimedOut, Unreachable
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
from comfydoctor.fixes.words import counted, job_name, listed
from comfydoctor.model.fix import FixOutcome, JournalEntry, Plan, PlanStep, Risk
from comfydoctor.model.job import Queue
from comfydoctor.model.manager import ManagerGeneration
from comfydoctor.model.server import ServerInfo

PATIENCE = 300.0
"""Seconds until the port must be open: node packs are imported before that."""
POLL = 1.0
FALLS_WITHIN = 20.0
BY_HAND = (
    "Stop it in its own window with Ctrl+C (or close the app) and start it as usual"
)


class RestartServer(Fix):
    """The job that runs is left out: it may be what brought the server down."""

    id = "restart-server"
    title = "Restart ComfyUI"
    about = "Restarts ComfyUI with its Manager and puts the waiting jobs back."
    risk = Risk.DISRUPTIVE
    repeatable = False

    async def plan(self, care: Care, target: str = "") -> Plan:
        info = await care.client.system_stats()
        manager = await care.client.manager()
        if manager.generation is ManagerGeneration.NONE:
            raise NotApplicable(
                "This server has no ComfyUI-Manager, so it cannot be restarted "
                "from here.",
                advice=_by_hand(info),
            )
        queue = await care.client.queue()
        waiting = counted(len(queue.pending), "waiting job")
        return self._plan(
            care,
            steps=(
                PlanStep(f"Keep the {waiting} in a file on this computer."),
                PlanStep("Restart ComfyUI.", f"POST {_route(manager.generation)}"),
                PlanStep("Wait until it answers again: mostly 10 to 60 seconds."),
                PlanStep(f"Put the {waiting} back.", "POST /prompt, one a job"),
            ),
            loses=await _loss(care, queue),
            undo=_undo(queue),
            basis=basis_of(
                self.id, manager.version, [item.id for item in queue.running]
            ),
            seconds=(10.0, PATIENCE),
            facts=(
                ("Manager", manager.version),
                ("Running", listed(map(job_name, queue.running)) or "nothing"),
                ("Waiting", listed(map(job_name, queue.pending)) or "nothing"),
            ),
            payload=json.dumps({"running": [item.id for item in queue.running]}),
        )

    async def apply(self, care: Care, plan: Plan, step: Step) -> None:
        step(0, plan.steps[0].text)
        marks = _written(await _marks(care))
        await care.keep(care.journal.keep, plan.id, "marks", marks)
        queue = await care.client.queue()
        if queue.running or queue.pending:
            await park(care, plan, queue.running + queue.pending)
        step(1, plan.steps[1].text)
        await care.client.manager_reboot()
        step(2, plan.steps[2].text)
        if await _wait_for_start(care):
            await care.keep(care.journal.keep, plan.id, "away", True)
        step(3, plan.steps[3].text)
        if care.parking.has(plan.id):
            poison = read_payload(plan)["running"]
            await put_back(care, plan.id, step, index=3, without=poison)

    async def verify(self, care: Care, plan: Plan) -> Verdict:
        written = care.journal.kept(plan.id, "marks")
        if not written:
            return not_done("ComfyUI was not restarted.")
        restarted = bool(care.journal.kept(plan.id, "away")) or bool(
            find_restart(Marks(**written), await _marks(care))
        )
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
        if care.parking.has(entry.id):
            await put_back(care, entry.id, step)

    async def verify_undo(self, care: Care, entry: JournalEntry) -> Verdict:
        if not care.parking.has(entry.id):
            return done("No job had been kept.")
        return await check_back(care, entry.id)


async def _marks(care: Care) -> Marks:
    """What tells a restart; nothing where the log is hidden."""
    try:
        return marks_of(await care.client.log_entries())
    except ServerError:
        return Marks()


def _written(marks: Marks) -> dict[str, object]:
    return {k: v for k, v in asdict(marks).items() if k != "history"}


async def _wait_for_start(care: Care) -> bool:
    """Wait until it answers; returns whether it was away. Raises TimedOut."""
    waited, away = 0.0, False
    while waited < PATIENCE:
        await care.sleep(POLL)
        waited += POLL
        try:
            await care.client.system_stats()
        except Unreachable:
            away = True
            continue
        except ServerError:
            continue  # slow is not away
        if away or waited >= FALLS_WITHIN:
            return away
    raise TimedOut(
        f"ComfyUI did not come back within {PATIENCE / 60:.0f} minutes.",
        advice="Look at its window or log; the parked jobs are kept.",
    )


async def _still_runs(care: Care, plan: Plan) -> bool:
    running = {item.id for item in (await care.client.queue()).running}
    return bool(running & set(read_payload(plan)["running"]))


async def _loss(care: Care, queue: Queue) -> str:
    lost = "The list of finished jobs and all loaded models; files stay."
    if queue.running:
        lost += f" {job_name(queue.running[0])}, which runs now, is stopped and not "
        lost += "put back by itself."
    if queue.pending:
        lost += f" {counted(len(queue.pending), 'waiting job')} put back afterwards."
        lost += await key_warning(care, queue.pending)
    return lost


def _undo(queue: Queue) -> str:
    if queue.running:
        return "Queues kept jobs again that are missing, the one that ran too."
    return "Queues kept jobs again that are missing." if queue.pending else ""


def _route(generation: ManagerGeneration) -> str:
    v3 = generation is ManagerGeneration.V3
    return "/manager/reboot" if v3 else "/v2/manager/reboot"


def _by_hand(info: ServerInfo) -> str:
    command = " ".join(info.argv)[:300]
    known = f". It was started as: {command}" if command else ""
    return (
        "Park the waiting jobs first, then restart ComfyUI by hand and put them "
        f"back. {BY_HAND}{known}."
    )
