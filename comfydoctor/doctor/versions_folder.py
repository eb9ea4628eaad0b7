"""A folder of workflows on this computer: every save is seen as it happens."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from comfydoctor.doctor.abodes import Abode
from comfydoctor.model.installation import Installation

STEP_MS = 50
"""Two saves within so many milliseconds are seen as one."""
MOST = 5000
ENDING = ".json"


def folder_of_workflows(
    installation: Installation | None, abode: Abode | None
) -> Path | None:
    """Where a server's workflows lie; of a dead one, where they lay before."""
    if installation is not None and installation.user:
        user = Path(installation.user)
    elif abode is not None and abode.base:
        user = Path(abode.base) / "user"
    else:
        return None
    folder = user / "default" / "workflows"
    return folder if folder.is_dir() else None


async def changed_files(folder: Path) -> AsyncIterator[list[Path]]:
    """First all workflows in it, then those that were written, until cancelled.

    Ends when the folder is gone. Files that are links are passed over: they may
    lead anywhere.
    """
    # Only now: it brings a compiled library, and many servers have no folder here.
    from watchfiles import Change, awatch

    yield await asyncio.to_thread(workflows_in, folder)
    stop = asyncio.Event()
    async for changes in awatch(
        folder, debounce=STEP_MS, step=STEP_MS, stop_event=stop
    ):
        written = {Path(p) for kind, p in changes if kind is not Change.deleted}
        yield sorted(path for path in written if _is_ours(path))
        if await asyncio.to_thread(_is_gone, folder):
            stop.set()


def _is_gone(folder: Path) -> bool:
    return not folder.is_dir()


def workflows_in(folder: Path) -> list[Path]:
    """Every workflow below it, sorted."""
    found = sorted(path for path in folder.rglob("*.json") if _is_ours(path))
    return found[:MOST]


def is_workflow(path: str) -> bool:
    """Whether a file's name is that of a workflow; the bookmarks begin with a dot."""
    name = path.rpartition("/")[2]
    return name.lower().endswith(ENDING) and not name.startswith(".")


def _is_ours(path: Path) -> bool:
    return is_workflow(path.as_posix()) and path.is_file() and not path.is_symlink()
