"""Labels that never guess: text of others is shown as it stands, never as markup."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget  # noqa: TID251 - made plain

from comfydoctor.ui.theme import BODY, Style
from comfydoctor.ui.words import one_line, shown


class Label(QLabel):
    """A QLabel fixed to plain text.

    A default QLabel parses HTML: 240 bytes of nested tables freeze it for twelve
    seconds, and it loads ``file://`` images.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's name
        """Show ``text``, capped and without invisible signs."""
        said = shown(text)
        if said != self.text():
            super().setText(said)


class Elided(QWidget):
    """One line that ends in … where the room ends; readers hear all of it."""

    def __init__(
        self,
        style: Style,
        text: str = "",
        *,
        size: int = BODY,
        bold: bool = False,
        muted: bool = False,
        middle: bool = False,
    ) -> None:
        super().__init__()
        self._colour = style.colour("muted" if muted else "text")
        self._mode = (
            Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
        )
        self.setFont(style.font(size, bold=bold))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._text = ""
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Show one line of ``text``."""
        said = one_line(text, 400)
        if said == self._text:
            return
        self._text = said
        self.setAccessibleName(said)
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """The whole text."""
        return self._text

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as the text, as high as a line."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._text) + 2, metrics.height() + 2)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A few letters."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance("mmm…"), metrics.height() + 2)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the elided line."""
        painter = QPainter(self)
        painter.setPen(self._colour)
        said = self.fontMetrics().elidedText(self._text, self._mode, self.width())
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(self.rect(), flags | Qt.TextFlag.TextSingleLine, said)


def label(
    style: Style,
    text: str = "",
    *,
    size: int = BODY,
    bold: bool = False,
    muted: bool = False,
    wrap: bool = False,
) -> Label:
    """A plain label in one of the window's faces."""
    made = Label(text)
    made.setFont(style.font(size, bold=bold))
    if muted:
        made.setProperty("role", "muted")
    if wrap:
        made.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        made.setSizePolicy(policy)
    return made


def quote(style: Style, text: str, *, lines: int = 12) -> Label:
    """Words of a server or a file, in their own look; selectable."""
    made = Label("\n".join(shown(text, 4000).splitlines()[:lines]))
    made.setFont(style.font(12, mono=True))
    made.setProperty("role", "quote")
    made.setWordWrap(True)
    made.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return made


def recolour(label: Label, style: Style, name: str) -> None:
    """Give a label the colour of one token."""
    palette = label.palette()
    palette.setColor(QPalette.ColorRole.WindowText, style.colour(name))
    label.setPalette(palette)
    label.setStyleSheet(f"color: {style.colour(name).name()};")
