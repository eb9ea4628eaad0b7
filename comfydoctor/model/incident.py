"""An incident: what happened when, written down while it happens."""

from dataclasses import dataclass
from enum import Enum, IntEnum


class Gravity(IntEnum):
    """How bad an incident is for those who wait; ordered."""

    LOW = 1
    """Can wait until tomorrow."""
    MEDIUM = 2
    """Slow, or partly wrong."""
    HIGH = 3
    """One service or workflow is down."""
    CRITICAL = 4
    """Nothing works, and customers wait."""

    @property
    def word(self) -> str:
        """The word used in JSON and on screen."""
        return self.name.lower()


class EntryKind(Enum):
    """What a line of the timeline is about."""

    BEGAN = "began"
    FOUND = "found"
    GONE = "gone"
    JOB = "job"
    FIX = "fix"
    REACH = "reach"
    GUIDE = "guide"
    NOTE = "note"
    NOTICE = "notice"
    CHANGED = "changed"
    """Gravity or roles."""
    ENDED = "ended"
    REOPENED = "reopened"


@dataclass(frozen=True)
class Entry:
    """One line of the timeline; never changed, never deleted."""

    time: float
    """Unix seconds of this computer."""
    kind: EntryKind
    text: str
    detail: str = ""
    who: str = ""
    """Who wrote it; empty when the program did."""
    cause: str = ""
    """Id of the cause, where it is about one."""


@dataclass(frozen=True)
class Incident:
    """One incident, as its entries tell it."""

    id: str
    title: str
    server: str
    """Key of the server's profile."""
    began: float
    gravity: Gravity = Gravity.MEDIUM
    lead: str = ""
    communicator: str = ""
    ended: float | None = None
    entries: tuple[Entry, ...] = ()

    @property
    def causes(self) -> tuple[str, ...]:
        """Causes that were found, in the order of their finding."""
        return tuple(dict.fromkeys(e.cause for e in self.entries if e.cause))

    def first(self, *kinds: EntryKind) -> float | None:
        """When the first entry of one of these kinds was made."""
        return next((e.time for e in self.entries if e.kind in kinds), None)


@dataclass(frozen=True)
class Figures:
    """How long things took, in seconds; None where it did not come to that."""

    to_diagnose: float | None
    """From the beginning to the first cause found."""
    to_fix: float | None
    """From the beginning to the last fix that was verified."""
    in_all: float | None


class Stage(Enum):
    """When a notice is sent."""

    FIRST = "first"
    UPDATE = "update"
    RESOLVED = "resolved"
    AFTERWARDS = "afterwards"


class Audience(Enum):
    """Whom a notice is for."""

    CLIENT = "client"
    TEAM = "team"
    MANAGEMENT = "management"


@dataclass(frozen=True)
class Notice:
    """A notice, filled in and ready to be read before it is sent."""

    subject: str
    body: str
    language: str
    missing: tuple[str, ...] = ()
    """Facts that were not known and stand as gaps in the text."""


@dataclass(frozen=True)
class NoticeWish:
    """Which notice is wanted."""

    audience: Audience
    stage: Stage
    language: str = "en"
    impact: str = ""
    """What it means for those who read it, in the person's words."""
