"""Jobs as thin labelled bars on the time axis of a chart."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from comfydoctor.model.job import Job, JobState
from comfydoctor.ui.theme import CAPTION, Style
from comfydoctor.ui.widgets.tooltip import set_tip
from comfydoctor.ui.words import duration, one_line

COLOURS = {
    JobState.SUCCEEDED: "ok",
    JobState.FAILED: "error",
    JobState.INTERRUPTED: "muted",
    JobState.LOST: "muted",
}
HEIGHT = 16
LEAST_FOR_WORDS = 44
LEAST_BAR = 2.0


class Bar(NamedTuple):
    """One job between two moments."""

    start: float
    end: float
    label: str
    state: JobState


def bars_of(jobs: Sequence[Job], now: float) -> tuple[Bar, ...]:
    """Jobs whose beginning is known; one that runs goes on until ``now``."""
    found = []
    for job in jobs:
        end = now if job.state is JobState.RUNNING else job.ended
        if job.started is not None and end is not None:
            label = one_line(job.workflow_name or job.id[:8], 60)
            found.append(Bar(job.started, max(end, job.started), label, job.state))
    return tuple(found)


class JobSpans(QWidget):
    """The bars between ``left`` and ``right`` pixels, as the plot above has them."""

    def __init__(self, style: Style, left: int, right: int) -> None:
        super().__init__()
        self._style, self._left, self._right = style, left, right
        self._bars: tuple[Bar, ...] = ()
        self._from, self._to = 0.0, 1.0
        self.setFixedHeight(style.px(HEIGHT))
        self.setAccessibleName("Jobs on the time axis")
        self.hide()

    def show_bars(self, bars: Sequence[Bar], start: float, end: float) -> None:
        """Those that lie in this time; nothing is shown when there are none."""
        self._from, self._to = start, end
        self._bars = tuple(b for b in bars if b.end >= start and b.start <= end)
        self.setVisible(bool(self._bars))
        said = f"{len(self._bars)} jobs in this time"
        self.setAccessibleDescription(said)
        self.update()

    def _place(self, bar: Bar) -> QRectF:
        width = self.width() - self._left - self._right
        scale = width / (self._to - self._from)
        first = max(0.0, (bar.start - self._from) * scale)
        last = min(float(width), (bar.end - self._from) * scale)
        rect = QRectF(self._left + first, 2, max(LEAST_BAR, last - first), 0)
        rect.setHeight(self.height() - 4)
        return rect

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Soft bars; their words where there is room."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._style.font(CAPTION - 1))
        for bar in self._bars:
            self._paint(painter, bar)
        painter.end()

    def _paint(self, painter: QPainter, bar: Bar) -> None:
        place = self._place(bar)
        colour = QColor(self._style.colour(COLOURS.get(bar.state, "accent")))
        colour.setAlpha(70)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(place, 2, 2)
        if place.width() < self._style.px(LEAST_FOR_WORDS):
            return
        inner = place.adjusted(4, 0, -2, 0)
        words = painter.fontMetrics().elidedText(
            bar.label, Qt.TextElideMode.ElideRight, int(inner.width())
        )
        painter.setPen(self._style.colour("text"))
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, words)

    def event(self, event: QEvent) -> bool:
        """Say which job lies under the mouse."""
        if isinstance(event, QHelpEvent):
            there = [b for b in self._bars if self._place(b).contains(event.pos())]
            lines = (f"{b.label}: {duration(b.end - b.start)}" for b in there[-5:])
            set_tip(self, "\n".join(lines))
        return super().event(event)
