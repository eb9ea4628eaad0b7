"""The frame of every dialog: a title, a body that scrolls, buttons below."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from comfydoctor.ui.stylesheet import stylesheet
from comfydoctor.ui.theme import GRID, VERDICT, Style
from comfydoctor.ui.widgets.card import Page, line
from comfydoctor.ui.widgets.label import label
from comfydoctor.ui.words import one_line


class Dialog(QDialog):
    """Never larger than the window that it belongs to."""

    def __init__(
        self, style: Style, parent: QWidget, title: str, *, wide: int = 560
    ) -> None:
        super().__init__(parent)
        self.style_ = style
        self.setWindowTitle(one_line(title, 80))
        self.setStyleSheet(stylesheet(style))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.title = label(style, one_line(title), size=VERDICT, bold=True, wrap=True)
        self.page = Page(style)
        self.body: QVBoxLayout = self.page.body
        self.body.addWidget(self.title)
        self.buttons = QHBoxLayout()
        edge = style.px(2 * GRID)
        self.buttons.setContentsMargins(edge, edge, edge, edge)
        self.buttons.setSpacing(style.px(GRID))
        self.buttons.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.page, 1)
        outer.addWidget(line())
        outer.addLayout(self.buttons)
        self._over, self._wide = parent, style.px(wide)

    def fit(self, least: int = 0) -> None:
        """Become as high as the content, at least ``least``, within the window."""
        self._least = least
        self._fit()
        # What was just added is not shown yet, and has no height before it is.
        QTimer.singleShot(0, self, self._fit)

    def _fit(self) -> None:
        room, edge = self._over.size(), self.style_.px(4 * GRID)
        wide = min(self._wide, max(320, room.width() - edge))
        body = self.body
        body.activate()
        flows = body.hasHeightForWidth()
        hint = body.totalSizeHint().height()
        inside = body.totalHeightForWidth(wide) if flows else hint
        tall = max(self.style_.px(self._least), inside + self._frame())
        self.resize(wide, min(tall, max(240, room.height() - edge)))
        if self.isVisible():
            middle = self._over.mapToGlobal(self._over.rect().center())
            self.move(middle - self.rect().center())

    def _frame(self) -> int:
        """Height of what stands around the body."""
        return self.buttons.sizeHint().height() + self.style_.px(GRID)
