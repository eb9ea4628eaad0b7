"""Cards and the layouts on the 8 px grid."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from comfydoctor.ui.numbers import NO_FOCUS, STRONG_FOCUS, focus, hand
from comfydoctor.ui.theme import GAP, GRID, Style


class Card(QFrame):
    """A surface with a hairline; can be made to act like a button.

    Signals:
        pressed: clicked, or Return or Space while it has the focus.
    """

    pressed = Signal()

    def __init__(self, style: Style, *, pad: int = 2 * GRID, press: str = "") -> None:
        super().__init__()
        self.setObjectName("card")
        self._press = bool(press)
        self.body = column(style, space=GRID, pad=pad)
        self.setLayout(self.body)
        if press:
            self.setProperty("press", "true")
            self.setAccessibleName(press)
            focus(self, STRONG_FOCUS)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 - Qt's name
        """The pointer came."""
        if self._press:
            hand(self)
        super().enterEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click on a card that acts."""
        if self._press and self.rect().contains(event.position().toPoint()):
            self.pressed.emit()
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Return and Space on a card that acts."""
        from PySide6.QtCore import Qt

        keys = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}
        if self._press and event.key() in keys:
            self.pressed.emit()
            return
        super().keyPressEvent(event)


class _Inside(QWidget):
    """As high as its words need at its width, and no higher."""

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        hint, layout = super().minimumSizeHint(), self.layout()
        flows = layout is not None and layout.hasHeightForWidth()
        return QSize(hint.width(), 0) if flows else hint


class Page(QScrollArea):
    """A page that scrolls; its content is as wide as the view where it can be."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        focus(self, NO_FOCUS)
        self.inside = _Inside()
        self.inside.setObjectName("page")
        self.body = column(style, space=2 * GRID, pad=3 * GRID)
        self.inside.setLayout(self.body)
        self.setWidget(self.inside)


def column(style: Style, *, space: int = GRID, pad: int = 0) -> QVBoxLayout:
    """Things below one another."""
    made = QVBoxLayout()
    edge = style.px(pad) if pad else 0
    made.setContentsMargins(edge, edge, edge, edge)
    made.setSpacing(style.px(space) if space else 0)
    return made


def row(style: Style, *items: object, space: int = GRID, pad: int = 0) -> QHBoxLayout:
    """Things beside one another: widgets, layouts, and None for a stretch."""
    made = QHBoxLayout()
    edge = style.px(pad) if pad else 0
    made.setContentsMargins(edge, edge, edge, edge)
    made.setSpacing(style.px(space) if space else 0)
    for item in items:
        if item is None:
            made.addStretch(1)
        elif isinstance(item, QWidget):
            made.addWidget(item)
        elif isinstance(item, QLayout):
            made.addLayout(item)
    return made


def line() -> QFrame:
    """A hairline across."""
    made = QFrame()
    made.setObjectName("line")
    made.setFixedHeight(1)
    made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return made


def inset(style: Style) -> tuple[QFrame, QVBoxLayout]:
    """A toned ground inside a card, and the column on it."""
    made = QFrame()
    made.setObjectName("inset")
    body = column(style, space=GAP, pad=12)
    made.setLayout(body)
    return made, body


def clear(layout: QLayout) -> None:
    """Take everything out of a layout; the widgets go too."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.setParent(None)
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear(inner)
            inner.deleteLater()
