"""Guided diagnosis of one server: walks that look for themselves and are kept."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from comfydoctor.content.catalogue import Catalogue
from comfydoctor.diagnosis.flowchart.known import Known
from comfydoctor.diagnosis.flowchart.walk import Walk
from comfydoctor.diagnosis.probes import PROBES
from comfydoctor.doctor.guideview import Surroundings, view_of
from comfydoctor.errors import ServerError, UsageError
from comfydoctor.model.finding import Finding
from comfydoctor.model.flowchart import Flowchart, NodeKind
from comfydoctor.model.guidance import ChartEntry, GuideView, WalkRecord
from comfydoctor.model.probe import ProbeResult
from comfydoctor.model.server import ServerInfo
from comfydoctor.store.walks import Walks

OnView = Callable[[GuideView], None]
RunProbes = Callable[
    [tuple[str, ...], Callable[[ProbeResult], None]], Awaitable[object]
]
"""Runs the probes of these ids and tells each result as it comes."""
QUESTIONS = {probe.id: probe.question for probe in PROBES}


@dataclass
class Patient:
    """What a guide needs of the server under care."""

    key: str
    catalogue: Callable[[], Awaitable[Catalogue]]
    known: Callable[[Mapping[str, ProbeResult]], Known]
    findings: Callable[[], tuple[Finding, ...]]
    info: Callable[[], ServerInfo | None]
    run_probes: RunProbes
    clock: Callable[[], float]
    walks: Walks


@dataclass
class _Going:
    """A walk under way."""

    id: str
    walk: Walk
    results: dict[str, ProbeResult] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    """Probes that were begun, whether or not they could tell."""
    asking: dict[str, None] = field(default_factory=dict)
    waiting_since: float = 0.0


class Guidance:
    """Opens charts, lets them answer themselves, and takes the person's answers."""

    def __init__(self, patient: Patient) -> None:
        self._patient = patient
        self._going: dict[str, _Going] = {}

    async def charts(self) -> tuple[ChartEntry, ...]:
        """All symptoms; those whose guide ends at an open finding come first."""
        charts = (await self._load()).charts
        open_ = {finding.cause for finding in self._patient.findings()}
        entries = [
            ChartEntry(
                chart.id,
                chart.title,
                chart.symptom,
                chart.group,
                chart.words,
                likely=bool(open_ & ends_of(chart)),
            )
            for chart in charts.values()
        ]
        return tuple(sorted(entries, key=lambda entry: not entry.likely))

    async def flowcharts(self) -> tuple[Flowchart, ...]:
        """All charts themselves, for the decision tree."""
        return tuple((await self._load()).charts.values())

    async def open(self, chart_id: str, on_view: OnView | None = None) -> GuideView:
        """Begin a walk: run its probes, and go as far as certainty carries.

        ``on_view`` hears each change while the probes run.
        """
        catalogue = await self._load()
        walk = Walk(catalogue.charts, chart_id, clock=self._patient.clock)
        going = _Going(secrets.token_hex(8), walk)
        self._going[going.id] = going
        self._patient.walks.begin(
            WalkRecord(going.id, chart_id, self._patient.key, self._patient.clock())
        )
        return await self._look(going, catalogue, on_view)

    async def resume(self, walk_id: str, on_view: OnView | None = None) -> GuideView:
        """Take up a kept walk where it was left."""
        catalogue = await self._load()
        record = self._patient.walks.load(walk_id)
        clock = self._patient.clock
        walk = Walk(catalogue.charts, record.chart, clock=clock, steps=record.steps)
        going = self._going.setdefault(walk_id, _Going(walk_id, walk))
        return await self._look(going, catalogue, on_view)

    async def answer(
        self,
        walk_id: str,
        answer_id: str,
        note: str = "",
        on_view: OnView | None = None,
    ) -> GuideView:
        """Take the person's answer, or a fix's outcome, and go on from there."""
        going = self._find(walk_id)
        step = going.walk.take(answer_id, why=note)
        self._patient.walks.step(walk_id, step)
        return await self._look(going, await self._load(), on_view)

    async def back(self, walk_id: str, steps: int = 1) -> GuideView:
        """Take the last answers back; the question is then the person's."""
        going = self._find(walk_id)
        going.walk.back(steps)
        self._patient.walks.back(walk_id, steps)
        return self._view(going, await self._load())

    async def look(self, walk_id: str) -> GuideView:
        """How it stands with what is known now; goes on when that is enough."""
        going = self._find(walk_id)
        self._advance(going)
        return self._view(going, await self._load())

    def kept(self, limit: int = 50) -> tuple[WalkRecord, ...]:
        """The walks on this server that were kept, newest first."""
        return self._patient.walks.list(self._patient.key, limit)

    async def _load(self) -> Catalogue:
        catalogue = await self._patient.catalogue()
        await asyncio.to_thread(lambda: (catalogue.charts, catalogue.causes))
        return catalogue

    def _find(self, walk_id: str) -> _Going:
        if walk_id not in self._going:
            raise UsageError(f"The walk {walk_id} is not open.")
        return self._going[walk_id]

    async def _look(
        self, going: _Going, catalogue: Catalogue, on_view: OnView | None
    ) -> GuideView:
        """Advance, running the probes of each chart that is entered, once."""
        self._advance(going)
        while wanted := _unasked(going):
            going.asked.update(wanted)
            going.asking.update(dict.fromkeys(wanted))
            self._tell(going, catalogue, on_view)
            try:
                await self._patient.run_probes(
                    wanted, lambda r: self._take(going, r, catalogue, on_view)
                )
            except ServerError:
                pass  # nobody answers there: the questions stay the person's
            finally:
                for probe_id in wanted:
                    going.asking.pop(probe_id, None)
            self._advance(going)
        return self._view(going, catalogue)

    def _take(
        self,
        going: _Going,
        result: ProbeResult,
        catalogue: Catalogue,
        on_view: OnView | None,
    ) -> None:
        going.results[result.id] = result
        going.asking.pop(result.id, None)
        self._advance(going)
        self._tell(going, catalogue, on_view)

    def _tell(
        self, going: _Going, catalogue: Catalogue, on_view: OnView | None
    ) -> None:
        if on_view is not None:
            on_view(self._view(going, catalogue))

    def _advance(self, going: _Going) -> None:
        for step in going.walk.advance(self._patient.known(going.results)):
            self._patient.walks.step(going.id, step)
        self._time_out(going)

    def _time_out(self, going: _Going) -> None:
        """A wait that lasted too long is answered by that."""
        node, now = going.walk.node, self._patient.clock()
        if node.kind is not NodeKind.WAIT:
            going.waiting_since = 0.0
        elif not going.waiting_since:
            going.waiting_since = now
        elif now - going.waiting_since >= node.seconds:
            why = f"not within {node.seconds:.0f} s"
            step = going.walk.take("timeout", why=why, by="program")
            self._patient.walks.step(going.id, step)
            self._advance(going)

    def _view(self, going: _Going, catalogue: Catalogue) -> GuideView:
        around = Surroundings(
            catalogue=catalogue,
            known=self._patient.known(going.results),
            findings=self._patient.findings(),
            info=self._patient.info(),
            asking=tuple(QUESTIONS[probe_id] for probe_id in going.asking),
        )
        return view_of(going.id, going.walk, around)


def read_charts() -> Mapping[str, Flowchart]:
    """All flowcharts by id, without a server."""
    return Catalogue().charts


def _unasked(going: _Going) -> tuple[str, ...]:
    """Probes of the chart at hand that were not run on this walk."""
    probes = going.walk.chart.probes
    return tuple(p for p in probes if p not in going.asked and p in QUESTIONS)


def ends_of(chart: Flowchart) -> set[str]:
    """Every cause that a chart ends at."""
    return {node.cause for node in chart.node if node.cause}
