"""A small curve painted by hand: there before any plotting library is."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from comfydoctor.ui.numbers import fill, no_brush, no_pen
from comfydoctor.ui.theme import Style

SECONDS = 120.0
GAP_SECONDS = 12.0
"""Readings further apart than this are not joined."""


class Sparkline(QWidget):
    """The last two minutes of one series; a gap stays a gap."""

    def __init__(self, style: Style, colour: QColor) -> None:
        super().__init__()
        self._style, self._colour = style, colour
        self._points: tuple[tuple[float, float], ...] = ()
        self._top = 100.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(style.px(40))
        self.setAccessibleName("Curve of the last two minutes")

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Some width to start with."""
        return QSize(self._style.px(120), self._style.px(40))

    def show_points(
        self, times: Sequence[float], values: Sequence[float], now: float, top: float
    ) -> None:
        """Draw readings against a scale from 0 to ``top``; NaN is a gap."""
        start = now - SECONDS
        pairs = zip(times, values, strict=False)
        self._points = tuple((t - now, v) for t, v in pairs if t >= start)
        self._top = top if top > 0 else 1.0
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the base line, the filled ground and the curve."""
        painter = QPainter(self)
        base = QPainterPath()
        base.addRect(0.0, self.height() - 1.0, self.width(), 1.0)
        fill(painter, base, self._style.colour("hairline"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for run in self._runs():
            self._paint_run(painter, run)

    def _runs(self) -> list[list[QPointF]]:
        area = QRectF(1, 2, max(1, self.width() - 2), max(1, self.height() - 4))
        runs: list[list[QPointF]] = [[]]
        before = math.nan
        for age, value in self._points:
            if math.isnan(value) or age - before > GAP_SECONDS:
                runs.append([])
            before = age
            if math.isnan(value):
                continue
            x = area.right() + age / SECONDS * area.width()
            share = min(1.0, max(0.0, value / self._top))
            runs[-1].append(QPointF(x, area.bottom() - share * area.height()))
        return [run for run in runs if run]

    def _paint_run(self, painter: QPainter, run: list[QPointF]) -> None:
        if len(run) == 1:
            painter.setPen(no_pen())
            painter.setBrush(self._colour)
            dot = self._style.px(2)
            painter.drawEllipse(run[0], dot, dot)
            return
        base = self.height() - 1.0
        ends = QPointF(run[-1].x(), base), QPointF(run[0].x(), base)
        ground = QPolygonF([*run, *ends])
        soft = QColor(self._colour)
        soft.setAlpha(36)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setPen(no_pen())
        painter.setBrush(soft)
        painter.drawPolygon(ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(no_brush())
        painter.setPen(QPen(self._colour, 1.5 * self._style.scale))
        painter.drawPolyline(run)
