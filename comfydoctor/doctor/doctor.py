"""Doctor: one server under care; wires everything below it together."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

from comfydoctor.diagnosis.signatures import Matcher
from comfydoctor.doctor.alerts import AlertWatch
from comfydoctor.doctor.baselines import Baselines
from comfydoctor.doctor.examining import Examining
from comfydoctor.doctor.guides import Guides
from comfydoctor.doctor.history import Recorded
from comfydoctor.doctor.holding import Holding
from comfydoctor.doctor.meeting import Acquaintance
from comfydoctor.doctor.report import CheckReport
from comfydoctor.doctor.shelf import Shelf
from comfydoctor.doctor.trace import trace
from comfydoctor.doctor.treatment import Reach, Treatment
from comfydoctor.doctor.versions import Archive
from comfydoctor.doctor.versions_capture import Capture
from comfydoctor.doctor.versions_desk import VersionDesk
from comfydoctor.doctor.versions_folder import folder_of_workflows
from comfydoctor.doctor.watching import Clocks, Listener, Watch
from comfydoctor.errors import FixError, ServerError, StoreError
from comfydoctor.fixes.base import Care
from comfydoctor.model.chartmarks import ChartMarks
from comfydoctor.model.finding import Finding
from comfydoctor.model.fix import FixOutcome, FixResult, Plan
from comfydoctor.model.logline import LogLine
from comfydoctor.model.probe import ProbeResult
from comfydoctor.model.server import ServerProfile
from comfydoctor.model.snapshot import Snapshot
from comfydoctor.model.trace import Trace
from comfydoctor.store.launches import Launches
from comfydoctor.store.store import Store

__all__ = ["Clocks", "Doctor"]

INTERRUPTING = {"interrupt-job", "stop-everything"}


class Doctor:
    """Looks after one server: ``run`` watches it, the rest works without it too."""

    def __init__(
        self,
        profile: ServerProfile,
        *,
        store: Store,
        matcher: Callable[[], Awaitable[Matcher]],
        secret: str = "",
        clocks: Clocks | None = None,
        reach: Reach = Reach(),  # noqa: B008 - frozen
    ) -> None:
        clocks = clocks or Clocks()
        self.profile = profile
        self._matcher = matcher
        self._watch = Watch(
            profile,
            store=store,
            secret=secret,
            clocks=clocks,
            on_met=self._on_met,
        )
        self.client = self._watch.client
        self._examining = Examining(
            self._watch,
            matcher=matcher,
            clocks=clocks,
            before=self._settle_unfinished,
        )
        self._treatment = Treatment(
            Care(
                client=self.client,
                profile=profile,
                journal=store.journal,
                audit=store.audit,
                parking=store.parking,
                versions=store.versions,
                workflow_folder=self._workflow_folder,
                logs=store.paths.logs,
                launches=Launches(store.paths.launches),
                elsewhere=reach.elsewhere,
                command=reach.command,
                clock=clocks.wall,
            ),
            self._watch.announce,
        )
        self._holding = Holding(self._treatment)
        self._pids: asyncio.Queue[int] = asyncio.Queue()
        self._capture = Capture(self._treatment.care, store.versions)
        self._watch.on_queue = self._capture.see_queue
        self.versions = VersionDesk(
            lambda: Archive(store.versions(), profile.key),
            self._capture,
            self.client,
            busy=lambda: bool(self._watch.state.queue_remaining),
        )
        """Kept states of this server's workflows."""
        self.baselines = Baselines(
            self._watch.state,
            self._watch.board,
            self._watch.series,
            jobs=store.jobs(profile.key),
            samples=store.samples(profile.key),
            matcher=matcher,
            announce=self._watch.announce,
        )
        """What is normal here."""
        self.alerts = AlertWatch(
            self._watch.state,
            self._watch.board,
            self._watch.series,
            normals=self.baselines.normals,
            announce=self._watch.announce,
            deliver=self._watch.take_samples,
            steady=clocks.steady,
            not_kept=lambda: self._watch.not_kept,
        )
        """Rules that speak by themselves."""
        guides = Guides(
            self._watch,
            store,
            normals=self.baselines.normals,
            matcher=matcher,
            run_probes=lambda only, tell: self.check(on_result=tell, only=only),
            clock=clocks.wall,
        )
        self.guidance = guides.guidance
        """Flowcharts that lead from a symptom to its cause."""
        self.checklists = guides.checklists
        """Checklists that fill themselves in."""
        self.incidents = guides.incidents
        """Incidents, whose timelines write themselves."""
        self.recorded = Recorded(store.samples(profile.key), store.jobs(profile.key))
        """Readings of more than the last hour."""
        self.models = Shelf(self.client, profile.url, store.paths)
        """The model files of this server."""

    def _workflow_folder(self) -> Path | None:
        local, changes = self._watch.local, self._watch.changes
        return folder_of_workflows(local.installation, changes.abode())

    # What others ask.

    def snapshot(self) -> Snapshot:
        """Everything known now."""
        watch = self._watch
        return replace(
            watch.state.snapshot(),
            findings=watch.board.open(),
            activity=self._treatment.activity,
            unfinished=self._treatment.unfinished,
            cost=watch.instruments.cost(self.client.requests),
            skipped_events=watch.skipped,
        )

    def on_change(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` with every change; returns how to stop that."""
        return self._watch.on_change(listener)

    def history(
        self, metric: str, subject: str, seconds: float
    ) -> tuple[Sequence[float], Sequence[float]]:
        """Times and values of the last ``seconds``; NaN where nothing was read."""
        window = self._watch.series.window(metric, subject, seconds)
        return window.times, window.values

    def subjects(self, metric: str) -> tuple[str, ...]:
        """What a metric was read of: cards, disks."""
        return self._watch.series.subjects(metric)

    def marks(self, metrics: Sequence[str]) -> dict[str, ChartMarks]:
        """What stands behind the curves of some metrics."""
        alerts, normal = self.alerts, self.baselines
        return {m: ChartMarks(normal.band(m), alerts.levels(m)) for m in metrics}

    def log_tail(self) -> tuple[LogLine, ...]:
        """The console as far as it was heard, oldest first."""
        return tuple(self._watch.lines)

    async def explain(self, text: str) -> tuple[Finding, ...]:
        """What a text of the person's means; off the loop, it may be long."""
        matcher = await self._matcher()
        return await asyncio.to_thread(matcher.explain, text)

    async def trace(self, path: str) -> Trace:
        """What a file of the person's means, whatever kind it is."""
        return await trace(Path(path), await self._matcher(), self.client)

    def ignore(self, key: str) -> None:
        """Say no more about a finding until the server's version changes."""
        info = self._watch.state.info
        change = self._watch.board.ignore(key, info.version if info else "")
        if change is not None:
            self._watch.announce(change)

    async def check(
        self,
        *,
        workflow: dict[str, object] | None = None,
        on_result: Callable[[ProbeResult], None] | None = None,
        only: Collection[str] | None = None,
        may_write: bool = False,
    ) -> CheckReport:
        """Run every probe that applies, or ``only`` those named.

        ``may_write`` lets a probe write a small file where the server runs here, and
        take it away again: the only sure test of a folder.

        Raises ServerError when nobody answers.
        """
        return await self._examining.check(
            workflow=workflow, on_result=on_result, only=only, may_write=may_write
        )

    async def plan(self, fix_id: str, target: str = "") -> Plan:
        """What a fix would do to the state that is there now."""
        if self._watch.state.info is None:
            with contextlib.suppress(ServerError):  # some fixes do without a server
                await self._watch.meet()
        return await self._treatment.plan(fix_id, target)

    async def apply(self, plan: Plan) -> FixResult:
        """Do what was approved, verify it, and look at the server again."""
        result = await self._then_look(self._treatment.apply(plan))
        if plan.fix in INTERRUPTING and result.outcome is not FixOutcome.DONE:
            # The job was asked to stop and goes on: that tells of its worker.
            self._watch.worker.interrupt_sent()
        return result

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
        self._watch.wake()
        return result

    # Watching.

    async def run(self) -> None:
        """Watch the server until cancelled.

        Raises the DoctorError that makes that impossible.
        """
        self._treatment.refresh()
        self.incidents.take_up()
        leave = self.on_change(self._holding.on_change)
        unhook = self.on_change(self._capture.on_change)
        unlearn = self.on_change(self.baselines.on_change)
        try:
            await self._watch.run(self._matcher, self._beside())
        finally:
            leave()
            unhook()
            unlearn()

    async def aclose(self) -> None:
        """Close the connections; ``run`` must have ended."""
        await self.client.aclose()

    async def _beside(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._examining.run(), name="check-ups")
            group.create_task(self._holding.run(), name="holding")
            group.create_task(self._remember_launches(), name="launches")
            group.create_task(self._capture.run(), name="versions")
            group.create_task(self.baselines.run(), name="normals")
            group.create_task(self.alerts.run(), name="alerts")

    async def _remember_launches(self) -> None:
        """Keep how the server was started, each time it was met."""
        while True:
            await self._treatment.remember_launch(await self._pids.get())

    async def _settle_unfinished(self) -> None:
        """Look how actions ended that were cut off; only reads."""
        for entry in self._treatment.unfinished:
            # Of two instances the second cannot note what it sees.
            with contextlib.suppress(FixError, StoreError):
                await self._treatment.inspect(entry.id)

    def _on_met(self, known: Acquaintance) -> None:
        self._treatment.care.info = known.info
        if known.whereabouts.pid is not None and not known.info.simulated:
            self._pids.put_nowait(known.whereabouts.pid)
        self._examining.met(known)
