"""What the process of a server tells: whose it is, its environment, its view."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from comfydoctor.comfy.install.files import entries


@dataclass(frozen=True)
class Owner:
    """Whose process it is, in the numbers of POSIX."""

    user: int
    groups: frozenset[int]


def environment_of(pid: int) -> Mapping[str, str] | None:
    """Its environment variables; None where we may not see them."""
    import psutil  # type: ignore[import-untyped,unused-ignore]

    try:
        found: dict[str, str] = psutil.Process(pid).environ()
    except (psutil.Error, OSError):
        return None
    return found


def owner_of(pid: int) -> Owner | None:
    """The user and groups it acts as; None on Windows or where it is hidden."""
    import psutil  # type: ignore[import-untyped,unused-ignore]

    if sys.platform == "win32":
        return None
    try:
        process = psutil.Process(pid)
        user, group = process.uids().effective, process.gids().effective
    except (psutil.Error, OSError):
        return None
    return Owner(user, frozenset({group, *_more_groups(pid)}))


def _more_groups(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    for line in text.splitlines():
        if line.startswith("Groups:"):
            return [int(word) for word in line.split()[1:] if word.isdigit()]
    return []


def devices_seen(pid: int, root: Path = Path("/")) -> frozenset[str] | None:
    """Names under /dev as the process sees them; None where that cannot be told.

    A container has a /dev of its own, without the cards that were not given to it.
    """
    place = root / f"proc/{pid}/root/dev"
    found = frozenset(entry.name for entry in entries(place))
    return found or None


def is_contained(pid: int, root: Path = Path("/")) -> bool | None:
    """Whether it lives in another file system than we; None: not known."""
    try:
        theirs = (root / f"proc/{pid}/ns/mnt").readlink()
        ours = (root / "proc/self/ns/mnt").readlink()
    except OSError:
        return None
    inside = (root / ".dockerenv").exists() or (root / "run/.containerenv").exists()
    return theirs != ours or inside
