"""A remedy: planned, shown, approved, applied, verified, undone."""

from dataclasses import dataclass, field
from enum import Enum


class Risk(Enum):
    """What a fix may cost."""

    SAFE = "safe"
    """Nothing is lost."""
    DISRUPTIVE = "disruptive"
    """Something running is disturbed, or a cache is lost."""
    MANUAL = "manual"
    """The person does it; we show how and check afterwards."""


class FixOutcome(Enum):
    """How an attempt ended. There is no success without a second look."""

    DONE = "done"
    NOT_DONE = "not done"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class PlanStep:
    """One step of a plan, in words, and what it sends or writes."""

    text: str
    request: str = ""
    """``POST /queue {"clear": true}``; empty for a step that changes nothing."""


@dataclass(frozen=True)
class Plan:
    """What a fix will do to the state it saw; approved and applied as it stands."""

    id: str
    """Fresh for each plan; the approval names it."""
    fix: str
    title: str
    server: str
    """Key of the server's profile."""
    steps: tuple[PlanStep, ...]
    loses: str
    """What is lost, in plain words; "Nothing." when nothing is."""
    risk: Risk
    undo: str
    """How it is undone, or empty: irreversible."""
    basis: str
    """Hash over the state that the plan was made for."""
    seconds: tuple[float, float] = (0.0, 2.0)
    """Expected time, from - to."""
    target: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    """Figures seen while planning, label and value, for the dialog."""
    difference: str = ""
    """What changes, line by line: `` `` as it is, ``-`` goes, ``+`` comes."""
    stoppable: bool = False
    """Whether it may be stopped at any time with nothing left half done."""
    payload: str = field(default="", repr=False)
    """JSON that apply needs; redacted where it may be shown."""


@dataclass(frozen=True)
class FixResult:
    """How it went, measured."""

    plan: str
    fix: str
    outcome: FixOutcome
    said: str
    """One sentence with what was measured: "VRAM 22.9 → 6.1 GB"."""
    detail: str = ""
    entry: str = ""
    """Journal entry, for undo."""
    undoable: bool = False


class EntryState(Enum):
    """The life of a journal entry."""

    INTENT = "intent"
    DONE = "done"
    NOT_DONE = "not done"
    UNKNOWN = "unknown"
    UNDOING = "undoing"
    UNDONE = "undone"


@dataclass(frozen=True)
class JournalEntry:
    """One action we took or began, kept for undo and for the record."""

    id: str
    time: float
    fix: str
    title: str
    server: str
    state: EntryState
    said: str = ""
    loses: str = ""
    undo: str = ""
    """How it can be undone, empty when it cannot."""
    expires: float = 0.0
    """Unix seconds until which the undo data is kept."""
