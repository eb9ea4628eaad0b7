"""Queue a job that failed or was stopped once more."""

import json
from dataclasses import dataclass
from typing import ClassVar

from comfydoctor.comfy.parse_prompt import PromptRefused
from comfydoctor.errors import NotApplicable, Rejected
from comfydoctor.fixes.base import (
    Care,
    Fix,
    Step,
    Verdict,
    basis_of,
    done,
    not_done,
    unknown,
)
from comfydoctor.fixes.graphs import known_item, newest_items
from comfydoctor.fixes.words import job_name
from comfydoctor.model.fix import JournalEntry, Plan, PlanStep, Risk
from comfydoctor.model.job import JobState, QueueItem
from comfydoctor.model.wish import Wish

MARKER = "comfydoctor_plan"
"""Key in ``extra_data`` by which the new job is found again, with certainty."""
_AGAIN = {JobState.FAILED, JobState.INTERRUPTED}
LOOK_BACK = 20


class ResubmitJob(Fix):
    """The same graph under a new id, at the end of the queue."""

    id = "resubmit-job"
    title = "Queue a job again"
    about = "Queues a failed, stopped or parked job once more, exactly as it was."
    heading: ClassVar[str] = "Queue again:"
    step: ClassVar[str] = "Queue the same graph as a new job."
    risk = Risk.SAFE
    repeatable = False

    def reshape(self, item: QueueItem, wish: Wish) -> tuple[str, str]:
        """The graph to queue, as JSON, and its difference from the job's."""
        return item.prompt_json, ""

    async def check(self, care: Care, prompt_json: str) -> None:
        """Whether the server can run the graph; raises NotApplicable."""

    async def plan(self, care: Care, target: str = "") -> Plan:
        wish = Wish.read(target)
        job_id = wish.subject or await last_unlucky(care)
        item = await known_item(care, job_id)
        if item.poisoned:
            raise NotApplicable("This job holds a number that is none (NaN).")
        prompt_json, difference = self.reshape(item, wish)
        await self.check(care, prompt_json)
        return self._plan(
            care,
            title=f"{self.heading} {job_name(item)}",
            steps=(
                PlanStep(self.step, "POST /prompt"),
                PlanStep("Find it in the queue."),
            ),
            loses="Nothing." + (_KEY if item.hides_secrets else ""),
            undo="Takes the new job out again, while it waits.",
            basis=basis_of(self.id, job_id, prompt_json),
            seconds=(0.1, 3.0),
            target=Wish(job_id, wish.options).write(),
            difference=difference,
            facts=(("Job", job_name(item)), ("Nodes", str(item.node_count))),
        )

    async def apply(self, care: Care, plan: Plan, step: Step) -> None:
        wish = Wish.read(plan.target)
        item = await known_item(care, wish.subject)
        prompt_json, _ = self.reshape(item, wish)
        extra = json.loads(item.extra_data_json)
        extra.pop("create_time", None)
        step(0, plan.steps[0].text)
        try:
            await care.client.submit(
                json.loads(prompt_json),
                client_id=item.client_id,
                extra_data=extra | {MARKER: plan.id},
            )
        except PromptRefused as error:
            raise Rejected(f"ComfyUI refused it: {error}", status=400) from error
        step(1, plan.steps[1].text)

    async def verify(self, care: Care, plan: Plan) -> Verdict:
        found = await _find(care, plan.id)
        if found.item is not None:
            return done(f"{job_name(found.item)} is {found.place}.")
        if found.looked_everywhere:
            return not_done("The job is not in the queue.")
        return unknown("The job is not in the queue; it may have run since.")

    async def undo(self, care: Care, entry: JournalEntry, step: Step) -> None:
        found = await _find(care, entry.id)
        if found.place == "waiting" and found.item is not None:
            step(0, "Take the new job out of the queue.")
            await care.client.delete_queued([found.item.id])

    async def verify_undo(self, care: Care, entry: JournalEntry) -> Verdict:
        found = await _find(care, entry.id)
        if found.item is None:
            return done("The new job is gone again.")
        return not_done(f"The new job is {found.place}, so it was not taken out.")


_KEY = " Its account key for partner services is sent again as the server shows it."


async def last_unlucky(care: Care) -> str:
    """The newest job that failed or was stopped; raises NotApplicable."""
    for job in await care.client.history(LOOK_BACK):
        if job.state in _AGAIN:
            return job.id
    raise NotApplicable("No job failed or was stopped lately.")


@dataclass(frozen=True)
class Found:
    """The job that carries our mark, and where it is."""

    place: str = ""
    item: QueueItem | None = None
    looked_everywhere: bool = True
    """Whether older jobs than those looked at can be ruled out."""


async def _find(care: Care, plan_id: str) -> Found:
    """Queue first, then history: a job moves only from the one to the other."""
    queue = await care.client.queue()
    ended = await newest_items(care, LOOK_BACK)
    for place, items in (
        ("waiting", queue.pending),
        ("running", queue.running),
        ("finished", ended),
    ):
        for item in items:
            if json.loads(item.extra_data_json).get(MARKER) == plan_id:
                return Found(place, item)
    return Found(looked_everywhere=len(ended) < LOOK_BACK)
