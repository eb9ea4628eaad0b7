"""The row above charts: how much time, pause, and saving what is shown."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QFileDialog, QPushButton

from comfydoctor.errors import DoctorError
from comfydoctor.ui.charts.saving import save_picture, save_table, table_of
from comfydoctor.ui.theme import CAPTION, Style
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.card import row
from comfydoctor.ui.widgets.label import label

if TYPE_CHECKING:
    from comfydoctor.ui.charts.group import ChartGroup

SPANS: tuple[tuple[str, float], ...] = (
    ("5 min", 300.0),
    ("1 h", 3600.0),
    ("24 h", 86_400.0),
    ("7 d", 604_800.0),
    ("30 d", 2_592_000.0),
    ("1 y", 31_536_000.0),
)
KINDS = "Picture (*.png);;Table (*.csv)"
HINT = "Ctrl and wheel zoom, a drag goes back in time, a double click to now."


class Tools:
    """Buttons for one group of charts."""

    def __init__(self, style: Style, group: "ChartGroup") -> None:
        self._style, self._group = style, group
        self._choice = QButtonGroup(group)
        self.spans: list[QPushButton] = [self._span(*span) for span in SPANS]
        self.pause = button(style, "Pause", group.toggle_pause)
        self.save = button(style, "Save…", self._on_save)
        self.save.setToolTip("The charts as a picture, or their values as a table")
        self.said = label(style, "", size=CAPTION, muted=True)
        self.row = row(style, space=0)
        for made in self.spans:
            self.row.addWidget(made)
        self.row.addStretch(1)
        for widget in (self.said, self.save, self.pause):
            self.row.addWidget(widget)
            self.row.addSpacing(style.px(8) if widget is not self.pause else 0)

    def _span(self, title: str, seconds: float) -> QPushButton:
        set_span = partial(self._group.set_span, seconds)
        made = button(self._style, title, set_span, role="segment")
        made.setCheckable(True)
        made.setChecked(seconds == SPANS[0][1])
        made.setAccessibleName(f"Show the last {title}")
        made.setToolTip(HINT)
        self._choice.addButton(made)
        return made

    def show_span(self, seconds: float) -> None:
        """Mark the button of a stretch; after a zoom there may be none."""
        self._choice.setExclusive(False)
        for made, (_, span) in zip(self.spans, SPANS, strict=True):
            made.setChecked(span == seconds)
        self._choice.setExclusive(True)

    def save_to(self, path: Path) -> None:
        """Write what is shown; a table when the name ends so. Says what came of it."""
        try:
            if path.suffix.lower() == ".csv":
                text = table_of(self._group.shown(), *self._group.window_shown())
                save_table(text, path)
            else:
                save_picture(self._group.picture, path)
        except DoctorError as error:
            self.said.setText(str(error))
        else:
            self.said.setText(f"Saved as {path.name}")

    def _on_save(self) -> None:
        name, kind = QFileDialog.getSaveFileName(
            self._group, "Save what is shown", "ComfyUI readings.png", KINDS
        )
        if name:
            path = Path(name)
            ending = ".csv" if "csv" in kind else ".png"
            self.save_to(path if path.suffix else path.with_suffix(ending))
