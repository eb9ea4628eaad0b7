"""Grey bars where text will be: a page is never blank while it waits."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from comfydoctor.ui.theme import Style


class Skeleton(QWidget):
    """Resting bars of text height; they do not move."""

    def __init__(
        self, style: Style, *shares: float, name: str = "Not read yet"
    ) -> None:
        super().__init__()
        self._style = style
        self._shares = shares or (0.9, 0.6)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(style.px(24) * len(self._shares))
        self.setAccessibleName(name)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """One line a bar."""
        return QSize(self._style.px(160), self.height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the bars."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._style.colour("skeleton"))
        step, high, round_ = (self._style.px(n) for n in (24, 12, 4))
        for index, share in enumerate(self._shares):
            top = index * step + (step - high) / 2
            bar = QRectF(0, top, self.width() * share, high)
            painter.drawRoundedRect(bar, round_, round_)
