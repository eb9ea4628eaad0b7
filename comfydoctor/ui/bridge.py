"""The one place that knows there are two threads: the core's loop and the window."""

import inspect
import threading
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from comfydoctor.errors import DoctorError
from comfydoctor.model.server import ServerProfile
from comfydoctor.ui.call import Call
from comfydoctor.ui.feed import Batch, Feed

if TYPE_CHECKING:
    import asyncio

    from comfydoctor.ui.needs import Doctor, Office, OfficeFactory

Say = Callable[[object], None]
Work = Callable[["Office", Say], object]
"""Runs on the core's thread; may be a plain function or give an awaitable. Its
second argument reports progress."""

STOP_SECONDS = 5.0


class Bridge(QObject):
    """Runs the core in a daemon thread and speaks to it.

    Signals (all on the window's thread):
        ready: the office is open.
        refused: the exception that kept it from opening, or ended it.
        batch: a `Batch` of one server.
        opened: profile of a server that is now under care.
        closed: key of a server that no longer is.
    """

    ready = Signal()
    refused = Signal(object)
    batch = Signal(object)
    opened = Signal(object)
    closed = Signal(str)
    _arrived = Signal(object)
    _told = Signal(object, str, object)

    def __init__(self, factory: "OfficeFactory") -> None:
        super().__init__()
        self._factory = factory
        self._thread = threading.Thread(target=self._run, name="core", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._office: Office | None = None
        self._feeds: dict[str, Feed] = {}
        self._calls: set[Call] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._early: list[tuple[Call, Work]] = []
        self._lock = threading.Lock()
        self._gone = False
        self._last: Callable[[Office], object] | None = None
        self._broken: Exception | None = None
        # Emitted on the core's thread, so they are queued.
        self._arrived.connect(self._on_arrived)
        self._told.connect(self._on_told)

    # The window's side.

    def start(self) -> None:
        """Open the office; `ready` or `refused` follows."""
        self._thread.start()

    def stop(
        self,
        seconds: float = STOP_SECONDS,
        last: "Callable[[Office], object] | None" = None,
    ) -> bool:
        """End the core; whether it ended within ``seconds``.

        ``last`` is done before that, even when the office is not open yet.
        """
        with self._lock:
            self._gone, self._last = True, last
            loop, stop = self._loop, self._stop
        if last is not None and self._thread.ident is None:
            self._thread.start()
        if loop is not None and stop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(stop.set)
        if self._thread.is_alive():
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def call(self, work: Work) -> Call:
        """Have ``work`` done; before the office is open it waits for it."""
        call = Call()
        self._calls.add(call)
        with self._lock:
            if (broken := self._broken) is not None:
                # Later, because whoever asks connects only then.
                QTimer.singleShot(
                    0, self, lambda: self._on_told(call, "failed", broken)
                )
                return call
            loop = self._loop if self._office is not None else None
            if loop is None:
                self._early.append((call, work))
                return call
        loop.call_soon_threadsafe(self._begin, call, work)
        return call

    def ask(self, key: str, work: "Callable[[Doctor, Say], object]") -> Call:
        """The same with the doctor of one server."""

        def with_doctor(office: "Office", say: Say) -> object:
            doctor = office.doctors.get(key)
            if doctor is None:
                raise DoctorError("This server is no longer being watched.")
            return work(doctor, say)

        return self.call(with_doctor)

    def open(self, profile: ServerProfile, secret: str = "") -> Call:
        """Take a server under care; `opened` and batches follow."""

        async def work(office: "Office", _say: Say) -> object:
            self._watch(await office.open(profile, secret))
            gone = [key for key in self._feeds if key not in office.doctors]
            for key in gone:
                self._unwatch(key)
            return profile, gone

        return self.call(work).then(self._on_opened)

    def close(self, key: str) -> Call:
        """Let a server go; `closed` follows."""

        async def work(office: "Office", _say: Say) -> str:
            self._unwatch(key)
            await office.close(key)
            return key

        return self.call(work).then(self._on_closed)

    def _on_opened(self, answer: tuple[ServerProfile, list[str]]) -> None:
        """A demo that took the place of another closes that one."""
        profile, gone = answer
        self.opened.emit(profile)
        for key in gone:
            self.closed.emit(key)

    def _on_closed(self, key: str) -> None:
        self.closed.emit(key)

    def _on_told(self, call: Call, what: str, value: object) -> None:
        """Pass news on from here: whoever asked has connected by now."""
        call.tell(what, value)
        if what != "progressed":
            self._calls.discard(call)

    def _on_arrived(self, batch: Batch) -> None:
        self.batch.emit(batch)
        loop = self._loop
        if loop is not None and not loop.is_closed() and not self._gone:
            loop.call_soon_threadsafe(self._taken, batch.key)

    # The core's side.

    def _run(self) -> None:
        import asyncio

        try:
            asyncio.run(self._serve())
        except Exception as error:  # noqa: BLE001 - shown in the window, whatever it is
            with self._lock:
                self._broken = error
                early, self._early = self._early, []
            for call, _work in early:
                self._report(call, "failed", error)
            self._tell(self.refused, error)

    async def _serve(self) -> None:
        import asyncio

        stop = asyncio.Event()
        with self._lock:
            self._loop, self._stop = asyncio.get_running_loop(), stop
            if self._gone:
                if self._last is None:
                    return
                stop.set()
        async with self._factory() as office:
            with self._lock:
                self._office, early, self._early = office, self._early, []
            for call, work in early:
                self._begin(call, work)
            self._tell(self.ready)
            await stop.wait()
            await self._leave()
            if self._last is not None:
                self._last(office)

    async def _leave(self) -> None:
        import asyncio

        for feed in self._feeds.values():
            feed.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, call: Call, work: Work) -> None:
        if call.wanted and self._loop is not None and not self._gone:
            call.task = self._loop.create_task(self._do(call, work))
            self._tasks.add(call.task)
            call.task.add_done_callback(self._tasks.discard)
        else:
            self._report(call, "cancelled")

    async def _do(self, call: Call, work: Work) -> None:
        import asyncio

        if self._office is None:
            return
        try:
            result = work(self._office, partial(self._report, call, "progressed"))
            if inspect.isawaitable(result):
                result = await _result(result)
            self._report(call, "done", result)
        except asyncio.CancelledError:
            self._report(call, "cancelled")
        except Exception as error:  # noqa: BLE001 - the window shows it
            self._report(call, "failed", error)

    def _report(self, call: Call, what: str, value: object = None) -> None:
        self._tell(self._told, call, what, value)

    def _watch(self, doctor: "Doctor") -> None:
        key = doctor.profile.key
        if key not in self._feeds and self._loop is not None:
            self._feeds[key] = Feed(
                doctor, self._loop, lambda b: self._tell(self._arrived, b)
            )

    def _unwatch(self, key: str) -> None:
        feed = self._feeds.pop(key, None)
        if feed is not None:
            feed.close()

    def _taken(self, key: str) -> None:
        feed = self._feeds.get(key)
        if feed is not None:
            feed.taken()

    def _tell(self, signal: object, *what: object) -> None:
        """Emit, unless the window is already on its way out."""
        if not self._gone:
            signal.emit(*what)  # type: ignore[attr-defined]


async def _result(work: Awaitable[object]) -> object:
    return await work
