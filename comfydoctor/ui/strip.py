"""The strip at the bottom: our last action, and what watching costs."""

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame

from comfydoctor.model.snapshot import OwnCost, Snapshot
from comfydoctor.ui.theme import CAPTION, GRID, STRIP_HEIGHT, Style
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.card import row
from comfydoctor.ui.widgets.label import Elided, label
from comfydoctor.ui.widgets.tooltip import set_tip
from comfydoctor.ui.words import THIN, ago, number, one_line, size

if TYPE_CHECKING:
    from comfydoctor.model.fix import JournalEntry

NARROW = 600
COST_TIP = "What watching costs: processor and memory of this computer, and requests"


class Strip(QFrame):
    """Quiet; never takes the keyboard but for Undo.

    Signals:
        undo_wanted: id of the last action.
    """

    undo_wanted = Signal(str)

    def __init__(self, style: Style) -> None:
        super().__init__()
        self.setObjectName("strip")
        self.setFixedHeight(style.px(STRIP_HEIGHT + 4))
        self._style = style
        self._entry = ""
        self._said = Elided(style, "", size=CAPTION, muted=True)
        self._undo = button(style, "Undo…", self._on_undo, role="quiet")
        self._undo.setFont(style.font(CAPTION, bold=True))
        self._undo.setFixedHeight(style.px(24))
        self._undo.setStyleSheet("min-height: 0;")
        self._cost = label(style, "", size=CAPTION, muted=True)
        set_tip(self._cost, COST_TIP)
        body = row(style, space=GRID)
        body.addWidget(self._said, 1)
        body.addWidget(self._undo)
        body.addWidget(self._cost)
        body.setContentsMargins(style.px(2 * GRID), 0, style.px(2 * GRID), 0)
        self.setLayout(body)
        self._undo.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """In a narrow window our last action matters more than our cost."""
        super().resizeEvent(event)
        self._cost.setVisible(self.width() >= self._style.px(NARROW))

    def say(self, text: str) -> None:
        """Show some words when there is no action to show."""
        self._said.set_text(text)
        self._undo.hide()

    def show_snapshot(self, snapshot: Snapshot, now: float) -> None:
        """The newest action and our cost."""
        self._cost.setText(cost_words(snapshot.cost))
        last = snapshot.activity[0] if snapshot.activity else None
        if last is None:
            self.say("Nothing was changed on this server.")
            return
        self._entry = last.id
        self._said.set_text(activity_words(last, now))
        undoable = bool(last.undo) and last.state.name == "DONE"
        self._undo.setVisible(undoable and (not last.expires or last.expires > now))

    def _on_undo(self) -> None:
        self.undo_wanted.emit(self._entry)


def activity_words(entry: "JournalEntry", now: float) -> str:
    """``Queue parked, 5 jobs kept · 4 min ago``."""
    said = one_line(entry.said) or one_line(entry.title)
    return f"{said} · {ago(entry.time, now)}"


def cost_words(cost: OwnCost) -> str:
    """``0.4 % CPU · 58 MB · 42 requests/min``; what is not known is left out."""
    parts = []
    if not math.isnan(cost.cpu_percent):
        parts.append(f"{number(cost.cpu_percent, 1)}{THIN}% CPU")
    if not math.isnan(cost.ram_bytes):
        parts.append(size(cost.ram_bytes))
    if not math.isnan(cost.requests_per_minute):
        parts.append(f"{number(cost.requests_per_minute)} requests/min")
    return "Own cost: " + " · ".join(parts) if parts else ""
