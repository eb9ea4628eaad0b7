"""What a place says when there is nothing in it, and what to do then."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from comfydoctor.ui.theme import EMPHASIS, GRID, Style
from comfydoctor.ui.widgets.card import column
from comfydoctor.ui.widgets.icon import Icons
from comfydoctor.ui.widgets.label import Label, label


class Empty(QWidget):
    """An icon, one sentence, and one more that helps."""

    def __init__(
        self, style: Style, icons: Icons, icon: str, title: str, more: str = ""
    ) -> None:
        super().__init__()
        self._icons, self._icon = icons, icon
        body = column(style, space=GRID, pad=4 * GRID)
        self.picture = Label()
        self.picture.setPixmap(icons.pixmap(icon, "muted", 32))
        self.title = label(style, title, size=EMPHASIS, bold=True, wrap=True)
        self.more = label(style, more, muted=True, wrap=True)
        for part in (self.picture, self.title, self.more):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            body.addWidget(part)
        body.insertStretch(0, 1)
        body.addStretch(1)
        self.setLayout(body)

    def say(self, title: str, more: str = "") -> None:
        """Change the words."""
        self.title.setText(title)
        self.more.setText(more)

    def refresh_icon(self) -> None:
        """Draw the icon again, when the font came later."""
        self.picture.setPixmap(self._icons.pixmap(self._icon, "muted", 32))
