"""Rules that tell a live server and a live socket from dead ones; no I/O."""

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from comfydoctor.errors import (
    Forbidden,
    Garbled,
    LoginNeeded,
    NotComfy,
    Redirected,
    ServerError,
    TimedOut,
    Unreachable,
    Untrusted,
)
from comfydoctor.model.finding import Confidence, Evidence
from comfydoctor.model.logline import LogEntry
from comfydoctor.model.server import Reach

SLOW_AFTER = 10.0
"""Seconds without any answer; ComfyUI stalls for 2-5 s in normal use."""
STATUS_WITHIN = 3.0
RING_SIZE = 300


class StatusWatch:
    """The rule of the dead socket; its methods may be called from any thread.

    A socket can be open, answer pings and yet be forgotten by the server: then
    the queue is seen to change over HTTP and no ``status`` arrives.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        within: float = STATUS_WITHIN,
    ) -> None:
        self._clock = clock
        self._within = within
        self._heard = -math.inf
        self._doubted: float | None = None

    def heard(self) -> None:
        """A ``status`` arrived."""
        self._heard = self._clock()
        self._doubted = None

    def reset(self) -> None:
        """A new socket was opened."""
        self.heard()

    def queue_changed(self, window: float) -> None:
        """HTTP saw a change that happened within the last ``window`` seconds."""
        now = self._clock()
        if self._doubted is None and self._heard < now - window:
            self._doubted = now

    def is_dead(self) -> bool:
        """Tell whether a ``status`` was due and did not come."""
        doubted = self._doubted
        return doubted is not None and self._clock() - doubted >= self._within


@dataclass(frozen=True)
class Pulse:
    """What our requests tell of the server; times of a monotonic clock."""

    reach: Reach = Reach.CONNECTING
    since: float = 0.0
    answered: float | None = None
    """When it last answered."""
    refusals: int = 0
    """Refused in a row."""
    error: ServerError | None = None


_PROBLEMS = (LoginNeeded, Forbidden, Untrusted, NotComfy, Redirected, Garbled)


def after_answer(pulse: Pulse, now: float) -> Pulse:
    """Return the pulse after an exchange that went well."""
    return _in_state(pulse, Reach.CONNECTED, now, answered=now, refusals=0, error=None)


def after_error(pulse: Pulse, now: float, error: ServerError) -> Pulse:
    """Return the pulse after an exchange that failed.

    A single cut line is no down server, and silence is slowness before it is
    anything else.
    """
    if isinstance(error, _PROBLEMS):
        return _in_state(pulse, Reach.PROBLEM, now, refusals=0, error=error)
    if isinstance(error, Unreachable):
        refusals = pulse.refusals + 1
        gone = refusals >= 2 or pulse.answered is None
        reach = Reach.DOWN if gone else pulse.reach
        return _in_state(pulse, reach, now, refusals=refusals, error=error)
    if isinstance(error, TimedOut):
        return replace(after_silence(pulse, now), refusals=0, error=error)
    return after_answer(pulse, now)  # an error status is an answer


def after_silence(pulse: Pulse, now: float) -> Pulse:
    """Return the pulse when time has passed while a request is under way."""
    last = pulse.since if pulse.answered is None else pulse.answered
    if now - last < SLOW_AFTER or pulse.reach in {Reach.DOWN, Reach.PROBLEM}:
        return pulse
    return _in_state(pulse, Reach.SLOW, now)


def _in_state(
    pulse: Pulse,
    reach: Reach,
    now: float,
    **changes: Any,
) -> Pulse:
    since = pulse.since if pulse.reach is reach else now
    return replace(pulse, reach=reach, since=since, **changes)


@dataclass(frozen=True)
class Marks:
    """What a look at a server's log ring and history leaves to compare."""

    first_log: str = ""
    """Time of the oldest entry of the ring, by the server's clock."""
    last_log: str = ""
    log_entries: int = 0
    started: str = ""
    """Time of the newest ``Starting server`` in the ring."""
    history: frozenset[str] = field(default_factory=frozenset)
    """Ids of finished jobs seen in one bounded look."""


def marks_of(ring: Sequence[LogEntry], history: Iterable[str] = ()) -> Marks:
    """Take the marks of ``GET /internal/logs/raw`` and ``GET /history``."""
    starts = [entry.t for entry in ring if "Starting server" in entry.m[:80]]
    return Marks(
        first_log=ring[0].t if ring else "",
        last_log=max((entry.t for entry in ring), default=""),
        log_entries=len(ring),
        started=max(starts, default=""),
        history=frozenset(history),
    )


@dataclass(frozen=True)
class Restart:
    """That the server was started anew between two looks."""

    confidence: Confidence
    evidence: tuple[Evidence, ...]


def find_restart(before: Marks, after: Marks) -> Restart | None:
    """Compare two looks at one server; history and queue die with its process.

    History may have been cleared by hand: alone it is no proof.
    """
    evidence: list[Evidence] = []
    confidence = Confidence.NOT_KNOWN
    if said := _log_proof(before, after):
        evidence.append(Evidence("log", said))
        confidence = Confidence.CERTAIN
    if before.history and not before.history & after.history:
        text = f"None of {len(before.history)} finished jobs is in the history now."
        evidence.append(Evidence("history", text))
        confidence = max(confidence, Confidence.POSSIBLE)
    return Restart(confidence, tuple(evidence)) if evidence else None


def _log_proof(before: Marks, after: Marks) -> str:
    """The ring rolls only when it is full: before that it begins with the start."""
    if before.last_log and after.started > before.last_log:
        return f"The server's log says that it started at {after.started}."
    is_whole = 0 < after.log_entries < RING_SIZE
    if is_whole and before.first_log not in {"", after.first_log}:
        return f"The server's log begins anew, at {after.first_log}."
    return ""
