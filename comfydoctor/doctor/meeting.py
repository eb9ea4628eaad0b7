"""What is asked once, when a server is met (again)."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from comfydoctor.comfy.client import Client
from comfydoctor.comfy.liveness import Marks, find_restart, marks_of
from comfydoctor.errors import ServerError
from comfydoctor.host.local import Place, Whereabouts, locate
from comfydoctor.model.features import Features
from comfydoctor.model.finding import Confidence
from comfydoctor.model.logline import LogEntry
from comfydoctor.model.manager import Manager
from comfydoctor.model.server import ServerInfo

T = TypeVar("T")
SEEN_JOBS = 20


@dataclass(frozen=True)
class Acquaintance:
    """What a server told of itself; None where it would not say."""

    info: ServerInfo
    features: Features | None = None
    manager: Manager | None = None
    entries: tuple[LogEntry, ...] = ()
    folders: dict[str, tuple[str, ...]] = field(default_factory=dict)
    whereabouts: Whereabouts = field(
        default_factory=lambda: Whereabouts(Place.NOT_KNOWN, "It was not looked at.")
    )
    marks: Marks = field(default_factory=Marks)


async def meet(client: Client) -> Acquaintance:
    """Ask for everything once. Raises a ServerError only when nothing is told."""
    info = await client.system_stats()
    features = await _unless_refused(client.features())
    manager = await _unless_refused(client.manager())
    entries = await _unless_refused(client.log_entries()) or ()
    folders = await _unless_refused(client.folder_paths()) or {}
    history = await _unless_refused(client.history(SEEN_JOBS)) or ()
    where = await asyncio.to_thread(locate, client.http.url, folders)
    marks = marks_of(entries, (job.id for job in history))
    return Acquaintance(info, features, manager, entries, folders, where, marks)


async def _unless_refused(answer: Awaitable[T]) -> T | None:
    """What a proxy or an old version may refuse does not end the meeting."""
    try:
        return await answer
    except ServerError:
        return None


def remembering(now: Acquaintance, before: Acquaintance | None) -> Acquaintance:
    """With the marks of an earlier meeting where this one told none.

    Else a restart would be missed: a server that goes answers only half of what is
    asked.
    """
    told = now.marks.first_log or now.marks.history
    return now if told or before is None else replace(now, marks=before.marks)


def has_restarted(before: Acquaintance, now: Acquaintance, *, was_lost: bool) -> bool:
    """Whether the process is another one than when the server was met before.

    ``was_lost``: it could not be heard in between. Else an emptied history proves
    nothing, somebody may have cleared it.
    """
    restart = find_restart(before.marks, now.marks)
    enough = Confidence.POSSIBLE if was_lost else Confidence.CERTAIN
    return restart is not None and restart.confidence >= enough
