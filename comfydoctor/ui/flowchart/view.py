"""A flowchart to look at: zoom, move, walk it with the keys."""

from collections.abc import Iterable

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsView

from comfydoctor.model.flowchart import Flowchart, Step
from comfydoctor.ui.flowchart.boxes import NodeBox
from comfydoctor.ui.flowchart.minimap import Minimap
from comfydoctor.ui.flowchart.scene import ChartScene
from comfydoctor.ui.theme import GRID, Style
from comfydoctor.ui.widgets.icon import Icons

ZOOM_STEP, SMALLEST, LARGEST = 1.15, 0.3, 2.5
READABLE = 0.72
"""Below this zoom the words are too small; the chart is then moved, not shrunk."""
ARROWS: dict[int, QPointF] = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}


class ChartView(QGraphicsView):
    """Shows one chart; the current box is in the middle.

    Signals:
        picked: id of a box that was clicked, or chosen with Return.
    """

    picked = Signal(str)

    def __init__(self, style: Style, icons: Icons) -> None:
        super().__init__()
        self._style, self._icons = style, icons
        self._current = self._focused = ""
        self._zoom = 0.0
        self.scene_: ChartScene | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setBackgroundBrush(style.colour("background"))
        self.setObjectName("flowchart")
        self.minimap = Minimap(style, self)

    def show_walk(
        self,
        chart: Flowchart,
        current: str,
        steps: Iterable[Step],
        possible: frozenset[str],
    ) -> None:
        """Show a walk; the picture is made anew only for another chart."""
        scene = self.scene_
        if scene is None or scene.chart != chart:
            scene = self.scene_ = ChartScene(self._style, self._icons, chart)
            scene.setParent(self)
            self.setScene(scene)
            self.minimap.setScene(scene)
            self._zoom = 0.0
        scene.show_walk(current, steps, possible)
        self._current = current
        self._focus_on(current)
        self.setAccessibleName(scene.sentence())
        self._arrange()

    def zoom(self, factor: float) -> None:
        """Closer or further away; kept until another chart is shown."""
        now = self._zoom or self.transform().m11()
        self._zoom = min(LARGEST, max(SMALLEST, now * factor))
        self._arrange()

    def fit(self) -> None:
        """Show the whole chart again, as far as its words stay readable."""
        self._zoom = 0.0
        self._arrange()

    def _arrange(self) -> None:
        if self.scene_ is None:
            return
        zoom = self._zoom or self._fitting()
        self.resetTransform()
        self.scale(zoom, zoom)
        self.centerOn(self.scene_.boxes[self._current])
        self.minimap.place()

    def _fitting(self) -> float:
        room, whole = self.viewport().rect(), self.sceneRect()
        if whole.isEmpty() or room.isEmpty():
            return 1.0
        fits = min(room.width() / whole.width(), room.height() / whole.height())
        return min(1.0, max(READABLE, fits))

    def _focus_on(self, node_id: str) -> None:
        if self.scene_ is None:
            return
        self._focused = node_id
        for box in self.scene_.boxes.values():
            box.set_focused(self.hasFocus() and box.node.id == node_id)

    # Qt.

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Arrows go from box to box, Return picks one, + and - zoom."""
        key = event.key()
        if key in ARROWS and self.scene_ is not None:
            self._step(ARROWS[key])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._focused:
            self.picked.emit(self._focused)
        elif key in {Qt.Key.Key_Plus, Qt.Key.Key_Equal}:
            self.zoom(ZOOM_STEP)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / ZOOM_STEP)
        elif key == Qt.Key.Key_0:
            self.fit()
        else:
            super().keyPressEvent(event)

    def _step(self, direction: QPointF) -> None:
        found = nearest(self.scene_, self._focused, direction) if self.scene_ else None
        if found is not None:
            self._focus_on(found.node.id)
            self.ensureVisible(found, self._style.px(GRID), self._style.px(GRID))
            self.setAccessibleDescription(f"{found.node.title}: {found.standing.value}")

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's
        """A double click picks a box."""
        item = self.itemAt(event.position().toPoint())
        if isinstance(item, NodeBox):
            self.picked.emit(item.node.id)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """With Ctrl the wheel zooms."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(ZOOM_STEP if event.angleDelta().y() > 0 else 1 / ZOOM_STEP)
            event.accept()
        else:
            super().wheelEvent(event)

    def focusInEvent(self, event: object) -> None:  # noqa: N802 - Qt's name
        """The keyboard came."""
        super().focusInEvent(event)  # type: ignore[arg-type]
        self._focus_on(self._focused)

    def focusOutEvent(self, event: object) -> None:  # noqa: N802 - Qt's name
        """The keyboard went."""
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self._focus_on(self._focused)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the current box in the middle."""
        super().resizeEvent(event)
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Only now is the room known."""
        super().showEvent(event)
        self._arrange()


def nearest(scene: ChartScene, start: str, direction: QPointF) -> NodeBox | None:
    """The box that lies next in a direction; sideways steps count double."""
    here = scene.boxes[start].sceneBoundingRect().center()
    best: tuple[float, NodeBox] | None = None
    for box in scene.boxes.values():
        way = box.sceneBoundingRect().center() - here
        ahead = way.x() * direction.x() + way.y() * direction.y()
        aside = abs(way.x() * direction.y()) + abs(way.y() * direction.x())
        if ahead > 1 and (best is None or ahead + 2 * aside < best[0]):
            best = (ahead + 2 * aside, box)
    return best[1] if best else None
