"""Labels that never guess: text of others is shown as it stands, never as markup."""

import re
from bisect import bisect_right

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget  # noqa: TID251 - made plain

from comfydoctor.ui.numbers import LEFT_MIDDLE, ONE_LINE, PLAIN_TEXT
from comfydoctor.ui.theme import BODY, Style
from comfydoctor.ui.words import one_line, shown

LONGEST_WORD = 24
BREAK = "\u200b"
"""A place to break a line, without width."""


def breakable(text: str) -> str:
    """Allow endless words to be broken every `LONGEST_WORD` signs."""
    return re.sub(rf"(\S{{{LONGEST_WORD}}})(?=\S)", rf"\1{BREAK}", text)


class Label(QLabel):
    """A QLabel fixed to plain text.

    A default QLabel parses HTML: 240 bytes of nested tables freeze it for twelve
    seconds, and it loads ``file://`` images.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("textFormat", PLAIN_TEXT)
        self.setText(text)

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's name
        """Show ``text``, capped and without invisible signs."""
        said = shown(text)
        if self.wordWrap() and said != (broken := breakable(said)):
            said = said if self._is_copied() else broken
        if said != self.text():
            super().setText(said)

    def _is_copied(self) -> bool:
        """Whether text is taken from here, in which a `BREAK` would do harm."""
        from PySide6.QtCore import Qt  # seldom before the first paint

        can = Qt.TextInteractionFlag
        fixed = {can.LinksAccessibleByMouse, can.NoTextInteraction}
        return self.textInteractionFlags() not in fixed

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """One endless word must not make a page wider than its window."""
        hint = super().minimumSizeHint()
        if not self.wordWrap():
            return hint
        most = self.fontMetrics().averageCharWidth() * LONGEST_WORD // 2
        return QSize(min(hint.width(), most), hint.height())


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
        if muted:
            self.setProperty("role", "muted")
        self._middle = middle
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
        painter.drawText(self.rect(), LEFT_MIDDLE | ONE_LINE, self._fitting())

    def _fitting(self) -> str:
        metrics, room = self.fontMetrics(), self.width()
        if metrics.horizontalAdvance(self._text) <= room:
            return self._text
        if self._middle:
            from PySide6.QtCore import Qt

            middle = Qt.TextElideMode.ElideMiddle
            return metrics.elidedText(self._text, middle, room)
        said = [self._text[:end].rstrip() + "…" for end in range(len(self._text))]
        at = bisect_right(said, room, key=metrics.horizontalAdvance)
        return said[max(0, at - 1)]


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
    made = Label()
    made.setWordWrap(wrap)
    made.setText(text)
    made.setFont(style.font(size, bold=bold))
    if muted:
        made.setProperty("role", "muted")
    if wrap:
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
    return selectable(made)


def selectable(made: Label) -> Label:
    """Let the text be chosen and copied, exactly as it was given."""
    from PySide6.QtCore import Qt

    made.setProperty("selectable", "true")
    made.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    made.setText(made.text().replace(BREAK, ""))
    return made


def recolour(label: Label, style: Style, name: str) -> None:
    """Give a label the colour of one token."""
    palette = label.palette()
    palette.setColor(QPalette.ColorRole.WindowText, style.colour(name))
    label.setPalette(palette)
    label.setStyleSheet(f"color: {style.colour(name).name()};")
