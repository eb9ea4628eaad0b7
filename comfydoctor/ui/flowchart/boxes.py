"""The boxes of a flowchart, each painted by how it stands."""

from enum import Enum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import (
    QGraphicsItem,
    QStyleOptionGraphicsItem,
    QWidget,
)

from comfydoctor.model.flowchart import ChartNode, NodeKind
from comfydoctor.ui.flowchart.layout import Box
from comfydoctor.ui.theme import BODY, RADIUS_CARD, Style
from comfydoctor.ui.words import one_line

WIDTH, PAD, MARK = 208, 12, 16
FADED = 0.35
WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignVCenter
MARKS: dict[NodeKind, str] = {
    NodeKind.FIX: "wrench-outline",
    NodeKind.DO: "clipboard-text-outline",
    NodeKind.LOOK: "image-outline",
    NodeKind.WAIT: "clock-outline",
    NodeKind.CHART: "link-variant",
}
CHECKED = "lightning-bolt-outline"
"""Mark of a question that the program may answer itself."""


class Standing(Enum):
    """How a box stands in the walk."""

    OPEN = "ahead"
    CURRENT = "current step"
    PASSED = "passed"
    CLOSED = "ruled out"


def mark_of(node: ChartNode) -> str:
    """The icon that tells the kind of a node; empty for a question and an end."""
    asks_itself = node.kind is NodeKind.ASK and any(a.when for a in node.answer)
    return CHECKED if asks_itself else MARKS.get(node.kind, "")


def box_size(style: Style, node: ChartNode) -> tuple[float, float]:
    """Room that a node's title needs, in pixels of this scale."""
    width = style.px(WIDTH)
    words = QFontMetricsF(style.font(BODY)).boundingRect(
        QRectF(0, 0, width - _margin(style, node), 4000), WRAP, one_line(node.title)
    )
    return float(width), words.height() + 2 * style.px(PAD)


def _margin(style: Style, node: ChartNode) -> float:
    mark = style.px(MARK + PAD / 2) if mark_of(node) else 0
    return 2 * style.px(PAD) + mark


class NodeBox(QGraphicsItem):
    """One node: rounded for a question, with a filled cap for an end."""

    def __init__(self, style: Style, node: ChartNode, box: Box, mark: QPixmap) -> None:
        super().__init__()
        self.node = node
        self.standing = Standing.OPEN
        self.focused = False
        self._style, self._mark = style, mark
        self._size = QRectF(0, 0, box.width, box.height)
        self.setPos(box.x - box.width / 2, box.y)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable)
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)

    def stand(self, standing: Standing) -> None:
        """Show how it stands."""
        self.standing = standing
        self.setOpacity(FADED if standing is Standing.CLOSED else 1.0)
        self.update()

    def set_focused(self, focused: bool) -> None:
        """Show that the keyboard is here."""
        self.focused = focused
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """With the room of the thickest frame."""
        edge = self._style.px(4)
        return self._size.adjusted(-edge, -edge, edge, edge)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """Ground, frame, mark and words."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        style, pad = self._style, self._style.px(PAD)
        room = self._size.adjusted(pad, pad, -pad, -pad)
        if not self._mark.isNull():
            side = style.px(MARK)
            at = QPointF(room.left(), room.center().y() - side / 2)
            painter.drawPixmap(
                QRectF(at.x(), at.y(), side, side),
                self._mark,
                QRectF(self._mark.rect()),
            )
            room.setLeft(room.left() + side + pad / 2)
        painter.setPen(style.colour("text"))
        painter.setFont(style.font(BODY, bold=self.standing is Standing.CURRENT))
        painter.drawText(room, int(WRAP), one_line(self.node.title))

    def _paint_ground(self, painter: QPainter) -> None:
        style, colours = self._style, self._style.colour
        current = self.standing is Standing.CURRENT
        lively = current or self.standing is Standing.PASSED
        pen = QPen(colours("accent" if lively else "control"))
        pen.setWidthF(style.px(2) if lively else 1.0)
        painter.setPen(pen)
        painter.setBrush(colours("accent_tint" if current else "surface"))
        radius = self._radius()
        painter.drawRoundedRect(self._size, radius, radius)
        if self.node.kind is NodeKind.END:
            self._paint_cap(painter, radius)
        if self.focused:
            self._paint_focus(painter, radius)

    def _radius(self) -> float:
        asks = self.node.kind is NodeKind.ASK
        return self._style.px(2 * RADIUS_CARD if asks else RADIUS_CARD / 2)

    def _paint_cap(self, painter: QPainter, radius: float) -> None:
        """The filled left end of a box that ends the walk."""
        cap = QPainterPath()
        cap.addRoundedRect(self._size, radius, radius)
        left = QPainterPath()
        left.addRect(QRectF(0, 0, self._style.px(6), self._size.height()))
        painter.fillPath(cap.intersected(left), painter.pen().color())

    def _paint_focus(self, painter: QPainter, radius: float) -> None:
        edge = self._style.px(3)
        pen = QPen(self._style.colour("accent"))
        pen.setWidthF(self._style.px(1.5))
        pen.setStyle(Qt.PenStyle.DotLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        frame = self._size.adjusted(-edge, -edge, edge, edge)
        painter.drawRoundedRect(frame, radius + edge, radius + edge)
