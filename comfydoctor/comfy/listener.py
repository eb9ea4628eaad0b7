"""Listens to ``/ws`` in a thread of its own, so that the socket always drains.

A client that stops reading stalls the events of every client of that ComfyUI
(measured); so nothing that happens in our other threads may stop the reading.
"""

import asyncio
import random
import ssl
import threading
import time
import uuid
from collections.abc import Callable

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, WebSocketException

from comfydoctor.comfy.backlog import Backlog
from comfydoctor.comfy.channel import (
    FLAGS,
    Backoff,
    Headers,
    Opening,
    Timing,
    describe,
    open_channel,
)
from comfydoctor.comfy.liveness import StatusWatch
from comfydoctor.comfy.wire import is_status
from comfydoctor.model.server import ServerProfile


class Listener:
    """One socket at a time, reopened under a fresh client id until stopped.

    The callbacks are called in the listener's thread: ``on_frame`` when the
    backlog was empty before, ``on_state`` with the client id (empty when the
    socket is closed) and with words about the last trouble, ``on_end`` last,
    with the error that should not have been.
    """

    def __init__(
        self,
        profile: ServerProfile,
        backlog: Backlog,
        watch: StatusWatch,
        *,
        on_frame: Callable[[], None],
        on_state: Callable[[str, str], None],
        on_end: Callable[[Exception | None], None],
        ssl_context: ssl.SSLContext | None = None,
        headers: Headers = (),
        timing: Timing | None = None,
        clock: Callable[[], float] = time.monotonic,
        rng: Callable[[], float] = random.random,
        new_id: Callable[[], str] = lambda: str(uuid.uuid4()),
    ) -> None:
        self._profile = profile
        self._backlog = backlog
        self._watch = watch
        self._on_frame = on_frame
        self._on_state = on_state
        self._on_end = on_end
        self._ssl = ssl_context
        self._headers = headers
        self._timing = timing or Timing()
        self._clock = clock
        self._new_id = new_id
        self._backoff = Backoff(rng, self._timing.retry_base, self._timing.retry_cap)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._main: asyncio.Task[None] | None = None
        self._lock = threading.Lock()
        self._stopped = False
        self._thread = threading.Thread(target=self._work, name="ear", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)

    def stop(self) -> None:
        """Ask for the end from any thread; ``on_end`` tells when it is reached."""
        with self._lock:
            self._stopped = True
            if self._loop is not None and self._main is not None:
                self._loop.call_soon_threadsafe(self._main.cancel)

    def _work(self) -> None:
        failure: Exception | None = None
        try:
            asyncio.run(self._run())
        except asyncio.CancelledError:
            pass  # stop() was called
        except Exception as error:  # noqa: BLE001 - raised again by Stream.run
            failure = error
        self._on_end(failure)

    async def _run(self) -> None:
        with self._lock:
            if self._stopped:
                return
            self._loop, self._main = asyncio.get_running_loop(), asyncio.current_task()
        try:
            while True:
                trouble = await self._session()
                self._on_state("", trouble)
                await asyncio.sleep(self._backoff.next())
        finally:
            with self._lock:
                self._loop = None

    async def _session(self) -> str:
        """Connect, listen until it ends, and say why it ended."""
        client_id = self._new_id()
        try:
            async with self._open(client_id) as socket:
                await socket.send(FLAGS)
                opened = self._clock()
                self._watch.reset()
                self._on_state(client_id, "")
                trouble = await self._listen(socket)
                if self._clock() - opened >= self._timing.healthy:
                    self._backoff.reset()
                return trouble
        except (OSError, WebSocketException, ValueError, ImportError) as error:
            return describe(error)

    def _open(self, client_id: str) -> Opening:
        return open_channel(
            self._profile, client_id, self._headers, self._ssl, self._timing
        )

    async def _listen(self, socket: ClientConnection) -> str:
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(self._close_if_dead(socket))
            trouble = await self._read(socket)
            watching.cancel()
        return "the event channel was silent" if self._watch.is_dead() else trouble

    async def _read(self, socket: ClientConnection) -> str:
        try:
            while True:
                frame = await socket.recv()
                if is_status(frame):
                    self._watch.heard()
                if self._backlog.put(frame):
                    self._on_frame()
        except ConnectionClosed as error:
            return describe(error)

    async def _close_if_dead(self, socket: ClientConnection) -> None:
        # Polled: the rule is about time that passes, nobody could set an event.
        while not self._watch.is_dead():  # noqa: ASYNC110
            await asyncio.sleep(self._timing.watch)
        # No closing handshake: whatever is wrong with this line, it is given up.
        socket.transport.abort()
