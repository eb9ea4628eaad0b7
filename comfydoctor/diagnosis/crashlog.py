"""The last life of a server in its log: how far it came and how it ended."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from comfydoctor.diagnosis.events import ErrorBlock, Facts, Line, Reading
from comfydoctor.diagnosis.exitcode_text import ExitSeen, last_exit
from comfydoctor.diagnosis.lines import cleaned, encoding_of, numbered
from comfydoctor.diagnosis.reading import read_lines

TAIL = 2**20
"""Bytes at the end of a log that are read; a server's last life mostly fits."""
_AFTER = 12
"""Lines that may follow an error that ended the process: warnings at exit, a shell."""
_COUNTED = 512 * 2**20
"""Bytes up to which line breaks before the tail are counted."""
_CHUNK = 2**20
_REFUSED = "main.py: error:"
_ONCE = "Checkpoint files will always be loaded safely"
"""Printed once in each start since 0.3.x, before the card is looked for."""
_HEAD = 60
"""Lines within which the cut of the readers and ours mean the same start."""
_GOODBYE = "Stopped server"
_STARTING = "Starting server"
_KEPT_TAIL = 6


class End(Enum):
    """How a log ends."""

    STOPPED = "stopped"
    """It said that it stopped."""
    REFUSED = "refused"
    """A start flag was wrong."""
    FATAL = "fatal"
    """Native code died, and Python told so."""
    ERROR = "error"
    """An error that nobody caught is the last thing."""
    SAID = "said"
    """A launcher, shell or service manager names the end."""
    SILENT = "silent"
    """Nothing tells why; it may even still run."""
    EMPTY = "empty"
    """There is no line at all."""


class Stage(Enum):
    """How far a server came; the value is the words for it."""

    NOTHING = "before ComfyUI itself printed anything"
    MODULES = "while its own modules were loaded"
    PACKS = "while node packs were loaded"
    OPENING = "after the node packs, before its address was open"
    IDLE = "while it was up and no job ran"
    JOB = "while a job ran"


@dataclass(frozen=True)
class LastLife:
    """What a log tells of the newest start of the server."""

    path: str
    reading: Reading
    """Of that life alone; line numbers are those of the file."""
    end: End
    stage: Stage
    error: ErrorBlock | None = None
    """The error that ended it, where one did."""
    exit: ExitSeen | None = None
    lives: int = 1
    """Starts within the part that was read."""

    @property
    def last_lines(self) -> tuple[Line, ...]:
        """The end of the log, without empty lines."""
        told = [line for line in self.reading.lines[-40:] if line.text.strip()]
        return tuple(told[-_KEPT_TAIL:])

    @property
    def came_up(self) -> bool:
        """Whether its address was open at all."""
        return self.stage in {Stage.IDLE, Stage.JOB}


def read_last_life(path: Path, facts: Facts | None = None) -> LastLife:
    """Read the end of a log file. Raises OSError when it cannot be read."""
    text, before = _tail(path)
    lines = tuple(cleaned((n + before, raw) for n, raw in numbered(text)))
    return last_life(trimmed(lines), str(path), facts)


def trimmed(lines: Sequence[Line]) -> Sequence[Line]:
    """Without the empty lines at the end."""
    end = len(lines)
    while end and not lines[end - 1].text.strip():
        end -= 1
    return lines[:end]


def last_life(
    lines: Sequence[Line], path: str = "", facts: Facts | None = None
) -> LastLife:
    """The last life among clean lines."""
    whole = read_lines(lines, facts)
    starts = _starts(whole)
    own = tuple(line for line in lines if line.number >= starts[-1])
    reading = read_lines(own, facts) if len(own) < len(lines) else whole
    error = _deadly(reading)
    seen = last_exit(own[-_AFTER:])
    return LastLife(
        path,
        reading,
        _end(reading, error, seen),
        _stage(reading),
        error,
        seen,
        lives=len(starts),
    )


def _starts(reading: Reading) -> list[int]:
    """Line numbers at which lives begin, the first one always."""
    lines = reading.lines
    runs = [run.start for run in reading.runs[1:]]
    found = {lines[0].number if lines else 1, *runs}
    seen = False
    for line in lines:
        if line.text.startswith(_ONCE):
            place = bisect_right(runs, line.number)
            told = place and line.number - runs[place - 1] < _HEAD
            if seen and not told:
                found.add(line.number)
            seen = True
        elif _GOODBYE in line.text and line is not lines[-1]:
            found.add(line.number + 1)
    return sorted(found)


def _tail(path: Path) -> tuple[str, int]:
    """The end of a file as text, and how many line breaks stand before it."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        encoding = encoding_of(file.read(4096))
        start = max(0, size - TAIL) // 2 * 2
        file.seek(0)
        before = _breaks(file.read, start) if start <= _COUNTED else 0
        file.seek(start)
        text = file.read(TAIL + 1).decode(encoding, errors="replace")
    if start:
        text = text.partition("\n")[2]
        before += 1
    return text, before


def _breaks(read: object, length: int) -> int:
    count = 0
    while length > 0:
        piece: bytes = read(min(_CHUNK, length))  # type: ignore[operator]
        if not piece:
            break
        count += piece.count(b"\n")
        length -= len(piece)
    return count


def _deadly(reading: Reading) -> ErrorBlock | None:
    """The last error, when little or nothing was printed after it."""
    if not reading.blocks or not reading.lines:
        return None
    last = reading.blocks[-1]
    if last.kind == "fatal":
        return last
    after = [x for x in reading.lines if x.number > last.end and x.text.strip()]
    deadly = last.kind == "fragment" and len(after) <= _AFTER
    return last if deadly and not any(map(_goes_on, after)) else None


def _goes_on(line: Line) -> bool:
    """Whether the server printed this while it worked on."""
    return bool(line.level) or line.text.startswith(
        ("Prompt executed", "got prompt", "Import times", "To see the GUI", "Starting")
    )


def _end(reading: Reading, error: ErrorBlock | None, seen: ExitSeen | None) -> End:
    if not any(line.text.strip() for line in reading.lines):
        return End.EMPTY
    tail = [line.text for line in reading.lines[-_AFTER:]]
    if any(_REFUSED in text for text in tail):
        return End.REFUSED
    if error is not None:
        return End.FATAL if error.kind == "fatal" else End.ERROR
    if any(_GOODBYE in text for text in tail):
        return End.STOPPED
    return End.SAID if seen is not None else End.SILENT


def _stage(reading: Reading) -> Stage:
    names = {phase.name for phase in reading.phases}
    if "listening" in names or "job" in names:
        return Stage.JOB if _job_runs(reading) else Stage.IDLE
    if "packs" in names or any(_STARTING in x.text for x in reading.lines):
        return Stage.OPENING
    if any(sign in x.text for x in reading.lines for sign in _WEB):
        return Stage.PACKS
    ours = names or any(sign in x.text for x in reading.lines for sign in _OURS)
    return Stage.MODULES if ours else Stage.NOTHING


_WEB = ("[Prompt Server] web root:",)
"""Printed right before node packs are imported (0.3.64 to 0.33.0)."""
_OURS = ("Setting base directory to", "Adding extra search path", "Prestartup times")


def _job_runs(reading: Reading) -> bool:
    """Whether the last job that was taken in has not ended."""
    taken = [p.line for p in reading.phases if p.name == "job"]
    ended = [job.line for job in reading.jobs]
    return len(taken) > len(ended) or bool(
        taken and (not ended or taken[-1] > ended[-1])
    )
