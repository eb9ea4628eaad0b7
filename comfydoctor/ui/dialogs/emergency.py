"""Emergency: the few strong remedies, one press from everywhere."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from comfydoctor.model.manager import ManagerGeneration
from comfydoctor.model.snapshot import Snapshot
from comfydoctor.ui.dialogs.dialog import Dialog
from comfydoctor.ui.panels.panel import FixAsk
from comfydoctor.ui.theme import EMPHASIS, GRID, Style
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.card import Card, column, row
from comfydoctor.ui.widgets.label import label

REMEDIES: tuple[tuple[str, str, str], ...] = (
    (
        "interrupt-job",
        "Stop the running job",
        "The job ends at the next step of its node. Waiting jobs go on.",
    ),
    (
        "clear-queue",
        "Clear the queue, keep the jobs",
        "Waiting jobs are taken out and kept here; they can be put back.",
    ),
    (
        "stop-everything",
        "Stop everything",
        "Waiting jobs are taken out and kept, then the running one is stopped.",
    ),
    (
        "free-memory",
        "Free video memory",
        "Models and caches are unloaded; the next job loads them again.",
    ),
    (
        "restart-server",
        "Restart ComfyUI",
        "Running and waiting jobs end. Needs ComfyUI-Manager.",
    ),
)

STRONGEST = {"stop-everything", "restart-server"}


class EmergencyDialog(Dialog):
    """Every remedy shows its plan before it does anything.

    Signals:
        chosen: a `FixAsk`.
    """

    chosen = Signal(object)

    def __init__(self, style: Style, parent: QWidget, snapshot: Snapshot) -> None:
        super().__init__(style, parent, "Emergency")
        intro = "Each of these shows what it will do first. Nothing happens yet."
        self.body.addWidget(label(style, intro, muted=True, wrap=True))
        self._first: QWidget | None = None
        for fix, title, about in REMEDIES:
            self.body.addWidget(self._remedy(fix, title, about, snapshot))
        self.body.addStretch(1)
        self.buttons.addWidget(button(style, "Close", self.reject))
        self.fit()

    def _remedy(self, fix: str, title: str, about: str, snapshot: Snapshot) -> QWidget:
        style = self.style_
        card = Card(style, pad=12)
        why = unfit(fix, snapshot)
        words = column(style, space=2)
        words.addWidget(label(style, title, size=EMPHASIS, bold=True, wrap=True))
        words.addWidget(label(style, why or about, muted=True, wrap=True))
        press = button(
            style,
            "Prepare…",
            lambda: self._on_chosen(fix, title),
            role="danger" if fix in STRONGEST else "",
            name=f"{title}…",
        )
        press.setEnabled(not why)
        line = row(style, space=2 * GRID)
        line.addLayout(words, 1)
        line.addWidget(press)
        card.body.addLayout(line)
        if self._first is None and not why:
            self._first = press
            press.setFocus()
        return card

    def _on_chosen(self, fix: str, title: str) -> None:
        self.accept()
        self.chosen.emit(FixAsk(fix, title=title))


def unfit(fix: str, snapshot: Snapshot) -> str:
    """Why a remedy cannot be used now, or empty."""
    if fix == "interrupt-job" and snapshot.running is None:
        return "No job is running."
    if fix == "stop-everything" and snapshot.queue_remaining == 0:
        return "Nothing runs and nothing waits."
    if fix == "clear-queue" and snapshot.queue_remaining == 0:
        return "The queue is empty."
    manager = snapshot.manager
    if fix == "restart-server" and (
        manager is None or manager.generation is ManagerGeneration.NONE
    ):
        return "Not possible from here: ComfyUI-Manager was not found."
    return ""
