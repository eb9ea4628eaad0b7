"""Checklists on one server: they fill themselves in, and keep what people said."""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from comfydoctor.content.catalogue import Catalogue
from comfydoctor.diagnosis.checklist import newest, stand
from comfydoctor.doctor.guidance import QUESTIONS, Patient
from comfydoctor.errors import ServerError, UsageError
from comfydoctor.model.checklist import (
    Checklist,
    ChecklistEntry,
    ChecklistView,
    TaskState,
    Tick,
)
from comfydoctor.model.probe import ProbeResult
from comfydoctor.store.checklists import ChecklistRun, ChecklistRuns

OnView = Callable[[ChecklistView], None]


@dataclass
class _Run:
    """A run under way."""

    id: str
    checklist: Checklist
    began: float
    ticks: list[Tick] = field(default_factory=list)
    results: dict[str, ProbeResult] = field(default_factory=dict)
    asking: dict[str, None] = field(default_factory=dict)


class Checklists:
    """Opens checklists, runs their probes, and takes the person's word."""

    def __init__(self, patient: Patient, runs: ChecklistRuns, who: str) -> None:
        self._patient = patient
        self._runs = runs
        self._who = who
        self._open: dict[str, _Run] = {}

    async def entries(self) -> tuple[ChecklistEntry, ...]:
        """All checklists, with when each was last used here."""
        checklists = (await self._load()).checklists
        kept = await asyncio.to_thread(self._runs.list, self._patient.key)
        last = {run.checklist: run.began for run in reversed(kept)}
        return tuple(
            ChecklistEntry(
                one.id,
                one.title,
                one.about,
                one.minutes,
                len(one.tasks),
                last.get(one.id, 0.0),
            )
            for one in checklists.values()
        )

    async def begin(
        self, checklist_id: str, on_view: OnView | None = None
    ) -> ChecklistView:
        """Start a run: its probes run at once, ``on_view`` hears each result."""
        checklists = (await self._load()).checklists
        if checklist_id not in checklists:
            raise UsageError(
                f"There is no checklist {checklist_id}.",
                advice=f"There are: {', '.join(checklists)}.",
            )
        run = _Run(
            secrets.token_hex(8), checklists[checklist_id], self._patient.clock()
        )
        self._open[run.id] = run
        kept = ChecklistRun(run.id, checklist_id, self._patient.key, run.began)
        self._runs.begin(kept)
        return await self._look(run, on_view)

    async def resume(self, run_id: str, on_view: OnView | None = None) -> ChecklistView:
        """Take up a kept run; what was looked up is looked up again."""
        kept = await asyncio.to_thread(self._runs.load, run_id)
        checklists = (await self._load()).checklists
        if kept.checklist not in checklists:
            raise UsageError(f"The checklist {kept.checklist} is not there any more.")
        known = _Run(run_id, checklists[kept.checklist], kept.began, list(kept.ticks))
        return await self._look(self._open.setdefault(run_id, known), on_view)

    def tick(
        self, run_id: str, task: str, state: TaskState, note: str = ""
    ) -> ChecklistView:
        """Take a person's word for a task; OPEN takes it back."""
        run = self._find(run_id)
        if task not in {one.id for one in run.checklist.tasks}:
            raise UsageError(f"{run.checklist.title} has no task {task}.")
        tick = Tick(task, state, note, self._who, self._patient.clock())
        self._runs.tick(run_id, tick)
        run.ticks.append(tick)
        return self._view(run)

    async def look(self, run_id: str, on_view: OnView | None = None) -> ChecklistView:
        """Look everything up again."""
        return await self._look(self._find(run_id), on_view)

    def kept(self, limit: int = 50) -> Sequence[ChecklistRun]:
        """Runs on this server, newest first."""
        return self._runs.list(self._patient.key, limit)

    async def _load(self) -> Catalogue:
        catalogue = await self._patient.catalogue()
        await asyncio.to_thread(lambda: catalogue.checklists)
        return catalogue

    def _find(self, run_id: str) -> _Run:
        if run_id not in self._open:
            raise UsageError(f"The run {run_id} is not open.")
        return self._open[run_id]

    async def _look(self, run: _Run, on_view: OnView | None) -> ChecklistView:
        wanted = tuple(p for p in run.checklist.probes if p in QUESTIONS)
        run.asking.update(dict.fromkeys(wanted))

        def take(result: ProbeResult) -> None:
            run.results[result.id] = result
            run.asking.pop(result.id, None)
            if on_view is not None:
                on_view(self._view(run))

        try:
            if wanted:
                await self._patient.run_probes(wanted, take)
        except ServerError:
            pass  # nobody answers there, which the connection's task shows
        finally:
            run.asking.clear()
        return self._view(run)

    def _view(self, run: _Run) -> ChecklistView:
        known = self._patient.known(run.results)
        return ChecklistView(
            run.id,
            run.checklist,
            run.began,
            stand(run.checklist, known, newest(run.ticks)),
            tuple(QUESTIONS[probe] for probe in run.asking),
        )
