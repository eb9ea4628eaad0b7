"""Put an earlier version of a workflow back, and lose no later one."""

from dataclasses import dataclass, replace
from pathlib import Path

from comfydoctor.errors import NotApplicable, NotAWorkflow, Unreachable
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
from comfydoctor.fixes.revert_fit import Today, does_it_fit, todays
from comfydoctor.fixes.revert_place import FolderPlace, ServerPlace, WorkflowPlace
from comfydoctor.fixes.revert_swap import (
    UNDO,
    keep_leftovers,
    keep_state,
    look,
    put,
    take_away,
    versions_of,
)
from comfydoctor.model.difference import WorkflowDiff
from comfydoctor.model.fix import JournalEntry, Plan, PlanStep, Risk
from comfydoctor.model.version import Origin, Version
from comfydoctor.model.wish import Wish
from comfydoctor.store.versions_codec import hash_of
from comfydoctor.workflow.diff import diff_texts
from comfydoctor.workflow.diff_restore import restore_node

SHOWN_LINES = 200
NOTHING_LOST = (
    "Nothing: what is there now is kept as a version first. A browser tab that has "
    "the workflow open shows the old state until it is reloaded."
)


@dataclass(frozen=True)
class Aim:
    """What is to lie where."""

    version: Version
    node: str
    content: bytes
    now: bytes | None
    folder: str
    """The file on this computer, empty when it goes over the server."""


class RevertWorkflow(Fix):
    """``target``: number of the version; options ``node`` and ``folder``."""

    id = "revert-workflow"
    title = "Back to an earlier version"
    about = "Puts a kept version of a workflow back, or one node's values of it."
    risk = Risk.SAFE

    async def plan(self, care: Care, target: str = "") -> Plan:
        aim = await find_aim(care, Wish.read(target))
        if aim.now == aim.content:
            raise NotApplicable("The workflow is in that state already.")
        today = await todays(care)
        version, compared = aim.version, compare(aim, today)
        what = f"Node {aim.node} of" if aim.node else "Put back"
        place = place_of(care, aim)
        return self._plan(
            care,
            title=f"{what} “{version.place.name}”, version {version.id}",
            steps=(
                PlanStep("Keep what is there now as a version."),
                PlanStep(
                    f"Write the old version beside {place.where}, read it back.",
                    place.writing,
                ),
                PlanStep("Swap the two by renaming.", place.moving),
                PlanStep("Read it again, keep whatever was saved meanwhile."),
            ),
            loses=NOTHING_LOST,
            undo=UNDO,
            basis=basis_of(self.id, target, version.content, aim.folder),
            seconds=(0.1, 3.0),
            target=target,
            facts=await facts_of(care, aim, compared, today),
            difference=difference_of(compared),
            payload=Wish(
                str(version.id), {"content": hash_of(aim.content), "file": aim.folder}
            ).write(),
        )

    async def apply(self, care: Care, plan: Plan, step: Step) -> None:
        aim = await find_aim(care, Wish.read(plan.target))
        place = place_of(care, aim)
        step(0, plan.steps[0].text)
        await keep_leftovers(care, aim.version.place, place)
        kept = await keep_state(care, aim.version.place, aim.now)
        before = {"version": kept, "there": aim.now is not None}
        await care.keep(care.journal.keep, plan.id, "before", before)
        after = await keep_state(care, aim.version.place, aim.content, Origin.REVERT)
        await care.keep(care.journal.keep, plan.id, "after", {"version": after})
        await put(care, plan, place, aim.version.place, aim.content, step)

    async def verify(self, care: Care, plan: Plan) -> Verdict:
        place, version = self._place(care, plan)
        wanted = read_payload(plan).get("content", "")
        return await look(care, place, version.place, str(wanted))

    async def undo(self, care: Care, entry: JournalEntry, step: Step) -> None:
        plan = care.journal.plan(entry.id)
        place, version = self._place(care, plan)
        before = care.journal.kept(entry.id, "before")
        if before is None:
            return  # nothing had been touched
        await keep_state(care, version.place, await place.read())
        if before["there"]:
            content = await care.keep(content_of, care, int(before["version"]))
            await put(care, plan, place, version.place, content, step)
        else:
            await take_away(care, plan, place, version.place)

    async def verify_undo(self, care: Care, entry: JournalEntry) -> Verdict:
        place, version = self._place(care, care.journal.plan(entry.id))
        before = care.journal.kept(entry.id, "before")
        if before is None:
            return done("Nothing had been changed.")
        if not before["there"]:
            gone = await place.read() is None
            return done("The file is away again.") if gone else _STILL_THERE
        wanted = versions_of(care).version(int(before["version"])).content
        return await look(care, place, version.place, wanted)

    def fits(self, shown: Plan, now: Plan) -> bool:
        """Only the aim must be the same: whatever was saved since is kept first.

        Else somebody who saves all the time would make this impossible.
        """
        return shown.basis == now.basis

    def _place(self, care: Care, plan: Plan) -> tuple[WorkflowPlace, Version]:
        payload = read_payload(plan)
        version = versions_of(care).version(int(payload["subject"]))
        aim = Aim(version, "", b"", None, str(payload.get("file", "")))
        return place_of(care, aim), version


_STILL_THERE = not_done("The file is there.")


def content_of(care: Care, number: int) -> bytes:
    """A version's bytes."""
    store = versions_of(care)
    return store.content(store.version(number).content)


async def find_aim(care: Care, wish: Wish) -> Aim:
    """Read the version and the file as it is now. Raises NotApplicable."""
    store = await care.keep(versions_of, care)
    if not wish.subject.isdigit():
        raise NotApplicable(
            "Which version?", advice="`comfydoctor versions list` names them."
        )
    version = store.version(int(wish.subject))
    content = await care.keep(store.content, version.content)
    aim = Aim(version, wish.get("node"), content, None, wish.get("folder"))
    aim, now = await read_now(care, aim)
    if aim.node and now is None:
        raise NotApplicable("The workflow is not there, so no node of it either.")
    if aim.node and now is not None:
        content = await care.keep(restored, now, content, aim.node)
    return replace(aim, content=content, now=now)


def restored(now: bytes, then: bytes, node: str) -> bytes:
    """`restore_node` with the error of a fix."""
    try:
        return restore_node(now, then, node)
    except NotAWorkflow as error:
        raise NotApplicable(str(error)) from error


async def read_now(care: Care, aim: Aim) -> tuple[Aim, bytes | None]:
    """What lies there; with the server dead, in its folder where that is known."""
    try:
        return aim, await place_of(care, aim).read()
    except Unreachable:
        folder = await care.keep(care.workflow_folder)
        if folder is None or aim.folder or not aim.version.place.path:
            raise
        aim = replace(aim, folder=str(folder / aim.version.place.path))
        return aim, await place_of(care, aim).read()


def place_of(care: Care, aim: Aim) -> WorkflowPlace:
    """Over the server, or the file itself. Raises NotApplicable."""
    place = aim.version.place
    if aim.folder:
        return FolderPlace(Path(aim.folder))
    if not place.path:
        raise NotApplicable(
            "This workflow was seen in jobs only, so there is no file to put back.",
            advice="Export the version and open it in ComfyUI.",
        )
    if not place.server:
        return FolderPlace(Path(place.path))
    if place.server != care.profile.key:
        raise NotApplicable(f"This workflow lies on another server: {place.server}.")
    return ServerPlace(care.client, place.path)


async def facts_of(
    care: Care, aim: Aim, compared: WorkflowDiff | None, today: Today
) -> tuple[tuple[str, str], ...]:
    """What changes, and whether the server can run it."""
    changes = compared.summary if compared else "What is there is no workflow."
    fits = await does_it_fit(care, today, aim.content)
    return ("Changes", changes), ("Fits this server", fits)


def compare(aim: Aim, today: Today) -> WorkflowDiff | None:
    """From what is there to what is put back; None when one is no workflow."""
    try:
        return diff_texts(aim.now or b"", aim.content, classes=today.classes)
    except NotAWorkflow:
        return None


def difference_of(compared: WorkflowDiff | None) -> str:
    """For the dialog, line by line."""
    if compared is None:
        return "+ the whole workflow"
    lines = [f"  {line}" for line in compared.lines()]
    more = len(lines) - SHOWN_LINES
    rest = [f"  and {more} more"] if more > 0 else []
    return "\n".join(lines[:SHOWN_LINES] + rest)
