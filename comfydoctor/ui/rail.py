"""The rail at the left: one button a page."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QToolButton

from comfydoctor.ui.numbers import ICON_ONLY, TEXT_UNDER_ICON
from comfydoctor.ui.pages import PageEntry, keys_of
from comfydoctor.ui.theme import GAP, GRID, ICON, RAIL_WIDTH, Style
from comfydoctor.ui.widgets.button import tool
from comfydoctor.ui.widgets.card import column
from comfydoctor.ui.widgets.icon import Icons

FULL, SLIM = 7 * GRID, 4 * GRID - 2
"""Heights of a button with its words, and of one without them."""
MIN_BUTTON, MARGIN = 20, 6
"""Pixels of the lowest button, and around its icon."""


class Rail(QFrame):
    """Pages as buttons; arrows move between them.

    Signals:
        chosen: id of a page.
    """

    chosen = Signal(str)

    def __init__(self, style: Style, icons: Icons, pages: Sequence[PageEntry]) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setFixedWidth(style.px(RAIL_WIDTH))
        self._style, self._icons, self._pages = style, icons, pages
        self._slim = False
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QToolButton] = {}
        body = column(style, space=GAP, pad=GAP)
        for number, page in enumerate(pages, start=1):
            if page.id == "settings":
                body.addStretch(1)
            body.addWidget(self._button(page, number))
        self.setLayout(body)
        self.refresh_icons()

    def _button(self, page: PageEntry, number: int) -> QToolButton:
        keys = keys_of(number, page.id)
        tip = f"{page.title} ({keys})" if keys else page.title
        made = tool(self._style, page.title, role="rail", tip=tip)
        made.setCheckable(True)
        made.setProperty("toolButtonStyle", TEXT_UNDER_ICON)
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        made.setFixedHeight(self._style.px(FULL))
        made.clicked.connect(lambda: self.chosen.emit(page.id))
        self._group.addButton(made)
        self.buttons[page.id] = made
        return made

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the words away where the window is too low for them."""
        super().resizeEvent(event)
        each = FULL + GAP
        slim = self.height() < self._style.px(each * len(self.buttons) + GAP)
        if slim != self._slim:
            self._narrow(slim)
        self._fit()

    def _narrow(self, slim: bool) -> None:
        self._slim = slim
        self.setFixedWidth(self._style.px(RAIL_WIDTH // 2 if slim else RAIL_WIDTH))
        for made in self.buttons.values():
            made.setProperty("toolButtonStyle", ICON_ONLY if slim else TEXT_UNDER_ICON)
        body = self.layout()
        if body is not None:
            body.setSpacing(0 if slim else self._style.px(GAP))

    def _fit(self) -> None:
        """Without their words the buttons share the height, with smaller icons."""
        room = (self.height() - 2 * self._style.px(GAP)) // len(self.buttons)
        slim = max(MIN_BUTTON, min(self._style.px(SLIM), room))
        tall = slim if self._slim else self._style.px(FULL)
        side = min(self._style.px(ICON), tall - MARGIN)
        for made in self.buttons.values():
            made.setFixedHeight(tall)
            made.setIconSize(QSize(side, side))

    def refresh_icons(self) -> None:
        """Draw the icons, when the font came later."""
        for page in self._pages:
            icon = self._icons.icon(page.icon, "muted", on="accent")
            self.buttons[page.id].setIcon(icon)

    def check(self, page_id: str) -> None:
        """Mark the page that is shown."""
        if page_id in self.buttons:
            self.buttons[page_id].setChecked(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Up and Down go from button to button."""
        from PySide6.QtCore import Qt

        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        step = steps.get(Qt.Key(event.key()))
        order = list(self.buttons.values())
        focused = next((b for b in order if b.hasFocus()), None)
        if step is None or focused is None:
            super().keyPressEvent(event)
            return
        order[(order.index(focused) + step) % len(order)].setFocus()
