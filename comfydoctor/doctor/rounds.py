"""Looks at one server again and again, as gently as the contract asks.

At most two requests a second in all: the queue's length every two seconds, the
jobs only when something changed, the server's figures every two seconds, and
never the node definitions (contract, section 7).
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

    poll: float = 2.0
    stats: float = 2.0
    stats_total: float = 5.0
    """Time-out of the figures: a hung GPU makes this call hang."""
    least: float = 1.0
    """Between two looks at the jobs, however much happens."""
    busy: float = 5.0
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
        self._looked = float("-inf")

    def wake(self) -> None:
        """Something happened: look soon."""
        self._wake.set()

    async def run(self) -> None:
        """Poll until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._follow_queue())
            group.create_task(self._follow_stats())
            group.create_task(self._follow_silence())

    async def look_now(self) -> None:
        """Look at the jobs at once, for somebody who waits for it."""
        await self._look()

    async def _follow_queue(self) -> None:
        while True:
            woken = self._wake.is_set()
            self._wake.clear()
            try:
                await self._poll(woken)
            except ServerError as error:
                self._pulse.failed(error)
                self._deliver((self._queue_sample(None), self._latency(None)))
            await self._pause()

    async def _pause(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._pace.poll):
                await self._wake.wait()
        since = self._steady() - self._looked
        if since < self._pace.least:
            await asyncio.sleep(self._pace.least - since)

    async def _poll(self, woken: bool) -> None:
        asked = self._steady()
        remaining = await self._client.queue_remaining()
        seconds = self._steady() - asked
        if self._pulse.answered():
            await self._meet()
            woken = True
        moved = remaining != self._state.queue_remaining
        self._deliver((self._queue_sample(remaining), self._latency(seconds)))
        for change in self._state.take_remaining(remaining):
            self._announce(change)
        if moved:
            self._on_queue_moved()
        due = remaining > 0 and self._steady() - self._looked >= self._pace.busy
        if woken or moved or due or self._state.missed:
            await self._look()

    async def _look(self) -> None:
        self._looked = self._steady()
        look = await look_at_jobs(self._client, self._state)
        for change in self._state.take_jobs(look.waiting, look.ended):
            self._announce(change)
        self._on_look(look)

    async def _follow_stats(self) -> None:
        while True:
            await asyncio.sleep(self._pace.stats)
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
