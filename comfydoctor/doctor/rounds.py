"""Looks at one server again and again, as gently as the contract asks.

At most two requests a second in all: the queue's length and the server's figures
every 2.5 s, the jobs when something changed and at most every 2.5 seconds, and
never the node definitions (contract, section 7). The events tell the length
between two polls.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from comfydoctor.comfy.client import Client
from comfydoctor.doctor.look import Look, look_at_jobs
from comfydoctor.doctor.pulse import PulseKeeper
from comfydoctor.doctor.state import State
from comfydoctor.errors import ServerError
from comfydoctor.model.change import Change
from comfydoctor.model.metric import Sample
from comfydoctor.model.server import ServerInfo
from comfydoctor.telemetry.sources import server


@dataclass(frozen=True)
class Pace:
    """Seconds between looks."""

    length: float = 2.5
    stats: float = 2.5
    stats_total: float = 5.0
    """Time-out of the figures: a hung GPU makes this call hang."""
    least: float = 2.5
    """Between two looks at the jobs (two requests), however much happens."""
    busy: float = 3.0
    """Between two looks while something runs or waits and nothing changes."""


class Rounds:
    """Polls one server until cancelled; never raises a ServerError."""

    def __init__(
        self,
        client: Client,
        state: State,
        pulse: PulseKeeper,
        *,
        meet: Callable[[], Awaitable[object]],
        announce: Callable[[Change], None],
        deliver: Callable[[tuple[Sample, ...]], None],
        on_look: Callable[[Look], None],
        on_queue_moved: Callable[[], None],
        on_info: Callable[[ServerInfo], None],
        cards: Callable[[], bool],
        steady: Callable[[], float],
        pace: Pace | None = None,
    ) -> None:
        self._client = client
        self._state = state
        self._pulse = pulse
        self._meet = meet
        self._announce = announce
        self._deliver = deliver
        self._on_look = on_look
        self._on_queue_moved = on_queue_moved
        self._on_info = on_info
        self._cards = cards
        self._steady = steady
        self._pace = pace or Pace()
        self._wake = asyncio.Event()
        self._unmet = True
        self._snubbed = False
        """Whether it would not be met, though it answers otherwise."""

    def wake(self) -> None:
        """Something happened: look soon."""
        self._wake.set()

    async def run(self) -> None:
        """Poll until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._follow_length())
            group.create_task(self._follow_jobs())
            group.create_task(self._follow_stats())
            group.create_task(self._follow_silence())

    async def _follow_length(self) -> None:
        while True:
            try:
                await self._ask_length()
            except ServerError as error:
                self._unmet = True
                self._pulse.failed(error)
                self._deliver((self._queue_sample(None), self._latency(None)))
            await asyncio.sleep(self._pace.length)

    async def _ask_length(self) -> None:
        asked = self._steady()
        remaining = await self._client.queue_remaining()
        seconds = self._steady() - asked
        self._unmet |= self._pulse.answered()
        self._deliver((self._queue_sample(remaining), self._latency(seconds)))
        if self._unmet:
            await self._greet()
        changes = self._state.take_remaining(remaining)
        for change in changes:
            self._announce(change)
        if changes:
            # Its event would have told us before: is the event channel dead?
            self._on_queue_moved()
            self.wake()

    async def _greet(self) -> None:
        """Meet it; when it stalls meanwhile, again after its next answer."""
        try:
            await self._meet()
        except ServerError as error:
            self._pulse.failed(error)
            self._snubbed = True
        else:
            self._unmet = self._snubbed = False
        self.wake()

    async def _follow_jobs(self) -> None:
        while True:
            await self._reason_to_look()
            if self._unmet and not self._snubbed:
                # Its jobs may be another process'; being met wakes us again.
                continue
            try:
                await self._look()
            except ServerError as error:
                self._pulse.failed(error)
            await asyncio.sleep(self._pace.least)

    async def _reason_to_look(self) -> None:
        """Wait for news; while something runs or was missed, not for ever."""
        busy = bool(self._state.queue_remaining or self._state.missed)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._pace.busy if busy else None):
                await self._wake.wait()
        self._wake.clear()

    async def _look(self) -> None:
        look = await look_at_jobs(self._client, self._state)
        for change in self._state.take_jobs(look.waiting, look.ended):
            self._announce(change)
        self._on_look(look)

    async def _follow_stats(self) -> None:
        while True:
            # Where the cards are read here, the server's figures add little.
            await asyncio.sleep(self._pace.stats * (1 if self._cards() else 2))
            try:
                async with asyncio.timeout(self._pace.stats_total):
                    info = await self._client.system_stats()
            except (ServerError, TimeoutError):
                # The queue's poll tells how well the server is heard.
                self._deliver(self._gaps())
                continue
            for change in self._state.take_info(info):
                self._announce(change)
            self._on_info(info)
            self._deliver(
                server.from_info(info, self._state.clock(), cards=self._cards())
            )

    async def _follow_silence(self) -> None:
        while True:
            await asyncio.sleep(1.0)
            self._pulse.waited()

    def _gaps(self) -> tuple[Sample, ...]:
        """The figures that the last answer had, as not read."""
        info = self._state.info
        if info is None:
            return ()
        now, missing = self._state.clock(), float("nan")
        known = server.from_info(info, now, cards=self._cards())
        return tuple(Sample(s.metric, now, missing, s.subject) for s in known)

    def _queue_sample(self, remaining: int | None) -> Sample:
        return server.from_queue(remaining, self._state.clock())

    def _latency(self, seconds: float | None) -> Sample:
        return server.from_latency(seconds, self._state.clock())
