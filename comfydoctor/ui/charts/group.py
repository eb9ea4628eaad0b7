"""Charts that share time, crosshair, range and pause."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from PySide6.QtWidgets import QWidget

from comfydoctor.model.chartmarks import ChartMarks
from comfydoctor.model.job import Job
from comfydoctor.model.metric import METRICS, Metric
from comfydoctor.model.stretch import Stretch
from comfydoctor.ui.bridge import Bridge
from comfydoctor.ui.charts.chart import Chart
from comfydoctor.ui.charts.past import (
    NOTHING,
    Line,
    of_series,
    of_stretch,
    together,
)
from comfydoctor.ui.charts.spans import Bar, bars_of
from comfydoctor.ui.charts.tools import SPANS, Tools
from comfydoctor.ui.needs import Doctor
from comfydoctor.ui.readings import Readings
from comfydoctor.ui.theme import GRID, Style
from comfydoctor.ui.widgets.card import Card, column
from comfydoctor.ui.widgets.flow import Flow

SHORTEST, LONGEST = 30.0, 400 * 86_400.0
LIMITS = {
    "gpu.vram_used": "gpu.vram_total",
    "server.ram_used": "server.ram_total",
    "host.ram_used": "host.ram_total",
}
"""Metrics that are drawn against the whole there is."""
BY_ID: dict[str, Metric] = {metric.id: metric for metric in METRICS}


class Answer(NamedTuple):
    """What the core told of a stretch of time."""

    asked: tuple[str, float, float]
    """Server, seconds and end, as they were when it was asked for."""
    past: Mapping[tuple[str, str], Stretch]
    jobs: tuple[Job, ...]
    marks: Mapping[str, ChartMarks]


class ChartGroup(QWidget):
    """Charts of some metrics of one server."""

    def __init__(
        self,
        style: Style,
        bridge: Bridge,
        metrics: Sequence[str],
        clock: Callable[[], float],
        *,
        height: int = 160,
        least: int = 320,
        columns: int = 2,
        most: int = 0,
        tools: bool = True,
    ) -> None:
        super().__init__()
        self._style, self._bridge, self._clock = style, bridge, clock
        self._key, self._readings = "", Readings()
        self._past: dict[tuple[str, str], Line] = {}
        self._past_jobs: tuple[Job, ...] = ()
        self._jobs: tuple[Job, ...] = ()
        self._fetched = 0.0
        self.paused_at = 0.0
        self.span = SPANS[0][1]
        self.charts = {m: Chart(style, BY_ID[m], height=height) for m in metrics}
        body = column(style, space=2 * GRID)
        self._tool = Tools(style, self) if tools else None
        if self._tool is not None:
            body.addLayout(self._tool.row)
            self.pause, self.spans = self._tool.pause, self._tool.spans
        self._most = most
        self._flow = Flow(style, least, most=columns)
        self._cards = {m: self._card(chart) for m, chart in self.charts.items()}
        self._flow.set_items(list(self._cards.values()))
        self.picture: QWidget = self._flow
        self._choose()
        body.addWidget(self._flow)
        self.setLayout(body)

    def _choose(self) -> None:
        """Of more than ``most`` charts, those that have something to show."""
        if not self._most:
            return
        heard = [m for m in self._cards if self._readings.subjects(m)]
        rest = [m for m in self._cards if m not in heard]
        shown = set((heard + rest)[: self._most])
        self._flow.choose([c for m, c in self._cards.items() if m in shown])

    def _card(self, chart: Chart) -> QWidget:
        chart.pointed.connect(self._on_pointed)
        chart.zoomed.connect(self.zoom)
        chart.moved.connect(self.go_back)
        chart.live_wanted.connect(lambda: self._hold(0.0))
        card = Card(self._style)
        card.body.addWidget(chart)
        return card

    def toggle_pause(self) -> None:
        """Hold the charts still, or let them go on."""
        self._hold(0.0 if self.paused_at else self._clock())

    def _hold(self, end: float) -> None:
        """Show the time up to ``end``; 0 follows now."""
        self.paused_at = end
        if self._tool is not None:
            self._tool.pause.setText("Go on" if end else "Pause")
        self.set_span(self.span)

    def set_span(self, seconds: float) -> None:
        """Show another stretch of time."""
        self.span = min(LONGEST, max(SHORTEST, seconds))
        for chart in self.charts.values():
            chart.set_span(self.span, self.paused_at or math.nan)
        if self._tool is not None:
            self._tool.show_span(self.span)
        self._fetched = 0.0
        self.draw()

    def zoom(self, factor: float, age: float) -> None:
        """Show more or less time; what lies at ``age`` stays where it is."""
        before = self.span
        self.span = min(LONGEST, max(SHORTEST, before * factor))
        end = (self.paused_at or self._clock()) + age * (1 - self.span / before)
        live = not self.paused_at and age > -0.05 * before
        self._hold(0.0 if live or end >= self._clock() else end)

    def go_back(self, seconds: float) -> None:
        """Go back in time, or forward until now."""
        end = (self.paused_at or self._clock()) - seconds
        self._hold(0.0 if end >= self._clock() else end)

    def show_server(self, key: str, readings: Readings) -> None:
        """Draw another server's readings."""
        if key != self._key:
            self._past, self._past_jobs, self._jobs = {}, (), ()
            self._fetched = 0.0
        self._key, self._readings = key, readings
        self.draw()

    def draw(self) -> None:
        """Draw everything up to now, or up to the pause."""
        now = self.paused_at or self._clock()
        self._fetch_when_due()
        self._choose()
        for metric, chart in self.charts.items():
            chart.begin()
            for index, subject in enumerate(self.subjects(metric)[:16]):
                line = self.line(metric, subject)
                chart.show_data(
                    subject, line.times, line.values, now, index, line.step, line.mean
                )
            chart.finish(self._limit(metric))
            chart.jobs.show_bars(self._bars(), now - self.span, now)

    def subjects(self, metric: str) -> list[str]:
        """Those heard and those only recorded, in order of their names."""
        past = {subject for name, subject in self._past if name == metric}
        known = past.union(self._readings.subjects(metric))
        return sorted(known, key=lambda name: (len(name), name))

    def shown(self) -> dict[tuple[str, str], Line]:
        """Every curve, for a table."""
        keys = [(m, s) for m in self.charts for s in self.subjects(m)]
        return {key: self.line(*key) for key in keys}

    def window_shown(self) -> tuple[float, float]:
        """First and last moment of what is drawn, Unix seconds."""
        end = self.paused_at or self._clock()
        return end - self.span, end

    def show_jobs(self, jobs: Sequence[Job]) -> None:
        """Jobs to mark on the time axis, besides those recorded."""
        self._jobs = tuple(jobs)

    def _bars(self) -> tuple[Bar, ...]:
        known = {job.id: job for job in (*self._past_jobs, *self._jobs)}
        return bars_of(tuple(known.values()), self._clock())

    def _limit(self, metric: str) -> float:
        whole = LIMITS.get(metric)
        return self._readings.last(whole) if whole else math.nan

    def line(self, metric: str, subject: str) -> Line:
        """All that is known of one curve."""
        past = self._past.get((metric, subject), NOTHING)
        return together(past, of_series(self._readings.series(metric, subject)))

    def _fetch_when_due(self) -> None:
        """Ask for what was recorded: at first, after a change, and now and then."""
        now = self._clock()
        due = max(10.0, self.span / 300)
        if not self._key or now - self._fetched < due:
            return
        if self._fetched and (self.span <= SPANS[0][1] or self.paused_at):
            return
        self._fetched = now
        start, end = self.window_shown()
        metrics, asked = tuple(self.charts), (self._key, self.span, self.paused_at)

        async def work(doctor: Doctor, _say: object) -> object:
            past = await doctor.recorded.past(metrics, start, end)
            jobs = await doctor.recorded.jobs(start, end)
            return Answer(asked, past, jobs, doctor.marks(metrics))

        self._bridge.ask(self._key, work).then(self._on_past)

    def _on_past(self, answer: Answer) -> None:
        if answer.asked != (self._key, self.span, self.paused_at):
            return
        self._past = {key: of_stretch(piece) for key, piece in answer.past.items()}
        self._past_jobs = answer.jobs
        for metric, marks in answer.marks.items():
            self.charts[metric].marks.set_band(marks.band)
            self.charts[metric].marks.set_levels(marks.levels)
        self.draw()

    def _on_pointed(self, age: float | None) -> None:
        for chart in self.charts.values():
            chart.point_at(age)
