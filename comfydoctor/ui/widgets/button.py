"""Buttons with a role; their words are verbs with an object."""

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtGui import QEnterEvent, QKeyEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolButton

from comfydoctor.ui.numbers import ENTER, STRONG_FOCUS, focus, hand
from comfydoctor.ui.theme import BODY, CAPTION, ICON, Style
from comfydoctor.ui.widgets.icon import Icons
from comfydoctor.ui.widgets.tooltip import set_tip
from comfydoctor.ui.words import button_text

ROOM = "\u2009"
"""A thin space: Qt's own gap beside an icon does not scale."""


class _Push(QPushButton):
    """With the hand of what can be pressed; Return presses it, too."""

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 - Qt's name
        hand(self)
        super().enterEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() in ENTER:
            self.click()
        else:
            super().keyPressEvent(event)


class _Tool(QToolButton):
    """With the hand of what can be pressed; Return presses it, too."""

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 - Qt's name
        hand(self)
        super().enterEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() not in ENTER:
            super().keyPressEvent(event)
        elif self.menu() is not None:
            self.showMenu()
        else:
            self.click()


def button(
    style: Style,
    text: str,
    pressed: Callable[[], object] | None = None,
    *,
    role: str = "",
    name: str = "",
    tip: str = "",
) -> QPushButton:
    """A push button; ``role`` is primary, danger, quiet, choice, segment or none."""
    made = _Push(button_text(text))
    made.setFont(style.font(BODY, bold=role == "primary"))
    made.setProperty("role", role)
    made.setAccessibleName(name or text)
    made.setAutoDefault(False)
    made.setIconSize(QSize(style.px(ICON - 2), style.px(ICON - 2)))
    made.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
    set_tip(made, tip)
    if pressed is not None:
        made.clicked.connect(lambda _checked=False: pressed())
    return made


def iconed(made: QPushButton, icons: Icons, name: str, colour: str = "text") -> None:
    """Put an icon before the words of a button, with room that grows with them."""
    made.setIcon(icons.icon(name, colour))
    if not made.text().startswith(ROOM):
        made.setText(ROOM + made.text())


def tool(
    style: Style,
    text: str,
    *,
    name: str = "",
    tip: str = "",
    role: str = "quiet",
) -> QToolButton:
    """A flat button for bars; icon beside or above its words."""
    made = _Tool()
    made.setText(button_text(text))
    made.setFont(style.font(CAPTION if role == "rail" else BODY))
    made.setProperty("role", role)
    made.setAccessibleName(name or text)
    focus(made, STRONG_FOCUS)
    made.setIconSize(QSize(style.px(ICON), style.px(ICON)))
    set_tip(made, tip)
    return made
