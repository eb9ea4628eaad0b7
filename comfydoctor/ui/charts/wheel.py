"""Zooming by wheel and moving by drag, over any chart of a group."""

from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent

if TYPE_CHECKING:
    from comfydoctor.ui.charts.chart import Chart

FACTOR = 1.25
"""Of the time shown, for one notch."""
NOTCH = 120.0


class Wheel(QObject):
    """Ctrl and wheel zoom, a drag moves, a double click goes back to now.

    The wheel alone scrolls the page: it must not change what somebody reads.
    """

    def __init__(self, chart: "Chart", plot: pg.PlotWidget) -> None:
        super().__init__(chart)
        self._chart, self._plot = chart, plot
        self._held: float | None = None
        plot.viewport().installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take what is ours, leave the rest to the page."""
        if isinstance(event, QWheelEvent):
            return self._on_wheel(event)
        if isinstance(event, QMouseEvent):
            return self._on_mouse(event)
        return False

    def _on_wheel(self, event: QWheelEvent) -> bool:
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return False
        notches = event.angleDelta().y() / NOTCH
        age = self._age_at(event.position().x())
        self._chart.zoomed.emit(FACTOR**-notches, age)
        return True

    def _on_mouse(self, event: QMouseEvent) -> bool:
        place = event.position().x()
        if event.type() == QEvent.Type.MouseButtonDblClick:
            self._chart.live_wanted.emit()
        elif event.type() == QEvent.Type.MouseButtonPress:
            self._held = place if event.button() is Qt.MouseButton.LeftButton else None
        elif event.type() == QEvent.Type.MouseButtonRelease:
            self._held = None
        elif event.type() == QEvent.Type.MouseMove and self._held is not None:
            self._chart.moved.emit(self._age_at(place) - self._age_at(self._held))
            self._held = place
            return True
        return False

    def _age_at(self, x: float) -> float:
        """Seconds before the right edge, negative."""
        box = self._plot.getViewBox().sceneBoundingRect()
        share: float = (x - box.left()) / max(1.0, box.width())
        return self._chart.span * (min(1.0, max(0.0, share)) - 1.0)
