"""A diagnosed problem with the evidence it rests on."""

from dataclasses import dataclass
from enum import Enum, IntEnum


class Severity(IntEnum):
    """How bad; ordered."""

    INFO = 1
    WARNING = 2
    ERROR = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """The word used in JSON and on screen."""
        return self.name.lower()


class Confidence(IntEnum):
    """How sure; ordered. On screen: certain, likely, possible, not known."""

    NOT_KNOWN = 0
    POSSIBLE = 1
    LIKELY = 2
    CERTAIN = 3

    @property
    def word(self) -> str:
        """The word used in JSON and on screen."""
        return self.name.lower().replace("_", " ")


class FindingState(Enum):
    """The life of a finding."""

    OPEN = "open"
    RESOLVED = "resolved"
    IGNORED = "ignored"


@dataclass(frozen=True)
class Evidence:
    """What a finding rests on, word for word."""

    source: str
    """Where it was seen: ``log``, ``history``, ``event``, ``queue``,
    ``system_stats``, ``probe:<id>``, ``file:<name>``, ..."""
    text: str
    line: int | None = None
    """Line in the source, from 1, where there are lines."""


@dataclass(frozen=True)
class FixRef:
    """A remedy named by a finding."""

    id: str
    """Id of a one-click fix, or empty where the person must act."""
    title: str
    detail: str = ""
    """Exact values, flags and menu names for a guided or manual remedy."""
    kind: str = "guided"
    """``one-click``, ``guided`` or ``manual``."""
    target: str = ""
    """What it acts on: a job id, a file, or empty."""


@dataclass(frozen=True)
class Finding:
    """One problem. ``key`` stays the same while it is the same problem."""

    key: str
    """``<cause>`` or ``<cause>:<subject>``."""
    cause: str
    """Id of the cause in resources/causes."""
    title: str
    severity: Severity
    confidence: Confidence
    explanation: str = ""
    """For a non-technical person: what it is, then what to do."""
    technical: str = ""
    evidence: tuple[Evidence, ...] = ()
    fixes: tuple[FixRef, ...] = ()
    subject: str = ""
    """What it is about: a job id, a node pack, a model file, or empty."""
    state: FindingState = FindingState.OPEN
    since: float = 0.0
    """Unix seconds."""
    last_seen: float = 0.0
    count: int = 1
    harmless: bool = False
