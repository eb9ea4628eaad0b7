"""A card with one reading: its name, the figure, a curve, and why there is none."""

from collections.abc import Sequence

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QSizePolicy

from comfydoctor.ui.theme import CAPTION, FIGURE, GAP, Style
from comfydoctor.ui.widgets.card import Card, column, row
from comfydoctor.ui.widgets.icon import Icons
from comfydoctor.ui.widgets.label import Elided, Label, label, recolour
from comfydoctor.ui.widgets.sparkline import Sparkline
from comfydoctor.ui.words import DASH


class ReadingCard(Card):
    """Pressing it opens the chart."""

    def __init__(
        self, style: Style, icons: Icons, title: str, icon: str, colour: QColor
    ) -> None:
        super().__init__(style, pad=12, press=f"{title}: open the chart")
        self._style, self._icons, self._icon, self._title = style, icons, icon, title
        self._dim = False
        self._picture = Label()
        self._figure = label(style, DASH, size=FIGURE, bold=True)
        self._unit = label(style, "", muted=True)
        self._note = Elided(style, "", size=CAPTION, muted=True)
        self._curve = Sparkline(style, colour)
        head = label(style, title, bold=True)
        self.body.setSpacing(style.px(GAP))
        self.body.addLayout(row(style, self._picture, head, None))
        low = column(style, space=0)
        low.addStretch(1)
        low.addWidget(self._unit)
        figure = row(style, self._figure, low, None, space=GAP + 2)
        self._unit.setContentsMargins(0, 0, 0, style.px(GAP))
        self.body.addLayout(figure)
        self.body.addWidget(self._note)
        self.body.addWidget(self._curve)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.refresh_icon()

    def show_reading(
        self, figure: str, unit: str = "", note: str = "", *, stale: bool = False
    ) -> None:
        """Show a figure; a stale one is grey, and the note should say its age."""
        self._figure.setText(figure)
        self._unit.setText(unit)
        self._note.set_text(note)
        dim = stale or figure == DASH
        if dim != self._dim:
            self._dim = dim
            recolour(self._figure, self._style, "muted" if dim else "text")
        said = "no reading" if figure == DASH else f"{figure} {unit}"
        self.setAccessibleName(f"{self._title}: {said}. {note}. Open the chart")

    def show_curve(
        self, times: Sequence[float], values: Sequence[float], now: float, top: float
    ) -> None:
        """Draw the last readings."""
        self._curve.show_points(times, values, now, top)

    def refresh_icon(self) -> None:
        """Draw the icon again, when the font came later."""
        self._picture.setPixmap(self._icons.pixmap(self._icon, "muted", 18))
