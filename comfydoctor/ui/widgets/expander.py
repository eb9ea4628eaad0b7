"""A line that opens to show more."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from comfydoctor.ui.theme import GRID, Style
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.card import column, row
from comfydoctor.ui.widgets.icon import Icons


class Expander(QWidget):
    """A quiet button and the part it opens."""

    def __init__(
        self, style: Style, icons: Icons, text: str, *, opened: bool = False
    ) -> None:
        super().__init__()
        self._icons, self._text = icons, text
        self.head = button(style, text, self.toggle, role="expand")
        self._part = QWidget()
        self.inside: QVBoxLayout = column(style, space=GRID)
        self._part.setLayout(self.inside)
        body = column(style, space=4)
        body.addLayout(row(style, self.head, None))
        body.addWidget(self._part)
        self.setLayout(body)
        self.open(opened)

    @property
    def opened(self) -> bool:
        """Whether the part is shown."""
        return self._opened

    def toggle(self) -> None:
        """Open when closed, close when open."""
        self.open(not self._opened)

    def open(self, opened: bool = True) -> None:
        """Show or hide the part."""
        self._opened = opened
        self._part.setVisible(opened)
        self.refresh_icon()
        state = "opened" if opened else "closed"
        self.head.setAccessibleName(f"{self._text}, {state}")

    def refresh_icon(self) -> None:
        """Draw the chevron again, when the font came later."""
        icon = "chevron-down" if self._opened else "chevron-right"
        self.head.setIcon(self._icons.icon(icon, "muted"))
