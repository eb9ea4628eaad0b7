"""Everything the Doctor knows of one server at one moment, immutable."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from comfydoctor.model.server import Connection, ServerInfo, ServerProfile

if TYPE_CHECKING:  # the first snapshot of a start holds none of these
    from comfydoctor.model.finding import Finding, Severity
    from comfydoctor.model.fix import JournalEntry
    from comfydoctor.model.job import Job, Progress
    from comfydoctor.model.manager import Manager


@dataclass(frozen=True)
class OwnCost:
    """What watching costs: on this computer and on the server."""

    cpu_percent: float = float("nan")
    ram_bytes: float = float("nan")
    requests_per_minute: float = float("nan")


@dataclass(frozen=True)
class Snapshot:
    """What is known now. None and empty mean "not known", never "none there"."""

    profile: ServerProfile
    connection: Connection = field(default_factory=Connection)
    info: ServerInfo | None = None
    manager: Manager | None = None
    queue_remaining: int | None = None
    running: Job | None = None
    pending: tuple[Job, ...] = ()
    progress: Progress | None = None
    recent: tuple[Job, ...] = ()
    """Finished jobs, newest first."""
    findings: tuple[Finding, ...] = ()
    """Open ones, worst first."""
    activity: tuple[JournalEntry, ...] = ()
    """Our own actions, newest first."""
    unfinished: tuple[JournalEntry, ...] = ()
    """Actions that were begun and whose end is not known."""
    cost: OwnCost = field(default_factory=OwnCost)
    skipped_events: int = 0
    """Events dropped because they came faster than they can be shown."""

    @property
    def worst(self) -> Severity | None:
        """Severity of the worst open finding."""
        return max((f.severity for f in self.findings), default=None)
