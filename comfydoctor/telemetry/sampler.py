"""Reads every source at its own pace and makes gaps where nothing was read."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from math import nan
from typing import Any

from comfydoctor.errors import DoctorError
from comfydoctor.model.metric import Sample
from comfydoctor.telemetry.aside import StillWaiting
from comfydoctor.telemetry.source import Source

JUMP = 5.0
"""Seconds by which wall clock and steady clock part before we call it a jump."""
LATE = 3.0
"""Periods without a turn of ours after which the curve has a gap."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Clock:
    """Time as the sampler takes it."""

    wall: Callable[[], float] = time.time
    steady: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Coroutine[Any, Any, None]] = asyncio.sleep


@dataclass(frozen=True)
class SourceState:
    """Whether a source can be read; ``reason`` says why not, for a person."""

    name: str
    reason: str = ""
    since: float = 0.0
    """Unix seconds."""


@dataclass(frozen=True)
class Gap:
    """Time in which nothing could be read, and why."""

    seconds: float
    """Negative when the clock was set back."""
    reason: str
    jumped: bool = False
    """Whether wall clock and steady clock parted."""


@dataclass
class Track:
    """What the sampler remembers of one source."""

    source: Source
    keys: set[tuple[str, str]] = field(default_factory=set)
    """Series it ever delivered."""
    last: tuple[float, float] | None = None
    """Wall and steady clock at its last turn."""
    reason: str | None = None
    """Why it fails; empty while it is well, None before its first turn."""


class Sampler:
    """Reads sources until cancelled. A failing one disturbs no other."""

    def __init__(
        self,
        sources: Iterable[Source],
        deliver: Callable[[tuple[Sample, ...]], None],
        *,
        on_state: Callable[[SourceState], None] = lambda state: None,
        on_gap: Callable[[Gap], None] = lambda gap: None,
        clock: Clock | None = None,
    ) -> None:
        self._tracks = [Track(source) for source in sources]
        self._deliver = deliver
        self._on_state = on_state
        self._on_gap = on_gap
        self._clock = clock or Clock()
        self._offset = self._clock.wall() - self._clock.steady()
        self._told_at = self._clock.steady() - 2 * JUMP

    async def run(self) -> None:
        """Read all sources, each in its own task, and close them at the end."""
        try:
            async with asyncio.TaskGroup() as group:
                for track in self._tracks:
                    group.create_task(self._follow(track), name=track.source.name)
        finally:
            for track in self._tracks:
                await track.source.aclose()

    def states(self) -> tuple[SourceState, ...]:
        """How each source is."""
        return tuple(SourceState(t.source.name, t.reason or "") for t in self._tracks)

    async def _follow(self, track: Track) -> None:
        """One turn after the other on a steady grid: a slow turn shifts no other."""
        due = self._clock.steady()
        while True:
            await self.turn(track)
            now = self._clock.steady()
            due = max(due + track.source.every, now)
            await self._clock.sleep(due - now)

    async def turn(self, track: Track) -> None:
        """Read one source once and deliver what it gave, or gaps."""
        now = self._clock.wall()
        self._mind_gap(track, now)
        try:
            async with asyncio.timeout(track.source.timeout):
                samples = await track.source.read(now)
        except Exception as error:  # noqa: BLE001 - one source must not end the rest
            self._set_reason(track, _reason(error, track.source), now)
            samples = ()
        else:
            self._set_reason(track, "", now)
        self._hand_on(track, samples, now)

    def _hand_on(self, track: Track, samples: tuple[Sample, ...], now: float) -> None:
        given = {(sample.metric, sample.subject) for sample in samples}
        missing = _gaps(track.keys - given, now)
        track.keys |= given
        if samples or missing:
            self._deliver(samples + missing)

    def _mind_gap(self, track: Track, now: float) -> None:
        """Break the curves when the computer slept, stalled, or its clock jumped."""
        steady = self._clock.steady()
        before, track.last = track.last, (now, steady)
        if before is None:
            return
        gap = gap_between(before, (now, steady), track.source.every)
        if gap is None:
            return
        track.source.gap()
        edge = min(before[0] + track.source.every, now - 0.001)
        if track.keys:
            self._deliver(_gaps(track.keys, edge))
        if self._is_news(gap, now - steady, steady):
            log.info("gap of %.0f s: %s", gap.seconds, gap.reason)
            self._on_gap(gap)

    def _is_news(self, gap: Gap, offset: float, steady: float) -> bool:
        """All sources see the same gap, a slow one minutes later; tell it once."""
        moved = abs(offset - self._offset) > JUMP
        fresh = steady - self._told_at > JUMP
        self._offset = offset
        if moved or (fresh and not gap.jumped):
            self._told_at = steady
            return True
        return False

    def _set_reason(self, track: Track, reason: str, now: float) -> None:
        """Tell each change once: that it fails, why now, that it is well again."""
        before, track.reason = track.reason, reason
        if reason == before or (before is None and not reason):
            return
        log.log(
            logging.WARNING if reason else logging.INFO,
            "%s: %s",
            track.source.name,
            reason or "reads again",
        )
        self._on_state(SourceState(track.source.name, reason, now))


def _gaps(keys: Iterable[tuple[str, str]], time: float) -> tuple[Sample, ...]:
    return tuple(Sample(metric, time, nan, subject) for metric, subject in sorted(keys))


def gap_between(
    before: tuple[float, float], now: tuple[float, float], every: float
) -> Gap | None:
    """Compare two turns' wall and steady clocks; None when all is as expected.

    The steady clock stands still during sleep on Linux and runs on elsewhere, so
    both are needed.
    """
    wall, steady = now[0] - before[0], now[1] - before[1]
    if wall - steady < -JUMP:
        return Gap(wall - steady, "The clock of this computer was set back.", True)
    if wall - steady > JUMP:
        return Gap(wall, "This computer slept, or its clock was set forward.", True)
    if steady > LATE * every + JUMP:
        return Gap(steady, "This computer slept, or was too busy to read.")
    return None


def _reason(error: Exception, source: Source) -> str:
    if isinstance(error, TimeoutError):
        return f"No reading within {source.timeout:g} s."
    if isinstance(error, StillWaiting):
        return "The reading before has not come back."
    if isinstance(error, DoctorError):
        return str(error)
    return f"{type(error).__name__}: {error}"[:300]
