"""The simulator's time: wall clock, scaled waits, and a past run through at once."""

import asyncio
import time
from collections.abc import Callable


class Pace:
    """Waits are divided by ``speed``; time stamps are the wall clock's.

    Between `rewind` and `catch_up` nothing waits: the clock is set back and each
    wait only moves it on. So the jobs of the last half hour really ran, at once.
    """

    def __init__(
        self, speed: float = 1.0, *, clock: Callable[[], float] = time.time
    ) -> None:
        self.speed = speed
        self._clock = clock
        self._past: float | None = None
        self._lived = 0.0
        self._since = clock()

    def now(self) -> float:
        """Unix seconds."""
        return self._clock() if self._past is None else self._past

    def milliseconds(self) -> int:
        return int(self.now() * 1000)

    def lived(self) -> float:
        """Simulated seconds since the start: the wall clock's times the speed."""
        if self._past is not None:
            return self._lived
        return self._lived + (self._clock() - self._since) * self.speed

    def present(self) -> float:
        """Simulated seconds since the past was caught up with."""
        return self.lived() - self._lived

    async def sleep(self, seconds: float) -> None:
        """Wait for simulated seconds."""
        if self._past is None:
            await asyncio.sleep(max(0.0, seconds) / self.speed)
            return
        self.skip(seconds)
        await asyncio.sleep(0)

    def skip(self, seconds: float) -> None:
        """Move the past on; does nothing once we live in the present."""
        if self._past is not None:
            self._past = min(self._past + seconds, self._clock())
            self._lived += seconds

    def rewind(self, seconds: float) -> None:
        """Go back to the past."""
        self._past = self._clock() - seconds

    def catch_up(self) -> None:
        """Return to the present."""
        self._past = None
        self._since = self._clock()

    @property
    def in_past(self) -> bool:
        return self._past is not None
