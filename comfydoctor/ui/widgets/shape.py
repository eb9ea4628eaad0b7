"""The shapes of severity, painted: circle, diamond, triangle, square, hexagon."""

import math

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QWidget

from comfydoctor.ui.numbers import fill
from comfydoctor.ui.theme import WORDS, Level, Style

CORNERS: dict[Level, tuple[int, float]] = {
    Level.INFO: (4, 0.0),
    Level.WARNING: (3, -90.0),
    Level.ERROR: (4, 45.0),
    Level.CRITICAL: (6, 30.0),
}


def paint_shape(painter: QPainter, level: Level, box: QRectF, colour: QColor) -> None:
    """Paint one level's shape into ``box``."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path, edge = QPainterPath(), box.width()
    if level is Level.UNKNOWN:
        for inset in (edge / 14, edge * 3 / 14):  # a ring between two circles
            path.addEllipse(box.adjusted(inset, inset, -inset, -inset))
    elif level is Level.OK:
        inset = edge / 12
        path.addEllipse(box.adjusted(inset, inset, -inset, -inset))
    else:
        path.addPolygon(_polygon(*CORNERS[level], box))
    fill(painter, path, colour)


def _polygon(corners: int, turn: float, box: QRectF) -> QPolygonF:
    radius = box.width() / 2 * (1.12 if corners == 4 and turn else 1.0)
    middle = box.center()
    if corners == 3:
        middle += QPointF(0, box.height() / 10)
        radius *= 1.1
    angles = [math.radians(turn + 360 / corners * i) for i in range(corners)]
    points = [QPointF(math.cos(a), math.sin(a)) * radius + middle for a in angles]
    return QPolygonF(points)


class Shape(QWidget):
    """One level's shape; says its word to screen readers."""

    def __init__(self, style: Style, level: Level, size: int = 12) -> None:
        super().__init__()
        self._style, self._level = style, level
        side = style.px(size)
        self.setFixedSize(QSize(side, side))
        self.set_level(level)

    def set_level(self, level: Level, word: str = "") -> None:
        """Change what is shown."""
        self._level = level
        self.setAccessibleName(word or WORDS[level])
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the shape."""
        colour = QColor(self._style.colours.level(self._level))
        paint_shape(QPainter(self), self._level, QRectF(self.rect()), colour)
