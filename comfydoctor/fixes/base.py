"""What every fix is: planned, applied, looked at again, undone."""

import asyncio
import hashlib
import json
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, ParamSpec, TypeVar
from uuid import uuid4

from comfydoctor.comfy.client import Client
from comfydoctor.errors import NotApplicable, NotUndoable
from comfydoctor.model.fix import FixOutcome, JournalEntry, Plan, Risk
from comfydoctor.model.server import ServerInfo, ServerProfile
from comfydoctor.store.audit import Audit
from comfydoctor.store.journal import Journal
from comfydoctor.store.launches import Launches
from comfydoctor.store.parking import Parking
from comfydoctor.store.versions import VersionStore

P = ParamSpec("P")
T = TypeVar("T")
Step = Callable[[int, str], None]
"""Called as a step of the plan begins: its index and its words now."""


def nowhere(address: str) -> AbstractAsyncContextManager[Client]:
    """Where no other server can be reached."""
    raise NotApplicable("Other servers cannot be reached from here.")


@dataclass
class Care:
    """All that a fix may touch: one server, and what we keep of our own."""

    client: Client
    profile: ServerProfile
    journal: Journal
    audit: Audit
    parking: Parking
    info: ServerInfo | None = None
    who: str = ""
    """Name of the person, for the audit trail."""
    logs: Path = Path()
    """Folder for the output of servers that we start."""
    launches: Launches = field(default_factory=lambda: Launches(None))
    """How servers of this computer were started."""
    command: tuple[str, ...] = ()
    """How the person restarts this server, as an argument list."""
    elsewhere: Callable[[str], AbstractAsyncContextManager[Client]] = nowhere
    """Opens another server by its address, with the login that is kept for it."""
    versions: Callable[[], VersionStore] | None = None
    """Opens the kept versions of workflows."""
    workflow_folder: Callable[[], Path | None] = lambda: None
    """Where the server's workflows lie on this computer, when that is certain."""
    clock: Callable[[], float] = time.time
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def keep(self, work: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
        """Run one of our own durable writes without holding up the event loop."""
        return await asyncio.to_thread(work, *args, **options)


@dataclass(frozen=True)
class Verdict:
    """What a second look showed. ``said`` is one sentence with the figures."""

    outcome: FixOutcome
    said: str
    detail: str = ""
    undo: str | None = None
    """How it can be undone; None: as planned, unless nothing was done."""


def done(said: str, detail: str = "") -> Verdict:
    """It is as it was meant to be."""
    return Verdict(FixOutcome.DONE, said, detail)


def not_done(said: str, detail: str = "", *, undo: str | None = None) -> Verdict:
    """It is not, and that is certain."""
    return Verdict(FixOutcome.NOT_DONE, said, detail, undo)


def unknown(said: str, detail: str = "") -> Verdict:
    """It cannot be told from here."""
    return Verdict(FixOutcome.UNKNOWN, said, detail)


class Fix(ABC):
    """One remedy. It holds no state: everything is in the plan and the journal.

    ``plan`` and the two ``verify`` send nothing that changes anything. ``apply`` and
    ``undo`` may raise at any point: how it ended is told by the look afterwards.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    about: ClassVar[str]
    """For a list: when it helps, in one sentence."""
    risk: ClassVar[Risk]
    repeatable: ClassVar[bool] = True
    """Whether applying it again after a doubt does no harm."""
    stoppable: ClassVar[bool] = False
    """Whether it may be cancelled at any time with nothing left half done."""

    @abstractmethod
    async def plan(self, care: Care, target: str = "") -> Plan:
        """Look, and say what would be done. Raises NotApplicable."""

    @abstractmethod
    async def apply(self, care: Care, plan: Plan, step: Step) -> None:
        """Do it; whatever is needed for undo is on disk before the effect."""

    @abstractmethod
    async def verify(self, care: Care, plan: Plan) -> Verdict:
        """Look independently whether it was done."""

    async def undo(self, care: Care, entry: JournalEntry, step: Step) -> None:
        """Take it back."""
        raise NotUndoable(f"“{entry.title}” cannot be undone.")

    async def verify_undo(self, care: Care, entry: JournalEntry) -> Verdict:
        """Look independently whether it was taken back."""
        raise NotUndoable(f"“{entry.title}” cannot be undone.")

    def fits(self, shown: Plan, now: Plan) -> bool:
        """Whether the state still is the one the person approved a plan for."""
        return shown.basis == now.basis

    def _plan(self, care: Care, **fields: Any) -> Plan:
        """A plan with what is the same for all plans of this fix."""
        same: dict[str, Any] = {
            "id": uuid4().hex[:16],
            "fix": self.id,
            "title": self.title,
            "server": care.profile.key,
            "risk": self.risk,
            "undo": "",
            "stoppable": self.stoppable,
        }
        return Plan(**same | fields)


def basis_of(*parts: object) -> str:
    """Hash over what a plan rests on."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def read_payload(plan: Plan) -> dict[str, Any]:
    """The plan's own data."""
    found = json.loads(plan.payload or "{}")
    return found if isinstance(found, dict) else {}
