"""What was changed last in an installation, by the times of its files."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from comfydoctor.comfy.install.files import read_text
from comfydoctor.comfy.install.packages import read_packages
from comfydoctor.model.installation import Installation, NodePack

_MOST = 8
_TOGETHER = 900.0
"""Seconds within which packages count as one installation by pip."""
_REFLOG_MAX = 2**20
_REFLOG = re.compile(r" (\d{9,11}) [+-]\d{4}\t(.*)$")


@dataclass(frozen=True)
class RecentChange:
    """Something in the installation that is younger than the rest."""

    time: float
    """Unix seconds."""
    what: str
    """``core``, ``pack``, ``packages``, ``flags`` or ``models``."""
    subject: str
    says: str


def newest_changes(
    installation: Installation, *, before: float, since: float = 0.0
) -> tuple[RecentChange, ...]:
    """Changes between two moments, newest first; file times can lie after a copy."""
    found = [
        *_core(installation),
        *(c for pack in installation.packs for c in _pack(pack)),
        *_packages(installation),
        *_files(installation),
    ]
    fitting = [change for change in found if since < change.time <= before]
    return tuple(sorted(fitting, key=lambda change: -change.time)[:_MOST])


def _core(installation: Installation) -> Iterator[RecentChange]:
    if not installation.root:
        return
    root = Path(installation.root)
    moved = _last_move(root)
    if moved:
        yield RecentChange(moved[0], "core", "ComfyUI", f"ComfyUI itself: {moved[1]}")
    elif (when := _modified(root / "comfyui_version.py")) is not None:
        says = f"ComfyUI {installation.version} was put in place"
        yield RecentChange(when, "core", "ComfyUI", says)


def _pack(pack: NodePack) -> Iterator[RecentChange]:
    folder = Path(pack.folder)
    moved = _last_move(folder)
    if moved:
        says = f"the node pack {pack.name}: {moved[1]}"
        yield RecentChange(moved[0], "pack", pack.name, says)
    elif (when := _modified(folder)) is not None:
        says = f"the node pack {pack.name} was added or changed"
        yield RecentChange(when, "pack", pack.name, says)


def _last_move(folder: Path) -> tuple[float, str] | None:
    """Time and words of git's last move, from its own record."""
    text = read_text(folder / ".git/logs/HEAD", _REFLOG_MAX).rstrip("\n")
    found = _REFLOG.search(text.rpartition("\n")[2])
    return (float(found[1]), found[2][:120]) if found else None


def _packages(installation: Installation) -> Iterator[RecentChange]:
    """Packages that came together are one change, as pip installs them."""
    if installation.python is None:
        return
    dated = sorted(
        (when, f"{package.name} {package.version}")
        for package in read_packages(installation.python)
        if (when := _modified(Path(package.metadata))) is not None
    )
    for names, when in _batches(dated):
        listed = ", ".join(names[:6]) + (" and more" if len(names) > 6 else "")
        says = f"Python packages were installed: {listed}"
        yield RecentChange(when, "packages", names[0], says)


def _batches(dated: Iterable[tuple[float, str]]) -> Iterator[tuple[list[str], float]]:
    names: list[str] = []
    last = 0.0
    for when, name in dated:
        if names and when - last > _TOGETHER:
            yield names, last
            names = []
        names.append(name)
        last = when
    if names:
        yield names, last


def _files(installation: Installation) -> Iterator[RecentChange]:
    files = {x.path for x in installation.launchers} | {
        x.file for x in installation.model_folders
    }
    for name in sorted(files):
        if (when := _modified(Path(name))) is not None:
            says = f"{Path(name).name} was edited"
            yield RecentChange(when, "flags", Path(name).name, says)


def _modified(path: Path) -> float | None:
    try:
        return path.stat().st_mtime
    except (OSError, ValueError):
        return None
