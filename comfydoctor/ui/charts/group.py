"""Charts that share time, crosshair, range and pause."""

import math
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from comfydoctor.model.metric import METRICS, Metric
from comfydoctor.ui.bridge import Bridge
from comfydoctor.ui.charts.chart import Chart
from comfydoctor.ui.charts.decimate import Floats
from comfydoctor.ui.needs import Doctor
from comfydoctor.ui.readings import Readings
from comfydoctor.ui.theme import GRID, Style
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.card import Card, column, row
from comfydoctor.ui.widgets.flow import Flow

SPANS: tuple[tuple[str, float], ...] = (
    ("5 min", 300.0),
    ("1 h", 3600.0),
    ("24 h", 86_400.0),
    ("7 d", 604_800.0),
)
LIMITS = {
    "gpu.vram_used": "gpu.vram_total",
    "server.ram_used": "server.ram_total",
    "host.ram_used": "host.ram_total",
}
"""Metrics that are drawn against the whole there is."""
BY_ID: dict[str, Metric] = {metric.id: metric for metric in METRICS}
Past = tuple[Floats, Floats]


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
        self._past: dict[tuple[str, str], Past] = {}
        self._fetched = 0.0
        self.paused_at = 0.0
        self.span = SPANS[0][1]
        self.charts = {m: Chart(style, BY_ID[m], height=height) for m in metrics}
        body = column(style, space=2 * GRID)
        if tools:
            body.addLayout(self._tools())
        self._most = most
        self._flow = Flow(style, least, most=columns)
        self._cards = {m: self._card(chart) for m, chart in self.charts.items()}
        self._flow.set_items(list(self._cards.values()))
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
        card = Card(self._style)
        card.body.addWidget(chart)
        return card

    def _tools(self) -> QHBoxLayout:
        self._choice = QButtonGroup(self)
        self.spans: list[QPushButton] = []
        tools = row(self._style, space=0)
        for title, seconds in SPANS:
            made = button(
                self._style, title, partial(self.set_span, seconds), role="segment"
            )
            made.setCheckable(True)
            made.setChecked(seconds == self.span)
            made.setAccessibleName(f"Show the last {title}")
            self._choice.addButton(made)
            self.spans.append(made)
            tools.addWidget(made)
        self.pause = button(self._style, "Pause", self.toggle_pause)
        tools.addStretch(1)
        tools.addWidget(self.pause)
        return tools

    def toggle_pause(self) -> None:
        """Hold the charts still, or let them go on."""
        self.paused_at = 0.0 if self.paused_at else self._clock()
        self.pause.setText("Go on" if self.paused_at else "Pause")
        self.draw()

    def set_span(self, seconds: float) -> None:
        """Show another stretch of time."""
        self.span = seconds
        for chart in self.charts.values():
            chart.set_span(seconds)
        self._past, self._fetched = {}, 0.0
        self.draw()

    def show_server(self, key: str, readings: Readings) -> None:
        """Draw another server's readings."""
        if key != self._key:
            self._past, self._fetched = {}, 0.0
        self._key, self._readings = key, readings
        self.draw()

    def draw(self) -> None:
        """Draw everything up to now, or up to the pause."""
        now = self.paused_at or self._clock()
        self._fetch_when_due(now)
        self._choose()
        for metric, chart in self.charts.items():
            chart.begin()
            subjects = self._readings.subjects(metric)
            for index, subject in enumerate(subjects[:16]):
                times, values = self._data(metric, subject)
                chart.show_data(subject, times, values, now, index)
            chart.finish(self._limit(metric))

    def _limit(self, metric: str) -> float:
        whole = LIMITS.get(metric)
        return self._readings.last(whole) if whole else math.nan

    def _data(self, metric: str, subject: str) -> Past:
        series = self._readings.series(metric, subject)
        times = np.fromiter(series.times, np.float64, len(series.times))
        values = np.fromiter(series.values, np.float64, len(series.values))
        past = self._past.get((metric, subject))
        if past is None:
            return times, values
        newer = times > (past[0][-1] if past[0].size else -math.inf)
        return (
            np.concatenate([past[0], times[newer]]),
            np.concatenate([past[1], values[newer]]),
        )

    def _fetch_when_due(self, now: float) -> None:
        """Ask for what was before this window, now and then for long stretches."""
        due = max(10.0, self.span / 300)
        if not self._key or now - self._fetched < due or self.paused_at:
            return
        if self._fetched and self.span <= SPANS[0][1]:
            return
        self._fetched = now
        wanted = [(m, s) for m in self.charts for s in self._readings.subjects(m)]
        span = self.span

        def work(doctor: Doctor, _say: object) -> object:
            return span, {name: doctor.history(*name, span) for name in wanted}

        self._bridge.ask(self._key, work).then(self._on_past)

    def _on_past(self, answer: tuple[float, dict[tuple[str, str], Past]]) -> None:
        span, past = answer
        if span != self.span:
            return
        self._past = {
            name: (np.asarray(times, np.float64), np.asarray(values, np.float64))
            for name, (times, values) in past.items()
        }

    def _on_pointed(self, age: float | None) -> None:
        for chart in self.charts.values():
            chart.point_at(age)
