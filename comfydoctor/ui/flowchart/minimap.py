"""The whole chart, small, in the corner, with a frame around what is seen."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QFrame, QGraphicsView

from comfydoctor.ui.theme import GRID, Style

if TYPE_CHECKING:
    from comfydoctor.ui.flowchart.view import ChartView

WIDTH, HEIGHT = 144, 108


class Minimap(QGraphicsView):
    """Shown only while the chart is larger than its view; a click goes there."""

    def __init__(self, style: Style, view: "ChartView") -> None:
        super().__init__(view)
        self._style, self._view = style, view
        self.setObjectName("minimap")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("The whole flowchart, small")
        self.setBackgroundBrush(style.colour("surface"))
        self.setInteractive(False)
        off = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setHorizontalScrollBarPolicy(off)
        self.setVerticalScrollBarPolicy(off)
        self.setFixedSize(style.px(WIDTH), style.px(HEIGHT))
        self.hide()
        for bar in (view.horizontalScrollBar(), view.verticalScrollBar()):
            bar.valueChanged.connect(self.viewport().update)

    def place(self) -> None:
        """Go to the lower right corner, or away when all is seen anyway."""
        view, whole = self._view, self._view.sceneRect()
        self.setVisible(not self._seen().contains(whole))
        room, gap = view.viewport().geometry(), self._style.px(GRID)
        self.move(
            room.right() - self.width() - gap, room.bottom() - self.height() - gap
        )
        self.fitInView(whole, Qt.AspectRatioMode.KeepAspectRatio)
        self.viewport().update()

    def _seen(self) -> QRectF:
        view = self._view
        return view.mapToScene(view.viewport().rect()).boundingRect()

    def drawForeground(  # noqa: N802 - Qt's name
        self, painter: QPainter, rect: QRectF | QRect
    ) -> None:
        """The frame around what is seen."""
        pen = QPen(self._style.colour("accent"))
        pen.setCosmetic(True)
        pen.setWidthF(1.5)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self._seen())

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Go where it was clicked."""
        self._view.centerOn(self.mapToScene(event.position().toPoint()))
