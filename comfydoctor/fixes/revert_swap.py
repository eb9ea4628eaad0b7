"""Keeping what is replaced: the file is renamed aside, and every state is kept."""

from comfydoctor.errors import NotApplicable
from comfydoctor.fixes.base import Care, Step, Verdict, done, not_done
from comfydoctor.fixes.revert_place import WorkflowPlace
from comfydoctor.model.fix import Plan
from comfydoctor.model.version import Origin, Place
from comfydoctor.store.versions import VersionStore
from comfydoctor.store.versions_codec import hash_of
from comfydoctor.store.versions_search import with_content
from comfydoctor.workflow.sighting import sight_any

TRIES = 5
UNDO = "Puts back what was there before."
RELOAD = "Reload the workflow's tab in the browser, or it saves its own copy over it."


def versions_of(care: Care) -> VersionStore:
    """Raises NotApplicable where no versions are kept."""
    if care.versions is None:
        raise NotApplicable("No versions of workflows are kept here.")
    return care.versions()


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
