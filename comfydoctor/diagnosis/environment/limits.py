"""Limits on memory that a computer sets beside its RAM: containers, WSL, commit."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, nan
from pathlib import Path, PurePosixPath

from comfydoctor.comfy.install.files import entries, read_text

_SMALL = 65_536
_V1_UNLIMITED = 2**60
"""Version 1 says "no limit" with a number near 2**63."""


@dataclass(frozen=True)
class Group:
    """The memory of one control group; NaN is "not known", inf "no limit"."""

    path: str
    limit: float = nan
    used: float = nan
    """Without the cache of files, which the kernel gives back by itself."""
    killed: int = 0
    """Processes that the kernel has killed here since the group was made."""


@dataclass(frozen=True)
class Commit:
    """Memory that may be promised in all, and what is left of it, in bytes."""

    limit: float = nan
    left: float = nan
    enforced: bool = False
    """Whether the system refuses what goes beyond."""


def group_of(pid: int, root: Path = Path("/")) -> Group | None:
    """The narrowest group with a limit around a process, version 2 or 1 (Linux).

    None when nothing can be read, as on other systems.
    """
    listed = read_text(root / f"proc/{pid}/cgroup", _SMALL)
    groups = list(_unified(listed, root)) or list(_version1(listed, root))
    if not groups:
        return None
    return min(groups, key=lambda group: group.limit)


def _unified(listed: str, root: Path) -> Iterator[Group]:
    found = re.search(r"^0::(/.*)$", listed, re.MULTILINE)
    for folder, name in _upwards(root / "sys/fs/cgroup", found[1] if found else ""):
        limit = read_text(folder / "memory.max", 64).strip()
        if not limit:
            continue
        events = read_text(folder / "memory.events", _SMALL)
        yield Group(
            name,
            inf if limit == "max" else _number(limit),
            _number(read_text(folder / "memory.current", 64))
            - _row(read_text(folder / "memory.stat", _SMALL), "file"),
            int(_row(events, "oom_kill")),
        )


def _version1(listed: str, root: Path) -> Iterator[Group]:
    found = re.search(r"^\d+:(?:[\w=]+,)*memory(?:,[\w=]+)*:(/.*)$", listed, re.M)
    place = root / "sys/fs/cgroup/memory"
    for folder, name in _upwards(place, found[1] if found else ""):
        limit = _number(read_text(folder / "memory.limit_in_bytes", 64))
        if limit != limit:  # not a number: no such file
            continue
        yield Group(
            name,
            inf if limit > _V1_UNLIMITED else limit,
            _number(read_text(folder / "memory.usage_in_bytes", 64))
            - _row(read_text(folder / "memory.stat", _SMALL), "total_cache"),
            int(_row(read_text(folder / "memory.oom_control", 4096), "oom_kill")),
        )


def _upwards(place: Path, name: str) -> Iterator[tuple[Path, str]]:
    """The group and those around it; in a container its own is the root."""
    if not name or ".." in name:
        return
    path = PurePosixPath(name)
    for part in (path, *path.parents):
        yield place / str(part).lstrip("/"), str(part)


def _number(text: str) -> float:
    text = text.strip()
    return float(text) if text.isascii() and text.isdigit() else nan


def _row(text: str, name: str) -> float:
    """A number of a table of names and numbers; 0 when it has no such row."""
    found = re.search(rf"^{name} (\d+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def is_wsl(root: Path = Path("/")) -> bool:
    """Whether this Linux is Windows' own."""
    words = read_text(root / "proc/sys/kernel/osrelease", 256).lower()
    return "microsoft" in words


def wslconfigs(root: Path = Path("/")) -> dict[str, dict[str, str]]:
    """The ``[wsl2]`` settings of each .wslconfig that can be seen from inside."""
    found = {}
    for person in entries(root / "mnt/c/Users"):
        file = Path(person.path, ".wslconfig")
        if text := read_text(file, _SMALL):
            found[str(file)] = dict(_settings(text))
    return found


def _settings(text: str) -> Iterator[tuple[str, str]]:
    section = ""
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("["):
            section = line.strip("[] ").lower()
        elif section == "wsl2" and "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            yield name.strip().lower(), value.split("#")[0].strip()


def linux_commit(root: Path = Path("/")) -> Commit:
    """From /proc/meminfo; the limit binds only where overcommitting is off."""
    text = read_text(root / "proc/meminfo", _SMALL)
    mode = read_text(root / "proc/sys/vm/overcommit_memory", 16).strip()
    limit, promised = _kilobytes(text, "CommitLimit"), _kilobytes(text, "Committed_AS")
    return Commit(limit, limit - promised, enforced=mode == "2")


def _kilobytes(text: str, name: str) -> float:
    found = re.search(rf"^{name}:\s+(\d+) kB$", text, re.MULTILINE)
    return float(found[1]) * 1024 if found else nan


def windows_commit() -> Commit:
    """What Windows may still promise: RAM and page files together."""
    import ctypes

    windll = getattr(ctypes, "windll", None)
    if windll is None:
        return Commit()

    class Status(ctypes.Structure):
        """MEMORYSTATUSEX of sysinfoapi.h."""

        _fields_ = (
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *((name, ctypes.c_ulonglong) for name in _STATUS),
        )

    status = Status()
    status.length = ctypes.sizeof(status)
    if not windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
        return Commit()
    return Commit(float(status.page_total), float(status.page_free), enforced=True)


_STATUS = (
    *("ram_total", "ram_free", "page_total", "page_free"),
    *("virtual_total", "virtual_free", "extended_free"),
)
