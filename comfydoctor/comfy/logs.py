"""Turns raw console writes into lines, progress and facts, each only once."""

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from comfydoctor.comfy.logline import clean_line, clean_lines
from comfydoctor.comfy.text import LINE_LIMIT
from comfydoctor.model.job import Progress
from comfydoctor.model.logline import LogEntry, LogLine

REMEMBERED = 5_000
"""Entries that are recognised when they come again; ComfyUI's ring holds 300."""
_RECORD_START = re.compile(r"(?:\x1b\[[0-9;]*m)+\[(?:DEBUG|DETAIL|INFO|WARN|ERR|CRIT)")
_SIZES = {"": 1.0, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
_BAR = re.compile(
    r"(\d{1,3})%\|[^|]{0,400}\|\s*"
    r"(\d+(?:\.\d+)?)([kKMGT]?)/(\d+(?:\.\d+)?)([kKMGT]?)(?![\w.])"
)
_DONE = re.compile(
    r"Prompt executed in (?:(\d+(?:\.\d+)?) seconds|(\d+):(\d\d):(\d\d(?:\.\d+)?))"
)


@dataclass(frozen=True)
class JobAccepted:
    """``got prompt``: a job was posted; it may still be refused or wait."""

    time: str


@dataclass(frozen=True)
class JobDone:
    """``Prompt executed in``: the worker is free again.

    Printed for failed and interrupted jobs too.
    """

    time: str
    seconds: float


LogFact = JobAccepted | JobDone


class LogBook:
    """Assembles the console from the ring and the stream, in whatever order.

    Standard output reaches the stream late, so an entry may be older than the
    one before; each line carries the time at which it was written.
    """

    def __init__(self, remembered: int = REMEMBERED) -> None:
        # Hashes: a write may be 64 kB long, and thousands are remembered.
        self._seen: set[int] = set()
        self._order: deque[int] = deque()
        self._remembered = remembered
        self._text = ""
        self._time = ""
        self.first_time = ""
        """Time of the oldest entry that was ever added."""

    def add(self, entries: Iterable[LogEntry]) -> tuple[LogLine, ...]:
        """Return the lines that became known; progress as transient lines."""
        lines: list[LogLine] = []
        for entry in entries:
            if self._is_new(entry):
                lines.extend(self._take(entry))
        return tuple(lines)

    def knows(self, entry: LogEntry) -> bool:
        """Tell whether this very write was heard before (and not long ago)."""
        return hash(entry) in self._seen

    def _is_new(self, entry: LogEntry) -> bool:
        mark = hash(entry)
        if not entry.m or mark in self._seen:
            return False
        self._seen.add(mark)
        self._order.append(mark)
        if len(self._order) > self._remembered:
            self._seen.discard(self._order.popleft())
        if not self.first_time or entry.t < self.first_time:
            self.first_time = entry.t
        return True

    def _take(self, entry: LogEntry) -> list[LogLine]:
        if entry.m.startswith("\r") and "\n" not in entry.m:
            return [*self._break_off(), self._show_progress(entry)]
        if self._is_bar() and not entry.m.startswith(("\r", "\n")):
            # Another line came between two states of a bar, which goes on.
            if entry.m.endswith("\n"):
                return list(clean_lines(entry.m, entry.t))
            return [*self._finish(), *self._append(entry)]
        if self._text and _RECORD_START.match(entry.m):
            return [*self._finish(), *self._append(entry)]
        return self._append(entry)

    def _is_bar(self) -> bool:
        return self._text.startswith("\r")

    def _break_off(self) -> list[LogLine]:
        """End a line that has only begun when a bar takes its place."""
        return [] if self._is_bar() else self._finish()

    def _show_progress(self, entry: LogEntry) -> LogLine:
        self._text, self._time = entry.m[-LINE_LIMIT:], entry.t
        if not self._text.startswith("\r"):
            self._text = "\r" + self._text
        return clean_line(self._text, self._time)

    def _append(self, entry: LogEntry) -> list[LogLine]:
        if not self._text:
            self._time = entry.t
        whole, newline, rest = (self._text + entry.m).rpartition("\n")
        lines = list(clean_lines(whole + newline, self._time)) if newline else []
        # A line without an end must not grow without an end.
        self._text = rest if len(rest) <= 2 * LINE_LIMIT else rest[:LINE_LIMIT]
        if newline:
            self._time = entry.t
        return lines

    def _finish(self) -> list[LogLine]:
        if not self._text:
            return []
        line = clean_line(self._text + "\n", self._time)
        self._text = ""
        return [line]


def read_progress(line: LogLine, job_id: str = "") -> Progress | None:
    """Return what a progress bar (tqdm) shows, None for any other line.

    Of whom the bar is cannot be told from the line; one job runs at a time.
    """
    bar = _BAR.search(line.text)
    if bar is None:
        return None
    return Progress(
        job_id=job_id,
        value=float(bar[2]) * _SIZES[bar[3]],
        maximum=float(bar[4]) * _SIZES[bar[5]],
        source="log",
        text=line.text.strip(),
    )


def read_fact(line: LogLine) -> LogFact | None:
    """Return what a line says of the queue, None for any other line."""
    if line.text == "got prompt":
        return JobAccepted(line.time)
    done = _DONE.match(line.text)
    if done is None:
        return None
    if done[1]:
        return JobDone(line.time, float(done[1]))
    hours, minutes, seconds = int(done[2]), int(done[3]), float(done[4])
    return JobDone(line.time, hours * 3600 + minutes * 60 + seconds)
