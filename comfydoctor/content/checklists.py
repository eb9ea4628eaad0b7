"""Checklists: TOML files under resources/checklists -> checked objects."""

import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import TypeAdapter

from comfydoctor.content.toml import read_checked
from comfydoctor.errors import ContentError
from comfydoctor.model.checklist import Checklist

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CHECKLIST = TypeAdapter(Checklist)


def checklist_files(root: Path) -> list[Path]:
    """All checklist files under ``root``, in a stable order."""
    return sorted((root / "checklists").glob("*.toml"))


def load_checklists(root: Path) -> dict[str, Checklist]:
    """All checklists by id, in their order. Raises ContentError with the place."""
    checklists = [load_checklist(path) for path in checklist_files(root)]
    return {one.id: one for one in sorted(checklists, key=lambda one: one.place)}


def load_checklist(path: Path) -> Checklist:
    """One checklist, checked by itself."""
    checklist = read_checked(path, _CHECKLIST)
    for problem in _problems(checklist, path.stem):
        raise ContentError(f"{path}: {problem}")
    return checklist


def _problems(checklist: Checklist, name: str) -> Iterator[str]:
    if checklist.id != name:
        yield f"id '{checklist.id}' is not the file's name"
    ids = [task.id for task in checklist.tasks]
    for task_id in ids:
        if ids.count(task_id) > 1 or not _ID.fullmatch(task_id):
            yield f"task '{task_id}': the id is there twice, or not in kebab-case"
    for task in checklist.tasks:
        if not (task.text or task.good or task.bad):
            yield f"task '{task.id}': it tells neither how to do nor how to check it"
    if not ids:
        yield "it has no task"
