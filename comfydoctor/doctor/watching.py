"""Watch: all that goes on around one server while it is looked after."""

import asyncio
import contextlib
import logging
import ssl
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from comfydoctor.comfy import tls
from comfydoctor.comfy.auth import check_exposure, headers
from comfydoctor.comfy.client import Client
from comfydoctor.comfy.http import Http
from comfydoctor.comfy.logs import LogBook
from comfydoctor.comfy.stream import Stream
from comfydoctor.comfy.worker import WorkerWatch
from comfydoctor.diagnosis.board import Board
from comfydoctor.diagnosis.signatures import Matcher
from comfydoctor.doctor.changes import ChangeBoard, Changes
from comfydoctor.doctor.installation import LocalWatch
from comfydoctor.doctor.instruments import Instruments
from comfydoctor.doctor.keeper import Keeper
from comfydoctor.doctor.look import Look
from comfydoctor.doctor.meeting import Acquaintance, has_restarted, meet, remembering
from comfydoctor.doctor.pulse import PulseKeeper
from comfydoctor.doctor.reactions import Reactions
from comfydoctor.doctor.rounds import Pace, Rounds
from comfydoctor.doctor.state import State
from comfydoctor.errors import DoctorError, ServerError
from comfydoctor.model.change import Change, JobEnded, LinesAdded, SamplesAdded
from comfydoctor.model.job import Queue
from comfydoctor.model.logline import LogLine
from comfydoctor.model.metric import Sample
from comfydoctor.model.server import ServerInfo, ServerProfile
from comfydoctor.store.fingerprints import Fingerprints
from comfydoctor.store.store import Store
from comfydoctor.telemetry.series import History

KEPT_LINES = 2000
TRUST_AGAIN = 10.0
"""Seconds until a certificate that was refused is looked at again."""
Listener = Callable[[Change], None]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Clocks:
    """Wall clock in Unix seconds, and one that only goes forward."""

    wall: Callable[[], float] = time.time
    steady: Callable[[], float] = time.monotonic


class Watch:
    """Knows one server by looking and listening; changes nothing there.

    Everything happens on one event loop; only snapshots and changes, which are
    immutable, leave it.
    """

    def __init__(
        self,
        profile: ServerProfile,
        *,
        store: Store,
        secret: str,
        clocks: Clocks,
        on_met: Callable[[Acquaintance], None],
        pace: Pace | None = None,
    ) -> None:
        self.profile = profile
        self.client = Client(Http(profile, secret=secret))
        self.met = asyncio.Event()
        """Set once the server has told who it is."""
        self.lines: deque[LogLine] = deque(maxlen=KEPT_LINES)
        self.fresh: deque[LogLine] = deque(maxlen=KEPT_LINES)
        """Those of the process that runs now."""
        self.state = State(profile, clocks.wall)
        self.changes = Changes(
            profile.key,
            self.client,
            Fingerprints(
                store.paths.fingerprints,
                writer=not store.read_only,
                clock=clocks.wall,
            ),
            busy=lambda: bool(self.state.queue_remaining),
            wall=clocks.wall,
        )
        """What it was like when it last worked."""
        self.board: Board = ChangeBoard(clocks.wall, self.changes.evidence)
        self.series = History(clocks.wall)
        self.worker = WorkerWatch(clocks.steady)
        self.instruments = Instruments(self.client, self.take_samples)
        self.reactions = Reactions(
            self.state,
            self.board,
            self.worker,
            announce=self.announce,
            deliver=self.take_samples,
            wake=self.wake,
        )
        self.local = LocalWatch(
            profile,
            self.board,
            self.announce,
            abode=self.changes.abode,
            keep=self.changes.keep_abode,
            settled=self.changes.settled,
            explain=self.changes.explain_death,
            wall=clocks.wall,
        )
        """What its files tell when it does not answer."""
        self.on_queue: Callable[[Queue], None] = lambda _queue: None
        """Told of every queue that was read; its jobs carry their graphs, or none."""
        self._secret = secret
        self._on_met = on_met
        self._keeper = Keeper(store, profile.key)
        self._listeners: list[Listener] = [
            self.local.on_change,
            self.changes.on_change,
        ]
        self._known: Acquaintance | None = None
        self._book = LogBook()
        self._stream: Stream | None = None
        self._pulse = PulseKeeper(
            self.state, announce=self.announce, steady=clocks.steady
        )
        self._rounds = self._make_rounds(clocks.steady, pace)

    def _make_rounds(self, steady: Callable[[], float], pace: Pace | None) -> Rounds:
        return Rounds(
            self.client,
            self.state,
            self._pulse,
            meet=self.meet,
            announce=self.announce,
            deliver=self.take_samples,
            on_look=self._on_look,
            on_queue_moved=self._mark_poll_change,
            on_info=self._take_info,
            cards=lambda: not self.instruments.reads_cards,
            steady=steady,
            pace=pace,
        )

    @property
    def skipped(self) -> int:
        """Events dropped because they came too fast."""
        return self._stream.skipped if self._stream else 0

    @property
    def not_kept(self) -> str:
        """Why readings and jobs are not being kept; empty while they are."""
        return self._keeper.trouble

    def on_change(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` with every change; returns how to stop that."""
        self._listeners.append(listener)

        def leave() -> None:
            with contextlib.suppress(ValueError):
                self._listeners.remove(listener)

        return leave

    def announce(self, change: Change) -> None:
        """Tell all listeners, and draw the conclusions."""
        if isinstance(change, LinesAdded):
            lasting = [line for line in change.lines if not line.transient]
            self.lines.extend(lasting)
            self.fresh.extend(lasting)
        for listener in tuple(self._listeners):
            listener(change)
        if isinstance(change, JobEnded):
            self.reactions.on_ended(change.job)
            self._keeper.job(change.job)

    def wake(self) -> None:
        """Something happened: look soon."""
        self._rounds.wake()

    async def run(
        self,
        matcher: Callable[[], Awaitable[Matcher]],
        also: Coroutine[Any, Any, None],
    ) -> None:
        """Watch until cancelled, with ``also`` beside it.

        Raises the DoctorError that makes watching impossible, such as a password
        that must not be sent; the connection says it too.
        """
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(also, name="check-ups")
                group.create_task(self._rounds.run(), name="rounds")
                group.create_task(self.instruments.run(), name="instruments")
                group.create_task(self._hear(), name="stream")
                group.create_task(self._keeper.run(), name="keeper")
                group.create_task(self._learn(matcher), name="causes")
                group.create_task(self.local.run(matcher), name="files")
                group.create_task(self.changes.run(), name="states")
        except ExceptionGroup as group_error:
            error = first_of(group_error)
            if error is None:
                raise
            self._pulse.gave_up(error)
            raise error from group_error

    async def meet(self, *, was_lost: bool = True) -> Acquaintance:
        """Greet the server: who it is, what its log says, whether it began anew."""
        before = self._known
        known = remembering(await meet(self.client), before)
        anew = bool(before and has_restarted(before, known, was_lost=was_lost))
        if anew:
            for change in self.state.forget_jobs():
                self.announce(change)
            self.reactions.restarted()
        self._known = known
        self.met.set()
        self._on_met(known)
        self.local.met(known)
        self.state.manager = known.manager
        for change in self.state.take_info(known.info):
            self.announce(change)
        self.instruments.place(known)
        self.reactions.on_lines(self._book.add(known.entries))
        if anew:  # its console is all that counts of it
            self.fresh.clear()
            self.fresh.extend(LogBook().add(known.entries))
        return known

    async def _learn(self, matcher: Callable[[], Awaitable[Matcher]]) -> None:
        self.reactions.learn(await matcher())

    async def _hear(self) -> None:
        """Listen to the event channel, once its certificate could be looked at."""
        context = await self._trust()
        check_exposure(self.profile, self._secret)
        self._stream = Stream(
            self.profile,
            on_events=self.reactions.on_events,
            on_state=self._pulse.channel,
            subscribe=self.client.subscribe_logs,
            book=self._book,
            ssl_context=context,
            headers=tuple(headers(self.profile, self._secret).items()),
        )
        await self._stream.run()

    async def _trust(self) -> ssl.SSLContext | None:
        while True:
            try:
                return await tls.context(self.profile)
            except ServerError:
                # The rounds tell the person; a new certificate may come.
                await asyncio.sleep(TRUST_AGAIN)

    def _on_look(self, look: Look) -> None:
        self.reactions.on_look(look)
        self.on_queue(look.queue)

    def _take_info(self, info: ServerInfo) -> None:
        self.worker.usage_seen(*self.instruments.usage(self.series, info))
        self.reactions.judge_worker()

    def _mark_poll_change(self) -> None:
        if self._stream is not None:
            self._stream.mark_poll_change()

    def take_samples(self, samples: tuple[Sample, ...]) -> None:
        """Keep readings and tell everybody."""
        self.series.add(samples)
        self.instruments.note(samples)
        self._keeper.samples(samples)
        self.announce(SamplesAdded(samples))


def first_of(group: BaseExceptionGroup[BaseException]) -> DoctorError | None:
    """The error to tell a person, when there is nothing else in the group."""
    found, rest = group.split(DoctorError)
    if found is None or rest is not None:
        return None
    error: BaseException = found
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error if isinstance(error, DoctorError) else None


def log_end(task: asyncio.Task[None]) -> None:
    """Watching ends only when asked to; else the log says why."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("watching ended: %s", error, exc_info=error)
