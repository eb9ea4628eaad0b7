"""Answers of a server that several probes need, each asked for once."""

import asyncio
import contextlib
import math
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, TypeVar, cast

from comfydoctor.comfy.client import Client
from comfydoctor.comfy.parse_files import ModelFile
from comfydoctor.errors import ServerError
from comfydoctor.model.job import Job, Queue
from comfydoctor.model.logline import LogEntry

if TYPE_CHECKING:
    from comfydoctor.comfy.definitions import Definitions

T = TypeVar("T")
SEEN_JOBS = 20
ASKED_ONE_BY_ONE = 60
"""Node classes up to which each is asked for by itself: the whole list makes a
server with thousands of nodes answer nobody for seconds."""

NodeClass = dict[str, object]


@dataclass(frozen=True)
class Tick:
    """One quick exchange: how long it took and what the server's clock said."""

    seconds: float
    ahead: float
    """Seconds by which the server's clock is ahead of ours; NaN when not told."""


class Answers:
    """Keeps answers, and errors too, for as long as one check-up lasts."""

    def __init__(self, client: Client, clock: Callable[[], float]) -> None:
        self._client = client
        self._clock = clock
        self._known: dict[str, object] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def forget(self) -> None:
        """Let go of all answers, at the end of the look.

        An error that was raised holds the stack that holds this, so otherwise 30 MB
        of node definitions would stay until the collector comes.
        """
        self._known.clear()

    async def history(self) -> tuple[Job, ...]:
        """The newest ended jobs, newest first."""
        return await self._once("history", lambda: self._client.history(SEEN_JOBS))

    async def queue(self) -> Queue:
        """The queue at the first look."""
        return await self._once("queue", self._client.queue)

    async def log(self) -> tuple[LogEntry, ...]:
        """The server's ring of console writes."""
        return await self._once("log", self._client.log_entries)

    async def host(self) -> dict[str, object]:
        """The pretended computer of a simulated server."""
        return await self._once("host", self._client.simulated_host)

    async def model_files(self, folder: str) -> tuple[ModelFile, ...]:
        """Models of one kind with their sizes; none for an unknown kind."""

        async def ask() -> tuple[ModelFile, ...]:
            return await self._client.model_files(folder) or ()

        return await self._once(f"models/{folder}", ask)

    async def tick(self) -> Tick:
        """The quickest of three exchanges of the smallest kind."""
        return await self._once("tick", self._tick)

    async def replacements(self) -> dict[str, object]:
        """New nodes for old ones; Unsupported before 0.14."""
        return await self._once("replacements", self._client.node_replacements)

    async def definitions(self) -> "Definitions":
        """All node classes; a heavy question, so only where many are needed."""
        return await self._once("definitions", self._client.definitions)

    async def node_classes(self, names: frozenset[str]) -> dict[str, NodeClass | None]:
        """Definitions of node classes; None where the server has no such class.

        A class whose definition the server cannot give is left out.
        """
        key = "nodes:" + "\n".join(sorted(names))
        return await self._once(key, lambda: self._node_classes(names))

    async def _once(self, key: str, ask: Callable[[], Awaitable[T]]) -> T:
        async with self._turns[key]:
            if key not in self._known:
                try:
                    self._known[key] = await ask()
                except ServerError as error:
                    self._known[key] = error
        known = self._known[key]
        if isinstance(known, ServerError):
            raise known
        return cast(T, known)

    async def _tick(self) -> Tick:
        ticks = [await self._one_tick() for _ in range(3)]
        return min(ticks, key=lambda tick: tick.seconds)

    async def _one_tick(self) -> Tick:
        answer = await self._client.http.get("/prompt")
        now = self._clock() - answer.seconds / 2
        return Tick(answer.seconds, _date(answer.headers.get("date", "")) - now)

    async def _node_classes(self, names: frozenset[str]) -> dict[str, NodeClass | None]:
        if len(names) > ASKED_ONE_BY_ONE:
            return await self._picked(names)
        found: dict[str, NodeClass | None] = {}
        refused: ServerError | None = None
        for name in sorted(names):
            try:
                found[name] = await self._client.object_info_class(name)
            except ServerError as error:  # one broken class answers 500
                refused = error
        if refused and not found:
            raise refused
        return found

    async def _picked(self, names: frozenset[str]) -> dict[str, NodeClass | None]:
        known = await self.definitions()
        return await asyncio.to_thread(_get_all, known, names)


def _get_all(
    known: "Definitions", names: frozenset[str]
) -> dict[str, NodeClass | None]:
    found: dict[str, NodeClass | None] = {}
    for name in names:
        with contextlib.suppress(ServerError):  # of one broken class
            found[name] = known.get(name)
    return found


def _date(header: str) -> float:
    """The middle of the second that a Date header names; NaN when it names none."""
    try:
        return parsedate_to_datetime(header).timestamp() + 0.5
    except (TypeError, ValueError):
        return math.nan
