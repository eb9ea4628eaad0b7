"""The decision tree in the window, and on paper: every leaf leads into its guide."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QGraphicsView,
    QVBoxLayout,
    QWidget,
)

from comfydoctor.errors import DoctorError
from comfydoctor.model.flowchart import Flowchart
from comfydoctor.ui.flowchart.export import KINDS, Print, export
from comfydoctor.ui.flowchart.tree import TITLE, Ink, TreeScene
from comfydoctor.ui.theme import EMPHASIS, GRID, Style
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.card import row
from comfydoctor.ui.widgets.label import label


class TreePage(QWidget):
    """All symptoms with their first question.

    Signals:
        chosen: id of the flowchart whose line was pressed.
        closed: back to where one came from.
        failed: exception that kept the page from being saved.
        saved: path of the file.
    """

    chosen = Signal(str)
    closed = Signal()
    failed = Signal(object)
    saved = Signal(str)

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._style = style
        self._charts: tuple[Flowchart, ...] = ()
        self.view = _Fitting()
        self.view.setBackgroundBrush(style.colour("surface"))
        self.view.setAccessibleName(TITLE)
        back = button(style, "Back to Diagnose", self.closed.emit, role="quiet")
        save = button(style, "Save or print…", self._on_save)
        heading = label(style, "The decision tree", size=EMPHASIS, bold=True)
        head = row(style, back, heading, None, save, space=12)
        edge = style.px(GRID)
        head.setContentsMargins(2 * edge, edge, 2 * edge, edge)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(head)
        outer.addWidget(self.view, 1)

    def show_charts(self, charts: tuple[Flowchart, ...]) -> None:
        """Draw these; nothing is made anew when they are the same."""
        if charts == self._charts:
            return
        self._charts = charts
        room = self.view.viewport()
        ratio = max(0.5, room.width() / max(1, room.height()))
        scene = TreeScene(self._style, charts, ratio, Ink.of(self._style))
        scene.setParent(self)
        scene.picked.connect(self.chosen)
        self.view.setScene(scene)
        self.view.fit()

    def save(self, path: Path) -> None:
        """Write the page for paper: black on white, shapes instead of colours."""
        wanted = Print(path, title=TITLE)
        scene = TreeScene(Style(), self._charts, wanted.paper.ratio, Ink.black())
        try:
            export(scene, wanted)
        except (DoctorError, OSError) as error:
            self.failed.emit(error)
        else:
            self.saved.emit(str(path))

    def _on_save(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self, "Save the decision tree", "ComfyUI decision tree.pdf", KINDS
        )
        if path:
            self.save(Path(path))


class _Fitting(QGraphicsView):
    """Shows its whole scene as wide as it is."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)

    def fit(self) -> None:
        whole = self.sceneRect()
        if not whole.isEmpty():
            zoom = self.viewport().width() / whole.width()
            self.resetTransform()
            self.scale(zoom, zoom)
            self.ensureVisible(0, 0, 1, 1, 0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self.fit()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.fit()
