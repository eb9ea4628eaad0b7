"""The state of a server and its installation at one moment, made to be compared."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

Part = Mapping[str, str]
"""What is in one part and in which state: ``{"torch": "2.9.1+cu128"}``."""

PARTS: tuple[tuple[str, str], ...] = (
    ("server", "what the server says of itself"),
    ("flags", "start flags"),
    ("driver", "graphics driver"),
    ("core", "ComfyUI's own files"),
    ("packs", "node packs with their commits"),
    ("packages", "Python packages"),
    ("nodes", "node classes"),
    ("models", "model files"),
    ("settings", "files of settings"),
)
"""Every part there is, with the words for it."""


class Event(Enum):
    """Why a fingerprint was taken."""

    CONNECT = "connect"
    """The server was met; it may have run for long."""
    START = "start"
    """It began anew."""
    SUCCESS = "success"
    """A job ended well."""
    ASKED = "asked"
    """A person asked what changed."""


@dataclass(frozen=True)
class Fingerprint:
    """Parts by name. A part that is missing was not read; ``unread`` says why."""

    parts: Mapping[str, Part] = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Moment:
    """A fingerprint that was kept."""

    time: float
    """Unix seconds; of the last time when the same was seen again."""
    event: Event
    fingerprint: Fingerprint
    workflow: str = ""
    """Of a success: the workflow that ran well."""
    first: float = 0.0
    """Unix seconds when this state was first kept for that event and workflow."""


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it was."""

    part: str
    subject: str
    before: str
    """Its state then; empty when it was not there."""
    after: str
    """Its state now; empty when it is gone."""
    suspicion: int = 0
    """0 to 100: how likely such a change breaks something."""
    says: str = ""
    """In words: ``torch 2.9.1 → 2.13.0``."""


@dataclass(frozen=True)
class Comparison:
    """All differences between two states, most suspicious first."""

    differences: tuple[Difference, ...] = ()
    unread: tuple[str, ...] = ()
    """Sentences: which parts could not be compared, and why."""
    before: Moment | None = None
    after: Moment | None = None
