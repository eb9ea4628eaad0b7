"""A combo box and a check box whose marks are painted from the tokens."""

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QComboBox

from comfydoctor.ui.theme import Style


class Choice(QComboBox):
    """A combo box with a chevron."""

    def __init__(self, style: Style, name: str) -> None:
        super().__init__()
        self._style = style
        self.setFont(style.font())
        self.setAccessibleName(name)
        self.setMinimumContentsLength(8)
        policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self.setSizeAdjustPolicy(policy)

    def offer(self, items: Iterable[tuple[str, str]]) -> "Choice":
        """Offer these: a value and its words each."""
        for value, words in items:
            self.addItem(words, value)
        return self

    @property
    def value(self) -> str:
        """Value of what is chosen."""
        return str(self.currentData())

    def choose(self, value: str) -> None:
        """Choose by value; nothing happens when it is not offered."""
        place = self.findData(value)
        if place >= 0:
            self.setCurrentIndex(place)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The box, then the chevron at its right."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(_pen(self._style, "muted"))
        middle = QPointF(self.width() - self._style.px(14), self.height() / 2)
        half = self._style.px(4)
        points = [
            middle + QPointF(-half, -half / 2),
            middle + QPointF(0, half / 2),
            middle + QPointF(half, -half / 2),
        ]
        painter.drawPolyline(points)


class Check(QCheckBox):
    """A check box with a tick."""

    def __init__(self, style: Style, text: str) -> None:
        super().__init__(text)
        self._style = style
        self.setFont(style.font())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The box, then the tick when it is checked."""
        super().paintEvent(event)
        if not self.isChecked():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(_pen(self._style, "on_accent"))
        side = self._style.px(18)
        box = QRectF(0, (self.height() - side) / 2, side, side)
        at = box.topLeft()
        points = [
            at + QPointF(0.25 * side, 0.52 * side),
            at + QPointF(0.43 * side, 0.70 * side),
            at + QPointF(0.76 * side, 0.32 * side),
        ]
        painter.drawPolyline(points)


def _pen(style: Style, colour: str) -> QPen:
    pen = QPen(style.colour(colour), 1.8 * style.scale)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen
