"""The lines of a flowchart: one for each answer, with its words."""

import itertools

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsPathItem,
    QStyleOptionGraphicsItem,
    QWidget,
)

from comfydoctor.ui.flowchart.boxes import FADED, WIDTH
from comfydoctor.ui.flowchart.layout import Line
from comfydoctor.ui.theme import CAPTION, Style
from comfydoctor.ui.words import one_line


class AnswerLine(QGraphicsPathItem):
    """One answer's way, with an arrow at its end."""

    def __init__(self, style: Style, line: Line) -> None:
        super().__init__()
        self.line = line
        self._style = style
        self._points = [QPointF(*point) for point in line.points]
        self.setPath(self._curve())
        self.setZValue(-2)
        self.show_passed(False)

    def show_passed(self, passed: bool, possible: bool = True) -> None:
        """Draw it as walked, or as a way that is open or closed."""
        pen = QPen(self._style.colour("accent" if passed else "control"))
        pen.setWidthF(self._style.px(2) if passed else 1.0)
        self.setPen(pen)
        self.setOpacity(1.0 if possible or passed else FADED)

    def _curve(self) -> QPainterPath:
        path = QPainterPath(self._points[0])
        for start, end in itertools.pairwise(self._points):
            middle = (start.y() + end.y()) / 2
            path.cubicTo(QPointF(start.x(), middle), QPointF(end.x(), middle), end)
        return path

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """With its arrow."""
        edge = self._style.px(12)
        return super().boundingRect().adjusted(-edge, -edge, edge, edge)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """The line and its arrow."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.pen())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self.path())
        painter.setBrush(self.pen().color())
        painter.drawPolygon(self._arrow())

    def _arrow(self) -> QPolygonF:
        tip, side = self._points[-1], self._style.px(4)
        rises = len(self._points) > 1 and self._points[-2].y() > tip.y()
        base = tip.y() + (2 if rises else -2) * side
        return QPolygonF(
            [tip, QPointF(tip.x() - side, base), QPointF(tip.x() + side, base)]
        )


class AnswerWords(QGraphicsItem):
    """The words of a line, above all lines and below the boxes.

    Right above the box where no other line ends, else on the way.
    """

    def __init__(self, style: Style, line: Line, words: str, *, alone: bool) -> None:
        super().__init__()
        self._style = style
        self._passed = False
        metrics = QFontMetricsF(style.font(CAPTION))
        elide = Qt.TextElideMode.ElideRight
        self.words = metrics.elidedText(one_line(words), elide, style.px(WIDTH))
        inner = style.px(4)
        width = metrics.horizontalAdvance(self.words) + 2 * inner
        self._plate = QRectF(0, 0, width, metrics.height() + inner)
        self._plate.moveCenter(_place(line, alone=alone))
        self.setZValue(-1)

    def show_passed(self, passed: bool, possible: bool = True) -> None:
        """As the line itself."""
        self._passed = passed
        self.setOpacity(1.0 if possible or passed else FADED)
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """The ground of the words."""
        return self._plate

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """The words on their ground."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._style.colour("background"))
        painter.drawRoundedRect(self._plate, 4, 4)
        painter.setPen(self._style.colour("accent" if self._passed else "muted"))
        painter.setFont(self._style.font(CAPTION))
        painter.drawText(self._plate, int(Qt.AlignmentFlag.AlignCenter), self.words)


def _place(line: Line, *, alone: bool) -> QPointF:
    start, end = QPointF(*line.points[0]), QPointF(*line.points[1])
    if alone and len(line.points) == 2:
        across, down = 1.0, 0.62
    else:
        across, down = 0.6, 0.55
    return QPointF(
        start.x() * (1 - across) + end.x() * across,
        start.y() * (1 - down) + end.y() * down,
    )
