"""Doctor: one server under care; wires everything below it together."""

import asyncio
import contextlib
import ssl
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from comfydoctor.comfy import tls
from comfydoctor.comfy.auth import check_exposure, headers
from comfydoctor.comfy.client import Client
from comfydoctor.comfy.http import Http
from comfydoctor.comfy.logs import LogBook
from comfydoctor.comfy.stream import ChannelState, Stream
from comfydoctor.comfy.worker import WorkerWatch
from comfydoctor.diagnosis.board import Board
from comfydoctor.diagnosis.signatures import Matcher
from comfydoctor.doctor.checkup import Checkup, Circumstances
from comfydoctor.doctor.instruments import Instruments
from comfydoctor.doctor.keeper import Keeper
from comfydoctor.doctor.meeting import Acquaintance, has_restarted, meet
from comfydoctor.doctor.pulse import PulseKeeper
from comfydoctor.doctor.reactions import Reactions
from comfydoctor.doctor.report import CheckReport
from comfydoctor.doctor.rounds import Rounds
from comfydoctor.doctor.state import State
from comfydoctor.doctor.treatment import Treatment
from comfydoctor.errors import FixError, ServerError
from comfydoctor.fixes.base import Care
from comfydoctor.model.change import Change, JobEnded, LinesAdded, SamplesAdded
from comfydoctor.model.finding import Finding
from comfydoctor.model.fix import FixResult, Plan
from comfydoctor.model.logline import LogLine
from comfydoctor.model.metric import Sample
from comfydoctor.model.probe import ProbeResult
from comfydoctor.model.server import ServerInfo, ServerProfile
from comfydoctor.model.snapshot import Snapshot
from comfydoctor.store.store import Store
from comfydoctor.telemetry.series import History

KEPT_LINES = 2000
CHECK_EVERY = 600.0
INTERRUPTING = {"interrupt-job", "stop-everything"}
Listener = Callable[[Change], None]


@dataclass(frozen=True)
class Clocks:
    """Wall clock in Unix seconds, and one that only goes forward."""

    wall: Callable[[], float] = time.time
    steady: Callable[[], float] = time.monotonic


class Doctor:
    """Looks after one server: ``run`` watches it, the rest works without it too.

    Everything happens on one event loop; only snapshots and changes, which are
    immutable, leave it.
    """

    def __init__(
        self,
        profile: ServerProfile,
        *,
        store: Store,
        matcher: Callable[[], Awaitable[Matcher]],
        secret: str = "",
        clocks: Clocks | None = None,
    ) -> None:
        self.profile = profile
        self.client = Client(Http(profile, secret=secret))
        self._clocks = clocks or Clocks()
        self._keeper = Keeper(store, profile.key)
        self._matcher = matcher
        self._secret = secret
        self._listeners: list[Listener] = []
        self._lines: deque[LogLine] = deque(maxlen=KEPT_LINES)
        self._known: Acquaintance | None = None
        self._met = asyncio.Event()
        self._book = LogBook()
        self._stream: Stream | None = None
        wall, steady = self._clocks.wall, self._clocks.steady
        self._state = State(profile, wall)
        self._board = Board(wall)
        self._series = History(wall)
        self._worker = WorkerWatch(steady)
        self._pulse = PulseKeeper(self._state, announce=self._announce, steady=steady)
        self._instruments = Instruments(self.client, self._take_samples)
        self._reactions = Reactions(
            self._state,
            self._board,
            self._worker,
            announce=self._announce,
            deliver=self._take_samples,
            wake=lambda: self._rounds.wake(),  # noqa: PLW0108 - it is made below
        )
        self._rounds = Rounds(
            self.client,
            self._state,
            self._pulse,
            meet=self._meet,
            announce=self._announce,
            deliver=self._take_samples,
            on_look=self._reactions.on_look,
            on_queue_moved=self._mark_poll_change,
            on_info=self._take_info,
            cards=lambda: not self._instruments.reads_cards,
            steady=steady,
        )
        self._checkup = Checkup(self.client, wall=wall, steady=steady)
        self._treatment = Treatment(
            Care(
                client=self.client,
                profile=profile,
                journal=store.journal,
                audit=store.audit,
                parking=store.parking,
                clock=wall,
            ),
            self._announce,
        )

    # What others ask.

    def snapshot(self) -> Snapshot:
        """Everything known now."""
        return replace(
            self._state.snapshot(),
            findings=self._board.open(),
            activity=self._treatment.activity,
            unfinished=self._treatment.unfinished,
            cost=self._instruments.cost(self.client.requests),
            skipped_events=self._stream.skipped if self._stream else 0,
        )

    def on_change(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` with every change; returns how to stop that."""
        self._listeners.append(listener)

        def leave() -> None:
            with contextlib.suppress(ValueError):
                self._listeners.remove(listener)

        return leave

    def history(
        self, metric: str, subject: str, seconds: float
    ) -> tuple[Sequence[float], Sequence[float]]:
        """Times and values of the last ``seconds``; NaN where nothing was read."""
        window = self._series.window(metric, subject, seconds)
        return window.times, window.values

    def log_tail(self) -> tuple[LogLine, ...]:
        """The console as far as it was heard, oldest first."""
        return tuple(self._lines)

    async def explain(self, text: str) -> tuple[Finding, ...]:
        """What a text of the person's means; off the loop, it may be long."""
        matcher = await self._matcher()
        return await asyncio.to_thread(matcher.explain, text)

    def ignore(self, key: str) -> None:
        """Say no more about a finding until the server's version changes."""
        version = self._state.info.version if self._state.info else ""
        change = self._board.ignore(key, version)
        if change is not None:
            self._announce(change)

    async def check(
        self,
        *,
        workflow: dict[str, object] | None = None,
        on_result: Callable[[ProbeResult], None] | None = None,
    ) -> CheckReport:
        """Run every probe that applies. Raises ServerError when nobody answers."""
        known = await self._meet(was_lost=False)
        matcher = await self._matcher()
        self._reactions.learn(matcher)
        lines = tuple(self._lines)
        given = Circumstances(known, lines, self._series, matcher, workflow)
        results = await self._checkup.run(given, on_result)
        self._reactions.on_checked(results)
        return CheckReport(
            self.profile,
            self._state.info,
            self._state.manager,
            results,
            self._board.open(),
        )

    async def plan(self, fix_id: str, target: str = "") -> Plan:
        """What a fix would do to the state that is there now."""
        if self._state.info is None:
            await self._meet()
        return await self._treatment.plan(fix_id, target)

    async def apply(self, plan: Plan) -> FixResult:
        """Do what was approved, verify it, and look at the server again."""
        if plan.fix in INTERRUPTING:
            self._worker.interrupt_sent()
        return await self._then_look(self._treatment.apply(plan))

    async def undo(self, entry_id: str) -> FixResult:
        """Take one of our actions back."""
        return await self._then_look(self._treatment.undo(entry_id))

    async def inspect(self, entry_id: str) -> FixResult:
        """Look how an action ended that was cut off."""
        return await self._then_look(self._treatment.inspect(entry_id))

    async def finish(self, entry_id: str) -> FixResult:
        """Go on with an action that was cut off."""
        return await self._then_look(self._treatment.finish(entry_id))

    async def give_up(self, entry_id: str) -> None:
        """Leave an action that was cut off as it is."""
        await self._treatment.give_up(entry_id)

    async def _then_look(self, work: Awaitable[FixResult]) -> FixResult:
        result = await work
        self._rounds.wake()
        return result

    # Watching.

    async def run(self) -> None:
        """Watch the server until cancelled."""
        self._treatment.refresh()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._rounds.run(), name="rounds")
            group.create_task(self._instruments.run(), name="instruments")
            group.create_task(self._hear(), name="stream")
            group.create_task(self._keeper.run(), name="keeper")
            group.create_task(self._learn(), name="causes")
            group.create_task(self._check_now_and_then(), name="check-ups")

    async def aclose(self) -> None:
        """Close the connections; ``run`` must have ended."""
        await self.client.aclose()

    async def _learn(self) -> None:
        self._reactions.learn(await self._matcher())

    async def _check_now_and_then(self) -> None:
        """Check by itself once the server was met, and every ten minutes."""
        while True:
            await self._met.wait()
            with contextlib.suppress(ServerError):
                await self._settle_unfinished()
                await self.check()
            await asyncio.sleep(CHECK_EVERY)

    async def _settle_unfinished(self) -> None:
        """Look how actions ended that were cut off; only reads."""
        for entry in self._treatment.unfinished:
            with contextlib.suppress(FixError):
                await self._treatment.inspect(entry.id)

    async def _hear(self) -> None:
        """Listen to the event channel, once its certificate could be looked at."""
        context = await self._trust()
        check_exposure(self.profile, self._secret)
        self._stream = Stream(
            self.profile,
            on_events=self._reactions.on_events,
            on_state=self._take_channel,
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
                await asyncio.sleep(10.0)

    async def _meet(self, *, was_lost: bool = True) -> Acquaintance:
        """Greet the server: who it is, what its log says, whether it began anew."""
        known = await meet(self.client)
        if self._known and has_restarted(self._known, known, was_lost=was_lost):
            self._state.forget_jobs()
            self._reactions.restarted()
        self._known = known
        self._met.set()
        self._treatment.care.info = known.info
        self._state.manager = known.manager
        for change in self._state.take_info(known.info):
            self._announce(change)
        self._instruments.place(known)
        self._reactions.on_lines(self._book.add(known.entries))
        return known

    def _take_info(self, info: ServerInfo) -> None:
        self._worker.usage_seen(*self._instruments.usage(self._series, info))
        self._reactions.judge_worker()

    def _take_channel(self, state: ChannelState) -> None:
        self._pulse.channel(state)

    def _mark_poll_change(self) -> None:
        if self._stream is not None:
            self._stream.mark_poll_change()

    def _take_samples(self, samples: tuple[Sample, ...]) -> None:
        self._series.add(samples)
        self._instruments.note(samples)
        self._keeper.samples(samples)
        self._announce(SamplesAdded(samples))

    def _announce(self, change: Change) -> None:
        if isinstance(change, LinesAdded):
            self._lines.extend(line for line in change.lines if not line.transient)
        for listener in tuple(self._listeners):
            listener(change)
        if isinstance(change, JobEnded):
            self._reactions.on_ended(change.job)
            self._keeper.job(change.job)
