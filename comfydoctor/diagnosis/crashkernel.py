"""What the Linux kernel says of killed programs and lost graphics cards.

Read only, by argument list, and only where this person may: journalctl first, dmesg
where there is no journal.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

SECONDS = 4.0
_LINES = "4000"
_JOURNAL = ("journalctl", "-k", "--no-pager", "-q", "-o", "short-iso", "-n", _LINES)
_RING = ("dmesg", "--time-format", "iso")
_OOM = re.compile(
    r"(?:Out of memory|Memory cgroup out of memory): Kill(?:ed)? process "
    r"(?P<pid>\d+) \((?P<name>[^)]{1,40})\)"
)
_RSS = re.compile(r"anon-rss:(\d+)kB")
_XID = re.compile(r"NVRM: Xid \([^)]*\): (?P<xid>\d+),?(?: pid='?(?P<pid>\d+))?")
_SEGFAULT = re.compile(
    r"(?P<name>[\w.-]{1,40})\[(?P<pid>\d+)\]: segfault at \S+ .*?"
    r"(?: in (?P<library>[^\s\[]{1,120}))?(?:\[|$)"
)
_STAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,]\d+)?([+-]\d\d:?\d\d|Z)?")
Ask = Callable[[Sequence[str]], str | None]


@dataclass(frozen=True)
class KernelNote:
    """One line of the kernel about a process or a card."""

    kind: str
    """``oom``, ``xid`` or ``segfault``."""
    time: float
    """Unix seconds, 0 when the line has none."""
    text: str
    pid: int | None = None
    name: str = ""
    """Program, or the number of the Xid."""
    library: str = ""
    """Where native code crashed."""
    held: float | None = None
    """Bytes of memory it held when it was killed."""


@dataclass(frozen=True)
class KernelSays:
    """What was found, or why nothing could be read."""

    notes: tuple[KernelNote, ...] = ()
    why_not: str = ""


def ask_kernel(*, ask: Ask | None = None, platform: str = sys.platform) -> KernelSays:
    """Notes of the kernel, oldest first. May take some seconds: call it aside."""
    if not platform.startswith("linux"):
        return KernelSays(why_not="Only Linux keeps such a record that we can read.")
    asking = ask or _run
    for words in (_JOURNAL, _RING):
        said = asking(words)
        if said:
            return KernelSays(tuple(read_kernel(said)))
    return KernelSays(
        why_not="The kernel's messages cannot be read by this person; "
        "`sudo dmesg -T | grep -i 'killed process'` shows them."
    )


def _run(words: Sequence[str]) -> str | None:
    program = shutil.which(words[0])
    if program is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603 - fixed words, no shell
            [program, *words[1:]],
            capture_output=True,
            timeout=SECONDS,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def read_kernel(said: str) -> Iterator[KernelNote]:
    """The telling lines of the kernel's messages."""
    for line in said.splitlines():
        if note := _read(line[:1000]):
            yield note


def _read(line: str) -> KernelNote | None:
    when, text = _time(line), line.strip()
    if told := _OOM.search(line):
        held = _RSS.search(line)
        size = float(held[1]) * 1024 if held else None
        return KernelNote("oom", when, text, int(told["pid"]), told["name"], held=size)
    if told := _XID.search(line):
        pid = int(told["pid"]) if told["pid"] else None
        return KernelNote("xid", when, text, pid, told["xid"])
    if " segfault at " in line and (told := _SEGFAULT.search(line)):
        library = told["library"] or ""
        return KernelNote(
            "segfault", when, text, int(told["pid"]), told["name"], library
        )
    return None


def _time(line: str) -> float:
    found = _STAMP.search(line)
    if not found:
        return 0.0
    try:
        return datetime.fromisoformat(found[1] + (found[2] or "")).timestamp()
    except ValueError:
        return 0.0


def about(
    says: KernelSays, *, pid: int | None, around: float, seconds: float = 180.0
) -> tuple[KernelNote, ...]:
    """The notes about one process, or near a moment where it is not known.

    Of killed programs only those that can be a ComfyUI count.
    """
    return tuple(
        note
        for note in says.notes
        if (pid is not None and note.pid == pid)
        or (
            note.time
            and abs(note.time - around) <= seconds
            and (pid is None or note.kind == "xid")
            and (note.kind == "xid" or note.name.lower().startswith(("python", "pt_")))
        )
    )
