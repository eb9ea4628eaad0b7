"""Looks between two check-ups at what changes by itself: memory, disks, rights."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Collection, Sequence

from comfydoctor.diagnosis.probe import Probe
from comfydoctor.diagnosis.probes import PROBES
from comfydoctor.doctor.steadier import Steadier
from comfydoctor.model.change import Change, ConnectionChanged
from comfydoctor.model.probe import ProbeResult
from comfydoctor.model.server import Reach

TICK = 5.0
"""Seconds between two glances at the clock."""
SELDOM = 600.0
"""Probes that look this seldom belong to the check-ups alone."""
_LOST = {Reach.DOWN, Reach.PROBLEM}
Look = Callable[[Collection[str]], Awaitable[tuple[ProbeResult, ...]]]


class Patrol:
    """Runs cheap probes at their own intervals; lives on the core's loop.

    What they find opens on the board within seconds and closes by itself.
    """

    def __init__(
        self,
        look: Look,
        take: Callable[[Sequence[ProbeResult]], None],
        *,
        steady: Callable[[], float],
        probes: Sequence[Probe] = PROBES,
        tick: float = TICK,
    ) -> None:
        self.again = asyncio.Event()
        """Set when a server is heard again after a loss: time for a check-up."""
        self._look = look
        self._take = take
        self._steady = steady
        self._tick = tick
        self._every = {p.id: p.every for p in probes if p.every < SELDOM}
        self._wavering = {p.id for p in probes if p.wavers}
        self._last = dict.fromkeys(self._every, -math.inf)
        self._steadier = Steadier()
        self._reach = Reach.STOPPED
        self._lost = False

    def on_change(self, change: Change) -> None:
        """Note whether the server is heard."""
        if not isinstance(change, ConnectionChanged):
            return
        self._reach = change.connection.reach
        if self._reach in _LOST:
            self._lost = True

    def met(self) -> None:
        """The server told who it is; after a loss it may be another process."""
        if self._lost and self._reach is Reach.CONNECTED:
            self._lost = False
            self.again.set()

    def told(self, results: Sequence[ProbeResult]) -> None:
        """A check-up has looked at everything and told it."""
        now = self._steady()
        self._steadier.told(results, now)
        self._last |= {r.id: now for r in results if r.id in self._last}

    async def run(self) -> None:
        """Look until cancelled, as long as the server is heard."""
        while True:
            await asyncio.sleep(self._tick)
            due = self._due()
            if due and self._reach is Reach.CONNECTED:
                await self._round(due)

    def _due(self) -> frozenset[str]:
        now = self._steady()
        return frozenset(
            probe
            for probe, last in self._last.items()
            if now - last >= self._every[probe]
        )

    async def _round(self, due: Collection[str]) -> None:
        results = await self._look(due)
        now = self._steady()
        self._last |= dict.fromkeys(due, now)
        if self._reach is Reach.CONNECTED:  # else it tells of another process
            self._take([self._settled(result, now) for result in results])

    def _settled(self, result: ProbeResult, now: float) -> ProbeResult:
        if result.id not in self._wavering:
            return result
        return self._steadier.settled(result, now)


async def pause(event: asyncio.Event, seconds: float) -> None:
    """Wait for a while, or until something happens; the event is taken back."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
    event.clear()
