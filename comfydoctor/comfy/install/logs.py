"""The log files of an installation, newest first."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from comfydoctor.comfy.install.files import entries
from comfydoctor.model.installation import LogFile

_MANAGER = re.compile(r"comfyui(?:_\d+)?(?:\.prev(2?))?\.log")
"""ComfyUI-Manager keeps two older runs, ``.prev`` and ``.prev2``."""
_CONSOLE = re.compile(
    r".*(?:comfy|server|console|stdout|stderr|output).*\.(?:log|out|txt)|nohup\.out"
    r"|.*\.log",
    re.IGNORECASE,
)
_LAUNCHER = re.compile(
    r"(?:main|app|comfyui.*)(?:\.old|\d|-)*\.log|latest", re.IGNORECASE
)
_MOST = 40


def find_logs(
    *,
    users: Iterable[Path] = (),
    folders: Iterable[Path] = (),
    launcher_folders: Iterable[Path] = (),
    files: Iterable[str] = (),
) -> tuple[LogFile, ...]:
    """Logs in user folders, in program folders, of launchers, and of processes.

    ``files`` are the files that a running process writes its console to.
    """
    found: dict[str, LogFile] = {}
    for log in (
        *(x for name in files if (x := read_log(Path(name), "console"))),
        *(x for folder in users for x in _in(folder, _MANAGER, "manager")),
        *(x for folder in folders for x in _in(folder, _CONSOLE, "console")),
        *(x for folder in launcher_folders for x in _in(folder, _LAUNCHER, "launcher")),
    ):
        found.setdefault(log.path, log)
    newest = sorted(found.values(), key=lambda log: -log.modified)
    return tuple(newest[:_MOST])


def _in(folder: Path, pattern: re.Pattern[str], source: str) -> Iterator[LogFile]:
    for entry in entries(folder):
        if pattern.fullmatch(entry.name) and (
            log := read_log(Path(entry.path), source)
        ):
            yield log


def read_log(path: Path, source: str) -> LogFile | None:
    """A log file with its age and size; None when it is no plain file."""
    try:
        told = path.stat()
    except (OSError, ValueError):
        return None
    if not path.is_file():
        return None
    return LogFile(
        str(path), source, told.st_mtime, told.st_size, _generation(path.name)
    )


def _generation(name: str) -> int:
    found = _MANAGER.fullmatch(name)
    if not found or found[1] is None:
        return 0
    return 2 if found[1] else 1
