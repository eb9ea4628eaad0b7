"""A ComfyUI that does not answer: what its files, the port and the kernel tell."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from comfydoctor.diagnosis.crashdeath import Death
from comfydoctor.diagnosis.crashfindings import findings_of_death
from comfydoctor.diagnosis.crashkernel import KernelSays, about, ask_kernel
from comfydoctor.diagnosis.crashlog import LastLife, Stage, read_last_life
from comfydoctor.diagnosis.crashnewest import RecentChange, newest_changes
from comfydoctor.diagnosis.crashport import PortHolder, who_holds
from comfydoctor.diagnosis.events import Facts, Line
from comfydoctor.diagnosis.exitcode import ExitMeaning, meaning_of
from comfydoctor.diagnosis.exitcode_text import last_exit
from comfydoctor.diagnosis.lines import cleaned, decode, numbered
from comfydoctor.diagnosis.signatures import Matcher
from comfydoctor.model.finding import Finding
from comfydoctor.model.installation import Installation, LogFile

_SAME = 120.0
"""Seconds within which two logs are about the same end."""
_LAUNCHER_TAIL = 64 * 1024
_RECIPES = {"portable", "desktop", "stability-matrix", "docker"}
"""Kinds that have ways of their own; the others have a virtual environment."""
_DAYS = 2 * 86400.0
"""Seconds before the end within which a change is worth a word."""


@dataclass(frozen=True)
class Trace:
    """What is known from outside of its files; all of it may be missing."""

    pid: int | None = None
    """Its process, when it was known while it lived."""
    exit_code: int | None = None
    lives: bool | None = None
    """Whether the process still runs; None when nobody can tell."""
    port: int | None = None
    good: float = 0.0
    """Unix seconds when it was last known to work; 0 when never."""


@dataclass(frozen=True)
class CrashReport:
    """What became of one installation's server."""

    installation: Installation
    log: LogFile | None
    life: LastLife | None
    """The last life in that log."""
    findings: tuple[Finding, ...]
    """What ended it first, then what else its log shows."""
    deadly: int = 0
    """So many of the findings are about its end."""
    exit: ExitMeaning | None = None
    holder: PortHolder | None = None
    newest: tuple[RecentChange, ...] = ()
    notes: tuple[str, ...] = ()
    """What could not be read, in sentences."""

    @property
    def headline(self) -> str:
        """One sentence for a person."""
        if self.log is None:
            return "No log of this ComfyUI was found, so its end is not known."
        if not self.findings:
            return "Nothing in its log tells of trouble."
        stage = self.life.stage if self.life else Stage.NOTHING
        return f"{self.findings[0].title} – {stage.value}."


@dataclass(frozen=True)
class Surroundings:
    """The computer around it, as far as it may be asked."""

    holder: Callable[[int], PortHolder | None] = who_holds
    kernel: Callable[[], KernelSays] = ask_kernel


def examine_crash(
    installation: Installation,
    matcher: Matcher,
    trace: Trace = Trace(),
    around: Surroundings = Surroundings(),
) -> CrashReport:
    """Find out what ended a server, or keeps it from starting.

    Reads files, the list of processes and the kernel's messages; changes nothing. May
    take seconds: call it aside.
    """
    log, life, notes = _newest_life(installation)
    if log is None or life is None:
        return CrashReport(installation, None, None, (), notes=notes)
    found = meaning_of(trace.exit_code) if trace.exit_code is not None else None
    launcher = _exit_by_launcher(installation, log)
    code = found or (life.exit.meaning if life.exit else None) or launcher
    kernel = around.kernel() if _may_be_kernel(life, code, trace) else KernelSays()
    port = (
        trace.port if trace.port is not None else next(iter(installation.ports), None)
    )
    holder = around.holder(port) if port and not trace.lives else None
    newest = newest_changes(
        installation, before=log.modified, since=trace.good or log.modified - _DAYS
    )
    death = Death(
        life=life,
        log=log,
        lives=trace.lives,
        exit=code,
        kernel=about(kernel, pid=trace.pid, around=log.modified),
        holder=holder,
        newest=newest,
    )
    findings, deadly = findings_of_death(death, matcher)
    if kernel.why_not:
        notes = (*notes, kernel.why_not)
    return CrashReport(
        installation, log, life, findings, deadly, code, holder, newest, notes
    )


def _newest_life(
    installation: Installation,
) -> tuple[LogFile | None, LastLife | None, tuple[str, ...]]:
    """The newest log that can be read and is not empty."""
    notes: list[str] = []
    facts = facts_of(installation)
    for log in _in_order(installation.logs):
        try:
            life = read_last_life(Path(log.path), facts)
        except OSError as error:
            notes.append(f"{log.path} cannot be read: {error.strerror}.")
            continue
        if life.reading.lines:
            return log, life, tuple(notes)
    return None, None, (*notes, *installation.notes)


def facts_of(installation: Installation) -> Facts:
    """What an installation's files tell, as the signatures and remedies want it."""
    kind = installation.kind.value
    python = installation.python
    return Facts(
        version=installation.version,
        torch=installation.torch,
        python=python.version if python else "",
        install=kind if kind in _RECIPES else "venv",
    )


def _in_order(logs: Sequence[LogFile]) -> Iterable[LogFile]:
    """Newest first; of two about the same end, the one that has everything."""
    if not logs:
        return ()
    newest = max(log.modified for log in logs)
    rank = {"console": 0, "manager": 1, "launcher": 2}

    def order(log: LogFile) -> tuple[bool, int, float]:
        late = newest - log.modified > _SAME
        return late, rank.get(log.source, 3) if not late else 0, -log.modified

    return sorted((log for log in logs if log.size and not log.generation), key=order)


def _exit_by_launcher(installation: Installation, log: LogFile) -> ExitMeaning | None:
    """The exit code that the program which started it wrote down meanwhile."""
    for other in installation.logs:
        fresh = abs(other.modified - log.modified) <= _SAME
        if other.source == "launcher" and other.path != log.path and fresh:
            seen = last_exit(_end_of(Path(other.path)))
            if seen is not None:
                return seen.meaning
    return None


def _end_of(path: Path) -> tuple[Line, ...]:
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - _LAUNCHER_TAIL))
            text = decode(file.read(_LAUNCHER_TAIL))
    except OSError:
        return ()
    return tuple(cleaned(numbered(text)))[-40:]


def _may_be_kernel(life: LastLife, code: ExitMeaning | None, trace: Trace) -> bool:
    """Asking the kernel costs seconds, so only where its word can matter."""
    if trace.lives:
        return False
    violent = code is not None and code.code >= 128
    return violent or life.error is None
