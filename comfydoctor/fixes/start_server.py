"""Start a ComfyUI of this computer that is down."""

import shlex

from comfydoctor.errors import NotApplicable, ServerError, Unreachable
from comfydoctor.fixes import process
from comfydoctor.fixes.awaiting import last_words, tail_of
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
from comfydoctor.fixes.launching import known_launch
from comfydoctor.fixes.ways import log_for, start_again
from comfydoctor.model.fix import JournalEntry, Plan, PlanStep, Risk
from comfydoctor.model.wish import Wish


class StartServer(Fix):
    """As its process was seen last, else as it is installed; see `known_launch`."""

    id = "start-server"
    title = "Start ComfyUI"
    about = "Starts a ComfyUI on this computer that has ended, as it ran before."
    risk = Risk.SAFE
    repeatable = False

    async def plan(self, care: Care, target: str = "") -> Plan:
        if await _answers(care):
            raise NotApplicable("ComfyUI answers already.")
        launch = await known_launch(care, Wish.read(target))
        log = launch.log or str(log_for(care, care.profile.url))
        return self._plan(
            care,
            steps=(
                PlanStep("Start ComfyUI.", shlex.join(launch.argv)[:300]),
                PlanStep("Wait until it answers: mostly 10 to 60 seconds."),
            ),
            loses="Nothing. Jobs that were parked can be put back afterwards.",
            undo="Ends the ComfyUI that was started.",
            basis=basis_of(self.id, launch.argv, launch.cwd),
            seconds=(5.0, 300.0),
            target=target,
            facts=(("In folder", launch.cwd), ("Its output goes to", log)),
        )

    async def apply(self, care: Care, plan: Plan, step: Step) -> None:
        launch = await known_launch(care, Wish.read(plan.target))
        step(0, plan.steps[0].text)

        async def note(pid: int, started: float) -> None:
            kept = {"pid": pid, "started": started}
            await care.keep(care.journal.keep, plan.id, "process", kept)

        log = log_for(care, care.profile.url)
        await start_again(care, launch, log, lambda text: step(1, text), note)

    async def verify(self, care: Care, plan: Plan) -> Verdict:
        kept = care.journal.kept(plan.id, "process")
        if kept is None:
            return not_done("ComfyUI was not started.")
        if not await care.keep(process.is_there, kept["pid"], kept["started"]):
            said = last_words(tail_of(log_for(care, care.profile.url)))
            return not_done("ComfyUI was started and has ended.", said)
        if not await _answers(care):
            return unknown("ComfyUI was started and does not answer yet.")
        return done("ComfyUI answers.")

    async def undo(self, care: Care, entry: JournalEntry, step: Step) -> None:
        kept = care.journal.kept(entry.id, "process")
        if kept is not None:
            step(0, "End the ComfyUI that was started.")
            await care.keep(process.end, kept["pid"], kept["started"])

    async def verify_undo(self, care: Care, entry: JournalEntry) -> Verdict:
        kept = care.journal.kept(entry.id, "process") or {"pid": 0, "started": 0.0}
        if await care.keep(process.is_there, kept["pid"], kept["started"]):
            return not_done("It still runs.")
        return done("It has ended.")


async def _answers(care: Care) -> bool:
    try:
        await care.client.system_stats()
    except Unreachable:
        return False
    except ServerError:
        return True  # something is there, if only slow
    return True
