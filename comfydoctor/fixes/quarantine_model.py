"""Take a damaged model out of ComfyUI's sight and keep it."""

import asyncio
import contextlib
import json
import time
from pathlib import Path

from comfydoctor.assets.header import examine_file
from comfydoctor.errors import NotApplicable
from comfydoctor.fixes.base import Care
from comfydoctor.fixes.localfolders import local_folders
from comfydoctor.fixes.mover import Move, Mover, mark_of, move_of
from comfydoctor.model.fix import Plan
from comfydoctor.model.wish import Wish
from comfydoctor.store.atomic import write_text

FOLDER = "ComfyDoctor quarantine"
MANIFEST = "what-is-here.json"
MODELS = "models"


class QuarantineModel(Mover):
    """Into a folder on the same volume that ComfyUI does not look into."""

    id = "quarantine-model"
    title = "Quarantine a damaged model"
    about = "Moves a broken model file aside, with a note of where it came from."
    done_words = "is in quarantine"

    async def moves(self, care: Care, wish: Wish) -> tuple[Move, ...]:
        path = await local_model(care, wish.subject)
        known: list[Path] = []
        with contextlib.suppress(NotApplicable):  # a file here, its server elsewhere
            known += [p for ps in (await local_folders(care)).values() for p in ps]
        return (await asyncio.to_thread(_into_quarantine, path, known),)

    def heading(self, moves: tuple[Move, ...]) -> str:
        return f"Put {Path(moves[0].source).name} into quarantine"

    def loss(self, moves: tuple[Move, ...]) -> str:
        return (
            "Nothing is deleted: the file lies in a folder beside the models. Jobs "
            "that name it are refused until a good copy is in its place."
        )

    async def facts(self, care: Care, moves: tuple[Move, ...]) -> list[tuple[str, str]]:
        found = await asyncio.to_thread(examine_file, moves[0].source)
        said = found.problem or "It looks whole: nothing speaks against it."
        return [("What is wrong", said), *await super().facts(care, moves)]

    def note(self, plan: Plan, moves: tuple[Move, ...]) -> None:
        for move in moves:
            manifest = Path(move.target).parent / MANIFEST
            notes = _read(manifest)
            notes[Path(move.target).name] = {
                "came_from": move.source,
                "when": time.strftime("%Y-%m-%d %H:%M:%S"),
                "action": plan.id,
                "undo": f"comfydoctor undo {plan.id}",
            }
            write_text(manifest, json.dumps(notes, indent=1, ensure_ascii=False))


async def local_model(care: Care, subject: str) -> Path:
    """A model file by its path, or as ComfyUI's lists name it. Raises NotApplicable."""
    path = Path(subject)
    if not subject:
        raise NotApplicable("Name a model file.")
    if path.is_absolute():
        return await asyncio.to_thread(_checked, path)
    kind, _, name = subject.partition("/")
    folders = await local_folders(care)
    places = folders.get(kind, ()) if name else ()
    every = [p / name for p in places]
    every += [p / subject for paths in folders.values() for p in paths]
    for place in every:
        if await asyncio.to_thread(place.is_file):
            return place
    raise NotApplicable(f"“{subject}” is in none of this server's folders here.")


def _checked(path: Path) -> Path:
    if not path.is_file():
        raise NotApplicable(f"{path} is no file on this computer.")
    return path


def _into_quarantine(path: Path, known: list[Path]) -> Move:
    """The nearest folder above that no server looks into, on the same volume."""
    volume = path.lstat().st_dev
    models = [one for one in path.parents if one.name == MODELS]
    start = models[-1] if models else path.parent
    above = start.parent
    if any(one == above or one in above.parents for one in known):
        above = min(known, key=lambda one: len(one.parts)).parent
    folder = above / FOLDER
    if above.stat().st_dev != volume:
        raise NotApplicable(
            f"There is no place on the disk of {path.name} that ComfyUI does not use.",
            advice="Move the file by hand.",
        )
    target, number = folder / path.name, 1
    while mark_of(target):
        number += 1
        target = folder / f"{path.stem} ({number}){path.suffix}"
    return move_of(path, target)


def _read(manifest: Path) -> dict[str, object]:
    try:
        found = json.loads(manifest.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
