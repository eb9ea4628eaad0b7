"""The base of fixes that write one text file anew; what was there is kept."""

import base64
import difflib
import hashlib
import json
from abc import abstractmethod
from dataclasses import dataclass
from pathlib import Path

from comfydoctor.errors import NotApplicable, NotUndoable, StoreError
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
from comfydoctor.model.fix import JournalEntry, Plan, PlanStep, Risk
from comfydoctor.model.wish import Wish
from comfydoctor.store.atomic import sweep, write_bytes

MOST = 8 << 20
"""Bytes of a file that is edited; launchers and workflows are far smaller."""
DAY = 86400.0
"""Seconds by which clocks may differ."""


@dataclass(frozen=True)
class Edit:
    """A file as it is and as it shall be."""

    path: Path
    before: bytes | None
    """None: a new file is made."""
    after: bytes
    shown: str = ""
    """The difference in words; empty: line by line."""

    @property
    def difference(self) -> str:
        """What goes and what comes."""
        if self.shown:
            return self.shown
        old = (self.before or b"").decode("utf-8", "replace").splitlines()
        new = self.after.decode("utf-8", "replace").splitlines()
        lines = difflib.unified_diff(old, new, lineterm="", n=1)
        return "\n".join(list(lines)[2:])


class Rewriter(Fix):
    """Writes whole files atomically; undo only while nobody changed them since."""

    risk = Risk.SAFE
    done_words = "is written"

    @abstractmethod
    async def edit(self, care: Care, wish: Wish) -> Edit:
        """What shall be written. Raises NotApplicable."""

    @abstractmethod
    def heading(self, edit: Edit) -> str:
        """Title of the plan."""

    @abstractmethod
    def loss(self, edit: Edit) -> str:
        """What is lost, in plain words."""

    async def plan(self, care: Care, target: str = "") -> Plan:
        edit = await self.edit(care, Wish.read(target))
        new = edit.before is None
        written = {
            "path": str(edit.path),
            "before": None if new else digest(edit.before or b""),
            "after": base64.b64encode(edit.after).decode(),
        }
        step = f"Write {edit.path.name}" + (" as a new file." if new else ".")
        return self._plan(
            care,
            title=self.heading(edit),
            steps=(
                PlanStep("Keep what is there.", "") if not new else PlanStep("Check."),
                PlanStep(step, f"write {edit.path}"),
                PlanStep("Read it back."),
            ),
            loses=self.loss(edit),
            undo="Removes the new file." if new else "Writes the file as it was.",
            basis=basis_of(self.id, written),
            seconds=(0.1, 2.0),
            target=target,
            facts=(("File", str(edit.path)),),
            difference=edit.difference,
            payload=json.dumps(written),
        )

    async def apply(self, care: Care, plan: Plan, step: Step) -> None:
        payload = read_payload(plan)
        path, after = Path(payload["path"]), base64.b64decode(payload["after"])
        step(0, plan.steps[0].text)
        before = await care.keep(read, path)
        if (None if before is None else digest(before)) != payload["before"]:
            raise NotApplicable(f"{path.name} changed since the plan was made.")
        kept = None if before is None else base64.b64encode(before).decode()
        await care.keep(care.journal.keep, plan.id, "before", {"content": kept})
        step(1, plan.steps[1].text)
        await care.keep(write, path, after)
        step(2, plan.steps[2].text)

    async def verify(self, care: Care, plan: Plan) -> Verdict:
        payload = read_payload(plan)
        path = Path(payload["path"])
        await care.keep(tidy, path, care.clock())
        if await care.keep(read, path) == base64.b64decode(payload["after"]):
            return done(f"{path.name} {self.done_words}.")
        return not_done(f"{path.name} was not changed.")

    async def undo(self, care: Care, entry: JournalEntry, step: Step) -> None:
        payload = read_payload(care.journal.plan(entry.id))
        path, after = Path(payload["path"]), base64.b64decode(payload["after"])
        kept = care.journal.kept(entry.id, "before")
        now = await care.keep(read, path)
        if kept is None or now == _kept(kept):
            return
        if now is not None and now != after:
            raise NotUndoable(
                f"{path.name} was changed by somebody since.",
                advice="Look at it, and change it by hand.",
            )
        step(0, f"Put {path.name} back as it was.")
        await care.keep(tidy, path, care.clock())
        before = _kept(kept)
        if before is None:
            await care.keep(path.unlink, True)
        else:
            await care.keep(write, path, before)

    async def verify_undo(self, care: Care, entry: JournalEntry) -> Verdict:
        payload = read_payload(care.journal.plan(entry.id))
        path = Path(payload["path"])
        kept = care.journal.kept(entry.id, "before")
        if kept is None or await care.keep(read, path) == _kept(kept):
            return done(f"{path.name} is as it was.")
        return not_done(f"{path.name} is not as it was.")


def read(path: Path) -> bytes | None:
    """A file's bytes, None when there is none. Raises StoreError. Blocks."""
    try:
        if path.stat().st_size > MOST:
            raise StoreError(f"{path.name} is larger than such a file can be.")
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"{path.name} cannot be read: {error.strerror}.") from error


def write(path: Path, content: bytes) -> None:
    """Replace a file, its rights kept. Blocks."""
    mode = path.stat().st_mode if path.exists() else None
    write_bytes(path, content)
    if mode is not None:
        path.chmod(mode)


def tidy(path: Path, now: float) -> None:
    """Remove what a write of ours that was cut off left beside the file. Blocks."""
    sweep(path.parent, now, older_than=-DAY)


def digest(content: bytes) -> str:
    """SHA-256 of a file's content."""
    return hashlib.sha256(content).hexdigest()


def _kept(kept: dict[str, str | None]) -> bytes | None:
    content = kept["content"]
    return None if content is None else base64.b64decode(content)
