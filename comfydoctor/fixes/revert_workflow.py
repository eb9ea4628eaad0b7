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
from comfydoctor.fixes.revert_fit import what_is_missing
from comfydoctor.fixes.revert_place import FolderPlace, ServerPlace, WorkflowPlace
from comfydoctor.model.difference import WorkflowDiff
from comfydoctor.model.fix import JournalEntry, Plan, PlanStep, Risk
from comfydoctor.model.version import Origin, Place, Version
from comfydoctor.model.wish import Wish
from comfydoctor.store.versions import VersionStore
from comfydoctor.store.versions_codec import hash_of
from comfydoctor.store.versions_search import with_content
from comfydoctor.workflow.diff import diff_texts
from comfydoctor.workflow.diff_restore import restore_node
from comfydoctor.workflow.sighting import sight_any

TRIES = 5
SHOWN_LINES = 200
UNDO = "Puts back what was there before."
RELOAD = "Reload the workflow's tab in the browser, or it saves its own copy over it."
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
        version, compared = aim.version, compare(aim)
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
            facts=await self._facts(care, aim, compared),
            difference=difference_of(compared),
            payload=Wish(
                str(version.id), {"content": hash_of(aim.content), "file": aim.folder}
            ).write(),
        )

    async def _facts(
        self, care: Care, aim: Aim, compared: WorkflowDiff | None
    ) -> tuple[tuple[str, str], ...]:
        changes = compared.summary if compared else "What is there is no workflow."
        missing = await what_is_missing(care, aim.content)
        facts = [("Changes", changes), ("Missing on this server", missing)]
        return tuple(facts)

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


def versions_of(care: Care) -> VersionStore:
    """Raises NotApplicable where no versions are kept."""
    if care.versions is None:
        raise NotApplicable("No versions of workflows are kept here.")
    return care.versions()


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


def compare(aim: Aim) -> WorkflowDiff | None:
    """From what is there to what is put back; None when one is no workflow."""
    try:
        return diff_texts(aim.now or b"", aim.content)
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


async def keep_state(
    care: Care, place: Place, content: bytes | None, origin: Origin | None = None
) -> int:
    """Keep a state, whatever it is; its number, 0 for none. Durable on return."""
    if content is None:
        return 0
    store = versions_of(care)
    if origin is None and (known := await care.keep(known_in, store, place, content)):
        return known
    usual = Origin.SERVER if place.server else Origin.FOLDER
    sighting = await care.keep(sight_any, place, content, origin or usual, care.clock())
    return (await care.keep(store.keep, sighting)).id


def known_in(store: VersionStore, place: Place, content: bytes) -> int:
    """Number of the newest version of that workflow with this content, else 0."""
    same = with_content(store, [hash_of(content)])
    return next((v.id for v in same if v.place.key == place.key), 0)


async def keep_leftovers(care: Care, place: Place, files: WorkflowPlace) -> None:
    """What an earlier attempt that was cut off had put aside of this workflow."""
    for name in await files.ours():
        if name.startswith(_mark(place)) and "-before" in name:
            await keep_state(care, place, await files.read(name))
            await files.delete(name)


async def put(
    care: Care,
    plan: Plan,
    files: WorkflowPlace,
    place: Place,
    content: bytes,
    step: Step,
) -> None:
    """Swap the file for ``content``: what lies there is renamed, never overwritten.

    A save by somebody else between the two renames stays; it is then put aside like
    the first one, and kept.
    """
    stage = f"{_mark(place)}-{plan.id}-stage.json"
    step(1, plan.steps[1].text)
    await files.write(stage, content)
    asides = []
    step(2, plan.steps[2].text)
    for number in range(TRIES):
        aside = f"{_mark(place)}-{plan.id}-before{number}.json"
        if await files.move("", aside):
            asides.append(aside)
        if await files.move(stage, ""):
            break
    step(3, plan.steps[3].text)
    for aside in asides:
        await keep_state(care, place, await files.read(aside))
        await files.delete(aside)
    await files.delete(stage)


async def take_away(care: Care, plan: Plan, files: WorkflowPlace, place: Place) -> None:
    """Where there was no file before, there is none again; what was is kept."""
    aside = f"{_mark(place)}-{plan.id}-before.json"
    if await files.move("", aside):
        await keep_state(care, place, await files.read(aside))
        await files.delete(aside)


async def look(care: Care, files: WorkflowPlace, place: Place, wanted: str) -> Verdict:
    """Whether the file is what it should be; if not, what is there is kept."""
    found = await files.read()
    if found is None:
        return not_done(
            f"{place.name} is not there.",
            "Apply it again, or undo: nothing is lost.",
            undo=UNDO,
        )
    if hash_of(found) == wanted:
        return done(f"{place.name} was read back and is as that version was.", RELOAD)
    number = await keep_state(care, place, found)
    return not_done(
        f"{place.name} holds something else: somebody saved it meanwhile.",
        f"What is there is kept as version {number}. Close its browser tab, then try "
        "again.",
        undo=UNDO,
    )


def _mark(place: Place) -> str:
    """Tells our files of one workflow from those of another."""
    return hash_of(place.key.encode("utf-8", "replace"))[:12]
