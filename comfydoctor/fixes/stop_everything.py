"""Stop all: keep the waiting jobs, then stop the running one."""

import json

from comfydoctor.errors import NotApplicable
from comfydoctor.fixes import stopping
from comfydoctor.fixes.base import (
    Care,
    Step,
    Verdict,
    basis_of,
    done,
    not_done,
    read_payload,
)
from comfydoctor.fixes.parker import Parker, key_warning, park_steps
from comfydoctor.fixes.putback import park, take_out
from comfydoctor.fixes.words import counted, job_name, listed
from comfydoctor.model.fix import FixOutcome, Plan, PlanStep, Risk
from comfydoctor.model.job import Queue, QueueItem


class StopEverything(Parker):
    """In this order: interrupted first, the next waiting job would start at once."""

    id = "stop-everything"
    title = "Stop everything"
    about = "Parks all waiting jobs, then stops the running one."
    risk = Risk.DISRUPTIVE

    def choose(self, queue: Queue, target: str) -> tuple[QueueItem, ...]:
        return queue.pending

    async def plan(self, care: Care, target: str = "") -> Plan:
        queue = await care.client.queue()
        if not queue.running and not queue.pending:
            raise NotApplicable("Nothing runs and nothing waits.")
        waiting, running = queue.pending, queue.running[0] if queue.running else None
        jobs = counted(len(waiting), "waiting job")
        back = f"Puts the {jobs} back; the stopped one is not restarted."
        return self._plan(
            care,
            steps=(park_steps(waiting) if waiting else ()) + _stop_steps(running),
            loses=await self._loss(care, running, waiting),
            undo=back if waiting else "",
            basis=basis_of(self.id, running.id if running else ""),
            seconds=(0.3, 14.0),
            facts=(
                ("Running", job_name(running) if running else "nothing"),
                ("Waiting", listed(map(job_name, waiting)) or "nothing"),
            ),
            payload=json.dumps(
                {
                    "ids": [item.id for item in waiting],
                    "running": running.id if running else "",
                }
            ),
        )

    async def _loss(
        self, care: Care, running: QueueItem | None, waiting: tuple[QueueItem, ...]
    ) -> str:
        lost = stopping.stop_loss(running) if running else ""
        if waiting:
            jobs = counted(len(waiting), "waiting job")
            lost += f" The {jobs} are kept and can be put back."
            lost += await key_warning(care, waiting)
        return lost.strip()

    def fits(self, shown: Plan, now: Plan) -> bool:
        same = shown.basis == now.basis or not read_payload(now)["running"]
        return same and super().fits(shown, now)

    async def apply(self, care: Care, plan: Plan, step: Step) -> None:
        payload = read_payload(plan)
        queue = await care.client.queue()
        items = [item for item in queue.pending if item.id in set(payload["ids"])]
        last = len(plan.steps) - 1
        if items:
            step(0, plan.steps[0].text)
            await park(care, plan, items)
            step(1, plan.steps[1].text)
            await take_out(care, items)
        if payload["running"]:
            step(last - 1, plan.steps[last - 1].text)
            await stopping.ask_to_stop(care, payload["running"])
            step(last, plan.steps[last].text)
            await stopping.watch(care, payload["running"])

    async def verify(self, care: Care, plan: Plan) -> Verdict:
        payload = read_payload(plan)
        parked = done("")
        if payload["ids"]:
            parked = await super().verify(care, plan)
        if not payload["running"] or parked.outcome is not FixOutcome.DONE:
            return parked
        stopped = await stopping.watch(care, payload["running"], 0.0)
        said = stopping.judge(stopped)
        words = f"{said.said} {parked.said}".strip()
        if not stopped.running:
            return done(words, said.detail)  # nothing runs, however the job ended
        return not_done(words, said.detail, undo=plan.undo)


def _stop_steps(running: QueueItem | None) -> tuple[PlanStep, ...]:
    if running is None:
        return ()
    return (
        PlanStep(
            f"Ask {job_name(running)} to stop.",
            f"POST /api/jobs/{running.id}/cancel, before 0.26 /interrupt",
        ),
        PlanStep("Watch for ten seconds whether it does."),
    )
