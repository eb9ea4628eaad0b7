"""A flat bar for a share, or for work whose end is not known."""

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from comfydoctor.ui.theme import Style
from comfydoctor.ui.words import share


class Meter(QWidget):
    """How much of the whole; NaN draws an empty, dashed track."""

    def __init__(self, style: Style, name: str, colour: QColor | None = None) -> None:
        super().__init__()
        self._style, self._name = style, name
        self._colour = colour or style.colour("accent")
        self._share = math.nan
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(style.px(8))
        self.set_share(math.nan)

    def set_share(self, value: float) -> None:
        """0..1, NaN when it is not known."""
        self._share = value
        said = "not known" if math.isnan(value) else share(100 * value)
        self.setAccessibleName(f"{self._name}: {said}")
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Some width to start with."""
        return QSize(self._style.px(120), self._style.px(8))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the track and what is filled of it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._style.colour("skeleton"))
        round_ = self.height() / 2
        box = QRectF(self.rect())
        painter.drawRoundedRect(box, round_, round_)
        if math.isnan(self._share):
            return
        painter.setBrush(self._colour)
        box.setWidth(max(box.height(), box.width() * min(1.0, max(0.0, self._share))))
        if self._share > 0:
            painter.drawRoundedRect(box, round_, round_)
