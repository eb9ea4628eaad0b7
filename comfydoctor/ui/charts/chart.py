"""One chart: time to the right, now at the edge, zero at the bottom, gaps as gaps."""

import html
import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from comfydoctor.model.metric import Metric
from comfydoctor.ui.charts.decimate import Floats, decimate, value_at
from comfydoctor.ui.charts.marks import Marks
from comfydoctor.ui.charts.plot import LEFT_AXIS, RIGHT_EDGE, Curve, make_plot
from comfydoctor.ui.charts.sentence import (
    figure,
    moment,
    nice_top,
    sentence,
    tick,
)
from comfydoctor.ui.charts.spans import JobSpans
from comfydoctor.ui.charts.wheel import Wheel
from comfydoctor.ui.theme import CAPTION, GAP, Style
from comfydoctor.ui.widgets.card import row
from comfydoctor.ui.widgets.label import Elided, Label, label
from comfydoctor.ui.words import duration, one_line

DASHES = (
    Qt.PenStyle.SolidLine,
    Qt.PenStyle.DashLine,
    Qt.PenStyle.DotLine,
    Qt.PenStyle.DashDotLine,
)
STEPS = 60
REACH_ALPHA = 80
AGE_WIDTH, DATE_WIDTH = 68, 92
"""Room that one age, or one moment, below the axis takes."""


class Chart(QWidget):
    """One metric, a curve for each subject.

    Signals:
        pointed: age in seconds (negative) that the crosshair is at, or None.
        zoomed: factor of the time shown, and the age that stays in its place.
        moved: seconds by which the time shown goes back.
        live_wanted: back to now.
    """

    pointed = Signal(object)
    zoomed = Signal(float, float)
    moved = Signal(float)
    live_wanted = Signal()

    def __init__(self, style: Style, metric: Metric, *, height: int = 160) -> None:
        super().__init__()
        self._style, self.shows = style, metric
        self.span = 300.0
        self._end = math.nan
        self._top = math.nan
        self._curves: dict[str, Curve] = {}
        self._reach: dict[str, Curve] = {}
        self._drawn: dict[str, tuple[Floats, Floats]] = {}
        self._limit = math.nan
        self._now_words = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.value = label(style, "", size=CAPTION, bold=True)
        self.words: Label = label(style, "", size=CAPTION, muted=True, wrap=True)
        self.plot = self._plot(height)
        self.marks = Marks(style, self.plot)
        self.jobs = JobSpans(style, style.px(LEFT_AXIS), style.px(RIGHT_EDGE))
        self._wheel = Wheel(self, self.plot)
        title = Elided(style, metric.title, bold=True)
        head = row(style)
        head.addWidget(title, 1)
        head.addWidget(self.value)
        body = QVBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(style.px(GAP))
        body.addLayout(head)
        body.addWidget(self.plot)
        body.addWidget(self.jobs)
        body.addWidget(self.words)
        body.addStretch(1)
        self.set_span(self.span)

    def _plot(self, height: int) -> pg.PlotWidget:
        style = self._style
        plot = make_plot(style, height)
        soft = style.colour("hairline")
        self._lines = [pg.InfiniteLine(angle=0, pen=soft) for _ in range(3)]
        self._cross = pg.InfiniteLine(angle=90, pen=style.colour("muted"))
        self._bound = pg.InfiniteLine(
            angle=0, pen=pg.mkPen(style.colour("muted"), style=Qt.PenStyle.DashLine)
        )
        for line in (*self._lines, self._cross, self._bound):
            plot.addItem(line, ignoreBounds=True)
        self._cross.hide()
        self._bound.hide()
        plot.scene().sigMouseMoved.connect(self._on_mouse)
        plot.installEventFilter(self)
        return plot

    # Data.

    def set_span(self, seconds: float, end: float = math.nan) -> None:
        """Show ``seconds`` up to ``end``, or up to now; then the axis stands still."""
        self.span, self._end = seconds, end
        self.plot.setXRange(-seconds, 0.0, padding=0)
        self._label_time()

    def _label_time(self) -> None:
        """As many ages, or moments, as fit beside one another."""
        parts = 5 if self.span == 300 else 4
        past = not math.isnan(self._end)
        width = self.width() - self._style.px(LEFT_AXIS + RIGHT_EDGE)
        room = width / self._style.px(DATE_WIDTH if past else AGE_WIDTH)
        every = next((n for n in (1, 2, parts) if parts / n < room), parts)
        ages = [self.span * i / parts for i in range(0, parts + 1, every)]
        self.plot.getAxis("bottom").setTicks(
            [[(-age, self._when(age)) for age in ages]]
        )

    def _when(self, age: float) -> str:
        """An age while the chart follows, else the moment."""
        return (
            _age(age) if math.isnan(self._end) else moment(self._end - age, self.span)
        )

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Another width has room for more or fewer labels."""
        super().resizeEvent(event)
        self._label_time()

    def begin(self) -> None:
        """A new drawing: subjects that are not shown again disappear."""
        self._drawn = {}

    def show_data(
        self,
        subject: str,
        times: Floats,
        values: Floats,
        now: float,
        index: int,
        step: float = 0.0,
        mean: tuple[Floats, Floats] | None = None,
    ) -> None:
        """Draw one subject's readings up to ``now``.

        With a ``mean`` that is the curve, and the values are its reach.
        """
        columns = max(50, int(self.plot.getViewBox().width()))
        x, y = decimate(times, values, now - self.span, now, columns, step)
        curve = self._curve(subject, index)
        self._reach[subject].setVisible(mean is not None)
        if mean is not None:
            self._reach[subject].setData(x - now, y, connect="finite")
            x, y = decimate(*mean, now - self.span, now, columns, step)
        curve.setData(x - now, y, connect="finite", skipFiniteCheck=False)
        inside = (times >= now - self.span) & (times <= now)
        self._drawn[subject] = (times[inside] - now, values[inside])

    def finish(self, limit: float = math.nan) -> None:
        """All subjects are drawn: fit the scale and say what is seen."""
        for subject, curve in self._curves.items():
            curve.setVisible(subject in self._drawn)
            if subject not in self._drawn:
                self._reach[subject].hide()
        highest = [float(np.nanmax(v)) for _, v in self._drawn.values() if _some(v)]
        self._limit = limit
        top = nice_top(self.shows.unit, max([*highest, limit], default=math.nan))
        if math.isnan(limit) and highest:
            top = nice_top(self.shows.unit, max(highest))
        self._set_top(top if math.isnan(limit) else limit * 1.04)
        self._say()

    def _curve(self, subject: str, index: int) -> Curve:
        if subject not in self._curves:
            colour = self._style.series(self.shows.id, index)
            dash = DASHES[(index // 6) % len(DASHES)]
            pen = pg.mkPen(colour, width=1.6 * self._style.scale, style=dash)
            name = html.escape(one_line(subject or self.shows.title, 60))
            curve = Curve(pen=pen, name=name, antialias=True)
            if index == 0:
                soft = self._style.series(self.shows.id)
                soft.setAlpha(28)
                curve.setFillLevel(0.0)
                curve.setBrush(soft)
            faint = QColor(colour)
            faint.setAlpha(REACH_ALPHA)
            reach = Curve(pen=pg.mkPen(faint, width=1.0))
            for item in (reach, curve):
                self.plot.addItem(item, ignoreBounds=True)
            self._curves[subject], self._reach[subject] = curve, reach
        return self._curves[subject]

    def _set_top(self, top: float) -> None:
        if top == self._top:
            return
        self._top = top
        self.plot.setYRange(0.0, top * 1.02, padding=0)
        limit = self._limit
        shown = limit if not math.isnan(limit) else top
        marks = [0.0, shown / 2, shown]
        ticks = [(mark, tick(self.shows.unit, mark)) for mark in marks]
        self.plot.getAxis("left").setTicks([ticks])
        for line, mark in zip(self._lines, marks, strict=True):
            line.setValue(mark)
        self._bound.setVisible(not math.isnan(limit))
        self._bound.setValue(shown)

    def _say(self) -> None:
        name, (_, values) = max(
            self._drawn.items(),
            key=lambda item: float(item[1][1][-1]) if _some(item[1][1][-1:]) else -1.0,
            default=("", (np.empty(0), np.empty(0))),
        )
        live = math.isnan(self._end)
        said = sentence(self.shows, self.span, values.tolist(), live=live)
        if len(self._drawn) > 1:
            said += f" {len(self._drawn)} curves; the words are about {name}."
        self.words.setText(said)
        self.setAccessibleName(said)
        last = float(values[-1]) if values.size else math.nan
        self._now_words = "" if math.isnan(last) else figure(self.shows.unit, last)
        if not self._cross.isVisible():
            self.value.setText(self._now_words)

    # The crosshair.

    def point_at(self, age: float | None) -> None:
        """Put the crosshair at an age, or take it away."""
        self._cross.setVisible(age is not None)
        if age is None:
            self.value.setText(self._now_words)
            return
        self._cross.setValue(age)
        reach = max(12.0, self.span / 100)
        said = [
            figure(self.shows.unit, value_at(times, values, age, reach))
            for times, values in self._drawn.values()
        ]
        self.value.setText(f"{self._when(-age)}: {', '.join(said[:4])}")

    def _on_mouse(self, place: QPointF) -> None:
        box = self.plot.getViewBox()
        if box.sceneBoundingRect().contains(place):
            self.pointed.emit(min(0.0, box.mapSceneToView(place).x()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """The crosshair goes when the mouse does."""
        if event.type() == QEvent.Type.Leave:
            self.pointed.emit(None)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Left and Right move the crosshair, Escape takes it away."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None:
            age = self._cross.value() if self._cross.isVisible() else 0.0
            moved = age + step * self.span / STEPS
            self.pointed.emit(min(0.0, max(-self.span, moved)))
        elif event.key() == Qt.Key.Key_Escape and self._cross.isVisible():
            self.pointed.emit(None)
        else:
            super().keyPressEvent(event)


def _some(values: Floats) -> bool:
    return bool(values.size) and not bool(np.isnan(values).all())


def _age(seconds: float) -> str:
    return "now" if seconds < 1 else f"{duration(round(seconds))} ago"
