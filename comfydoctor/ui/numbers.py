"""What the first paint needs of the class `Qt`, which is not loaded before it.

`Qt` makes its 93 enumerations when it is first touched: 16 ms, a seventh of a bare
window's whole start. Properties take the numbers as well. ``QPainter.setPen`` and
``setBrush`` touch it, whatever they are given, so the first paint fills paths, and
its words have the colour that the style sheet gives their widget.
"""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

PLAIN_TEXT = 0
"""``Qt.TextFormat.PlainText``."""
NO_FOCUS, STRONG_FOCUS = 0, 11
"""``Qt.FocusPolicy``."""
ICON_ONLY, TEXT_ONLY, TEXT_BESIDE_ICON, TEXT_UNDER_ICON = 0, 1, 2, 3
"""``Qt.ToolButtonStyle``."""
ENTER = {0x01000004, 0x01000005}
"""``Qt.Key``: Return, and Enter of the number pad."""
LEFT_MIDDLE, CENTER, ONE_LINE = 0x81, 0x84, 0x100
"""``Qt.AlignmentFlag`` and ``Qt.TextFlag``, for `QPainter.drawText`."""
HAND_MS = 60


def no_pen() -> QPen:
    """For shapes that are only filled."""
    return QPen(QColor(0, 0, 0, 0))


def no_brush() -> QBrush:
    """For shapes that are only drawn."""
    return QBrush()


def fill(painter: QPainter, path: QPainterPath, colour: QColor) -> None:
    """Fill a path; the painter's pen and brush stay as they are."""
    pen = QPen()
    pen.setColor(colour)  # the one way to a brush of a colour without the class Qt
    painter.fillPath(path, pen.brush())


def clear() -> QColor:
    """Nothing at all, to fill a picture with."""
    return QColor(0, 0, 0, 0)


def focus(widget: QWidget, policy: int) -> None:
    """Set how a widget takes the keyboard."""
    widget.setProperty("focusPolicy", policy)


def hand(widget: QWidget) -> None:
    """The hand of what can be pressed; called when the pointer comes.

    A moment later, for a window may open under the pointer.
    """

    def show() -> None:
        from PySide6.QtCore import Qt

        widget.setCursor(Qt.CursorShape.PointingHandCursor)

    QTimer.singleShot(HAND_MS, widget, show)
