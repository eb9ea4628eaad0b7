"""Carries changes to the window: gathered, bounded, at most 30 times a second."""

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from comfydoctor.model.snapshot import Snapshot

if TYPE_CHECKING:
    import asyncio

    from comfydoctor.model.change import Change
    from comfydoctor.ui.needs import Doctor

PERIOD = 1 / 30
KEPT = 2000
"""Changes kept for a window that does not take them; the oldest go first. The
snapshot always tells the whole truth, so only curve points and log lines are lost."""


class Batch(NamedTuple):
    """What is known now, and what happened since the last batch."""

    key: str
    snapshot: Snapshot
    changes: "tuple[Change, ...]"


class Feed:
    """Lives on the core's thread; ``send`` hands a batch to the window's thread.

    The next batch waits until the window took the last one (`taken`), so a frozen
    window makes neither a queue of signals nor a slow server.
    """

    def __init__(
        self,
        doctor: "Doctor",
        loop: "asyncio.AbstractEventLoop",
        send: Callable[[Batch], None],
    ) -> None:
        self.key = doctor.profile.key
        self._doctor, self._loop, self._send = doctor, loop, send
        self._changes: deque[Change] = deque(maxlen=KEPT)
        self._planned: asyncio.TimerHandle | None = None
        self._under_way = False
        self._stale = True
        self._leave = doctor.on_change(self._on_change)
        self._plan(0.0)

    def taken(self) -> None:
        """The window has drawn the last batch."""
        self._under_way = False
        if self._stale:
            self._plan(PERIOD)

    def close(self) -> None:
        """Listen no longer."""
        self._leave()
        if self._planned is not None:
            self._planned.cancel()
        self._under_way = True

    def _on_change(self, change: "Change") -> None:
        from comfydoctor.model.change import EventHeard  # not before the first paint

        if isinstance(change, EventHeard):
            return  # no page shows raw events; what follows from them comes, too
        self._changes.append(change)
        self._stale = True
        self._plan(PERIOD)

    def _plan(self, seconds: float) -> None:
        if self._planned is None and not self._under_way:
            self._planned = self._loop.call_later(seconds, self._flush)

    def _flush(self) -> None:
        self._planned = None
        changes, self._under_way, self._stale = tuple(self._changes), True, False
        self._changes.clear()
        self._send(Batch(self.key, self._doctor.snapshot(), changes))
