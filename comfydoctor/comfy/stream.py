"""The event channel of one server, delivered in batches on the caller's loop."""

import asyncio
import contextlib
import random
import ssl
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from comfydoctor.comfy.backlog import Backlog
from comfydoctor.comfy.channel import Headers, Timing
from comfydoctor.comfy.listener import Listener
from comfydoctor.comfy.liveness import StatusWatch
from comfydoctor.comfy.logs import LogBook
from comfydoctor.comfy.wire import decode
from comfydoctor.errors import ServerError, Unsupported
from comfydoctor.model.event import (
    Event,
    LogAdded,
    NodeProgress,
    PreviewShown,
    ProgressState,
)
from comfydoctor.model.server import ServerProfile

Subscribe = Callable[[str, bool], Awaitable[None]]
"""``client.subscribe_logs``: client id, and whether the log is wanted."""


@dataclass(frozen=True)
class ChannelState:
    """What the event channel gives at this moment."""

    live: bool = False
    log_stream: bool = False
    detail: str = ""
    """Why it is not live, or why there is no log."""


class _Closed(Exception):
    """Ends the tasks of `Stream.run`."""


class Stream:
    """Hears one server for as long as `run` runs.

    The reading happens in a thread of its own (see `listener`). Frames wait in
    a bounded backlog and are decoded in small portions on the loop of `run`, so
    neither a flood nor a slow ``on_events`` stops the reading or blocks the
    loop. An exception of ``on_events`` ends `run`.
    """

    def __init__(
        self,
        profile: ServerProfile,
        *,
        on_events: Callable[[tuple[Event, ...]], None],
        on_state: Callable[[ChannelState], None] = lambda _: None,
        subscribe: Subscribe | None = None,
        book: LogBook | None = None,
        ssl_context: ssl.SSLContext | None = None,
        headers: Headers = (),
        timing: Timing | None = None,
        clock: Callable[[], float] = time.monotonic,
        rng: Callable[[], float] = random.random,
        new_id: Callable[[], str] = lambda: str(uuid.uuid4()),
    ) -> None:
        self.book = book or LogBook()
        self.state = ChannelState()
        self.client_id = ""
        """Of the open socket; a fresh one for each, empty while there is none."""
        self._on_events = on_events
        self._on_state = on_state
        self._subscribe = subscribe
        self._timing = timing or Timing()
        self._clock = clock
        self._backlog = Backlog(clock=clock)
        self._watch = StatusWatch(clock)
        self._wants_logs = True
        self._wake = asyncio.Event()
        self._log_wake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running = False
        self._closing = False
        self._over = asyncio.Event()
        self._ended: asyncio.Future[Exception | None] | None = None
        self._logged_id = ""
        self._listener = Listener(
            profile,
            self._backlog,
            self._watch,
            on_frame=lambda: self._in_loop(self._wake.set),
            on_state=lambda name, why: self._in_loop(self._take_state, name, why),
            on_end=lambda error: self._in_loop(self._take_end, error),
            ssl_context=ssl_context,
            headers=headers,
            timing=self._timing,
            clock=clock,
            rng=rng,
            new_id=new_id,
        )

    @property
    def skipped(self) -> int:
        """Frames dropped because they came faster than they were taken."""
        return self._backlog.skipped

    def mark_poll_change(self, window: float = 5.0) -> None:
        """Say that HTTP saw the queue change within the last ``window`` seconds.

        If no ``status`` came by then nor comes within three seconds, the socket
        is dead though it is open, and is replaced.
        """
        self._watch.queue_changed(window)

    def want_logs(self, wanted: bool) -> None:
        """Take or give up the server's console, for example while minimised."""
        self._wants_logs = wanted
        self._log_wake.set()

    async def run(self) -> None:
        """Listen until cancelled or closed; a `Stream` runs once."""
        if self._closing:
            return
        self._loop = asyncio.get_running_loop()
        self._ended = self._loop.create_future()
        self._running = True
        self._listener.start()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._deliver())
                group.create_task(self._keep_log_stream())
                group.create_task(self._end_with_listener(self._ended))
        except* _Closed:
            pass  # aclose() asked for it
        finally:
            self._listener.stop()
            await asyncio.wait({self._ended}, timeout=self._timing.closing + 1.0)
            self._listener.join(0.1)
            self._take_state("", "")
            self._over.set()

    async def aclose(self) -> None:
        """Let `run` return, and wait until its thread has ended."""
        self._closing = True
        if self._running:
            self._listener.stop()
            await self._over.wait()

    async def _end_with_listener(self, ended: asyncio.Future[Exception | None]) -> None:
        error = await asyncio.shield(ended)
        raise _Closed if error is None else error

    def _in_loop(self, act: Callable[..., None], *args: object) -> None:
        """Hand over to the loop of `run`; called in the listener's thread."""
        if self._loop is not None:
            # A loop that was closed under us has nobody who listens.
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(act, *args)

    def _take_end(self, error: Exception | None) -> None:
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(error)

    def _take_state(self, client_id: str, trouble: str) -> None:
        self.client_id = client_id
        self._log_wake.set()
        self._announce(ChannelState(live=bool(client_id), detail=trouble))

    def _announce(self, state: ChannelState) -> None:
        if state != self.state:
            self.state = state
            self._on_state(state)

    async def _deliver(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            events = self._decode_some()
            if events:
                self._on_events(events)
            if len(self._backlog):
                self._wake.set()
            await asyncio.sleep(self._timing.tick)

    def _decode_some(self) -> tuple[Event, ...]:
        until = self._clock() + self._timing.budget
        events: list[Event] = []
        while (frame := self._backlog.take()) is not None:
            events.append(self._complete(decode(frame)))
            if self._clock() >= until:
                break
        return latest(events)

    def _complete(self, event: Event) -> Event:
        if isinstance(event, LogAdded):
            return LogAdded(self.book.add(event.entries))
        return event

    async def _keep_log_stream(self) -> None:
        """Subscribe on each new socket; give up while we cannot keep pace."""
        if self._subscribe is None:
            return
        calm_from = float("-inf")
        while True:
            now = self._clock()
            if self._backlog.overflowing >= self._timing.overflow:
                calm_from = now + self._timing.logs_again
            wanted = self._wants_logs and now >= calm_from
            pause = self._timing.watch
            if self.client_id and wanted != (self._logged_id == self.client_id):
                pause = await self._switch_logs(self._subscribe, wanted)
            await self._pause_logs(pause)

    async def _switch_logs(self, subscribe: Subscribe, wanted: bool) -> float:
        """Turn the log on or off; returns after how long to look again."""
        client_id = self.client_id
        try:
            await subscribe(client_id, wanted)
        except ServerError as error:
            self._announce(replace(self.state, log_stream=False, detail=str(error)))
            known = isinstance(error, Unsupported)
            return self._timing.logs_again if known else self._timing.logs_retry
        self._logged_id = client_id if wanted else ""
        if client_id == self.client_id:
            why = "" if wanted else "the server's console is not being read"
            self._announce(replace(self.state, log_stream=wanted, detail=why))
        return self._timing.watch

    async def _pause_logs(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._log_wake.wait()
        self._log_wake.clear()


def latest(events: list[Event]) -> tuple[Event, ...]:
    """Leave out what a later event of the same batch makes stale."""
    seen: set[tuple[str, str, str]] = set()
    kept: list[Event] = []
    for event in reversed(events):
        match event:
            case NodeProgress():
                key = ("progress", event.job_id, event.node)
            case ProgressState():
                key = ("state", event.job_id, "")
            case PreviewShown():
                key = ("preview", event.job_id, event.node)
            case _:
                kept.append(event)
                continue
        if key not in seen:
            seen.add(key)
            kept.append(event)
    return tuple(reversed(kept))
