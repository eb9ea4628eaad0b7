"""The base of fixes that move files of a local installation; nothing is deleted."""

import json
import os
from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from comfydoctor.errors import NotApplicable, StoreError
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
from comfydoctor.fixes.words import counted
from comfydoctor.model.fix import JournalEntry, Plan, PlanStep, Risk
from comfydoctor.model.wish import Wish
from comfydoctor.store.atomic import sync_folder, trouble


@dataclass(frozen=True)
class Move:
    """One file or folder and where it goes; a rename inside one volume."""

    source: str
    target: str
    mark: str
    """Inode and size: by these the thing is known again."""


class Mover(Fix):
    """Renames, verified by looking at both places; undo renames back."""

    risk = Risk.SAFE
    verb = "Move"
    done_words = "moved"

    @abstractmethod
    async def moves(self, care: Care, wish: Wish) -> tuple[Move, ...]:
        """What goes where. Raises NotApplicable."""

    @abstractmethod
    def heading(self, moves: tuple[Move, ...]) -> str:
        """Title of the plan."""

    @abstractmethod
    def loss(self, moves: tuple[Move, ...]) -> str:
        """What is lost, in plain words."""

    async def facts(self, care: Care, moves: tuple[Move, ...]) -> list[tuple[str, str]]:
        """Figures for the dialog."""
        return [("To", moves[0].target)]

    async def plan(self, care: Care, target: str = "") -> Plan:
        moves = await self.moves(care, Wish.read(target))
        written = [asdict(move) for move in moves]
        return self._plan(
            care,
            title=self.heading(moves),
            steps=tuple(_step(self.verb, move) for move in moves),
            loses=self.loss(moves),
            undo="Moves it back to where it was.",
            basis=basis_of(self.id, written),
            seconds=(0.1, 2.0),
            target=target,
            facts=tuple(await self.facts(care, moves)),
            payload=json.dumps({"moves": written}),
        )

    async def apply(self, care: Care, plan: Plan, step: Step) -> None:
        for index, move in enumerate(_moves(plan)):
            step(index, plan.steps[index].text)
            await care.keep(rename, move.source, move.target, move.mark)
        await care.keep(self.note, plan, _moves(plan))

    def note(self, plan: Plan, moves: tuple[Move, ...]) -> None:
        """Leave word at the new place, where that is wanted. Blocks."""

    async def verify(self, care: Care, plan: Plan) -> Verdict:
        moves = _moves(plan)
        there = await care.keep(_at_target, moves)
        if len(there) == len(moves):
            names = counted(len(moves), "item")
            return done(f"{_name(moves)} {self.done_words}." if moves else names)
        if there:
            said = f"{len(there)} of {counted(len(moves), 'item')} {self.done_words}."
            return not_done(said, undo=plan.undo)
        return not_done(f"{_name(moves)} is where it was.")

    async def undo(self, care: Care, entry: JournalEntry, step: Step) -> None:
        moves = _moves(care.journal.plan(entry.id))
        for move in reversed(await care.keep(_at_target, moves)):
            step(0, f"Move {Path(move.source).name} back.")
            await care.keep(rename, move.target, move.source, move.mark)

    async def verify_undo(self, care: Care, entry: JournalEntry) -> Verdict:
        moves = _moves(care.journal.plan(entry.id))
        back = [m for m in moves if await care.keep(mark_of, Path(m.source)) == m.mark]
        if len(back) == len(moves):
            return done(f"{_name(moves)} is back where it was.")
        return not_done(f"{_name(moves)} could not be moved back.")


def mark_of(path: Path) -> str:
    """By what a file or folder is known again after a rename; empty: not there."""
    try:
        found = path.lstat()
    except OSError:
        return ""
    size = found.st_size if path.is_file() else 0
    return f"{found.st_dev}:{found.st_ino}:{size}"


def rename(source: str, target: str, mark: str) -> None:
    """Move inside one volume, durably; never over something that is there. Blocks.

    Raises NotApplicable, StoreError.
    """
    old, new = Path(source), Path(target)
    if mark_of(old) != mark:
        raise NotApplicable(f"{old.name} is not what it was when this was planned.")
    if new.exists() or new.is_symlink():
        raise NotApplicable(f"At the new place there is a {new.name} already.")
    try:
        new.parent.mkdir(parents=True, exist_ok=True)
        os.rename(old, new)  # noqa: PTH104 - replace() would take away what is there
        for folder in {old.parent, new.parent}:
            sync_folder(folder)
    except OSError as error:
        raise _refusal(error, old) from error


def move_of(source: Path, target: Path) -> Move:
    """A checked move; raises NotApplicable. Blocks."""
    mark = mark_of(source)
    if not mark:
        raise NotApplicable(f"{source} is not there.")
    if source.is_symlink():
        raise NotApplicable(
            f"{source.name} is a link.", advice="Move what it points to by hand."
        )
    if target.exists():
        raise NotApplicable(f"{target} is there already.")
    if source.lstat().st_dev != _volume(target):
        raise NotApplicable(
            f"{target.parent} is on another disk, and a copy is not made by itself.",
            advice="Move the file by hand.",
        )
    return Move(str(source), str(target), mark)


def _volume(target: Path) -> int:
    folder = target.parent
    while not folder.exists():
        folder = folder.parent
    return folder.stat().st_dev


def _refusal(error: OSError, path: Path) -> StoreError:
    if isinstance(error, PermissionError):
        return StoreError(
            f"{path.name} could not be moved: it is in use or write-protected.",
            advice="Stop ComfyUI, then try again.",
        )
    return trouble(error, path)


def _at_target(moves: Iterable[Move]) -> list[Move]:
    return [m for m in moves if mark_of(Path(m.target)) == m.mark]


def _moves(plan: Plan) -> tuple[Move, ...]:
    return tuple(Move(**move) for move in read_payload(plan)["moves"])


def _name(moves: tuple[Move, ...]) -> str:
    first = Path(moves[0].source).name
    return first if len(moves) == 1 else f"{first} and {len(moves) - 1} more"


def _step(verb: str, move: Move) -> PlanStep:
    return PlanStep(
        f"{verb} {Path(move.source).name}.", f"rename {move.source} → {move.target}"
    )
