"""A severity as shape, word and colour on its soft ground."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from comfydoctor.ui.numbers import CENTER, LEFT_MIDDLE, fill, no_pen
from comfydoctor.ui.theme import CAPTION, WORDS, Level, Style
from comfydoctor.ui.widgets.shape import paint_shape
from comfydoctor.ui.words import one_line


class Badge(QWidget):
    """Shape and word; never colour alone."""

    def __init__(self, style: Style, level: Level, word: str = "") -> None:
        super().__init__()
        self._style = style
        self.setFont(style.font(CAPTION, bold=True))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._level = level
        self._colour_words()
        self.set_level(level, word)

    def set_level(self, level: Level, word: str = "") -> None:
        """Change level and word; the level's own word when none is given."""
        if level is not self._level:
            self._level = level
            self._colour_words()
        self._word = one_line(word or WORDS[level], 60)
        self.setAccessibleName(self._word)
        self.updateGeometry()
        self.update()

    def _colour_words(self) -> None:
        self.setStyleSheet(f"color: {self._style.colours.level(self._level)};")

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Shape, gap, word and the ground around them."""
        wide = self.fontMetrics().horizontalAdvance(self._word)
        return QSize(wide + self._style.px(34), self._style.px(24))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw ground, shape and word."""
        style, colours = self._style, self._style.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground, round_ = QPainterPath(), self.height() / 2
        ground.addRoundedRect(QRectF(self.rect()), round_, round_)
        fill(painter, ground, QColor(colours.tint(self._level)))
        side = style.px(10)
        box = QRectF(style.px(9), (self.height() - side) / 2, side, side)
        colour = QColor(colours.level(self._level))
        paint_shape(painter, self._level, box, colour)
        room = self.rect().adjusted(style.px(25), 0, -style.px(4), 0)
        painter.drawText(room, LEFT_MIDDLE, self._word)


class Simulated(QWidget):
    """The striped tag that every screen with simulated data carries."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._style = style
        self.setFont(style.font(CAPTION, bold=True))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Simulated data, not a real server")

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The word and the stripes beside it."""
        wide = self.fontMetrics().horizontalAdvance("Simulated")
        return QSize(wide + self._style.px(40), self._style.px(24))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw slanting stripes left and right of the word."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, edge = self._style.colours, self._style.px(14)
        round_ = self._style.px(4)
        painter.setPen(no_pen())
        painter.setBrush(QColor(colours.warning_tint))
        painter.drawRoundedRect(self.rect(), round_, round_)
        self._stripes(painter, 0, edge)
        self._stripes(painter, self.width() - edge, edge)
        painter.setPen(QColor(colours.warning))
        painter.drawText(self.rect(), CENTER, "Simulated")

    def _stripes(self, painter: QPainter, left: int, wide: int) -> None:
        painter.save()
        painter.setClipRect(left, 0, wide, self.height())
        pen = QPen()
        pen.setColor(QColor(self._style.colours.warning))
        pen.setWidthF(self._style.px(2))
        painter.setPen(pen)
        step, high = self._style.px(6), self.height()
        for x in range(left - high, left + wide + high, step):
            painter.drawLine(x, high, x + high, 0)
        painter.restore()
