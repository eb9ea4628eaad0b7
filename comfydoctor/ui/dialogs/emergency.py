"""Emergency: the five that matter when everything burns, in the right order."""

from functools import partial
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from comfydoctor.model.fix import EntryState, JournalEntry
from comfydoctor.model.server import Reach
from comfydoctor.model.snapshot import Snapshot
from comfydoctor.ui.dialogs.dialog import Dialog
from comfydoctor.ui.panels.panel import FixAsk
from comfydoctor.ui.theme import CAPTION, EMPHASIS, GRID, VERDICT, Style
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.card import Card, column, row
from comfydoctor.ui.widgets.label import label, recolour

PUT_BACK = "put-back"
"""Stands for the undo of the newest action that keeps jobs."""
KEEPERS = {"stop-everything", "clear-queue", "hold-queue", "restart-server"}


class Remedy(NamedTuple):
    """One of the five: what it does, and what it costs."""

    fix: str
    title: str
    about: str
    lost: str
    press: str


REMEDIES: tuple[Remedy, ...] = (
    Remedy(
        "stop-everything",
        "Stop everything",
        "Waiting jobs are taken out and kept here, then the running one is stopped.",
        "Lost: what the running job has computed so far.",
        "Stop…",
    ),
    Remedy(
        "free-memory",
        "Free the memory",
        "All models and cached results are unloaded.",
        "Lost: only speed, the next job starts cold.",
        "Free…",
    ),
    Remedy(
        "restart-server",
        "Restart ComfyUI",
        "Kept jobs are put back afterwards, without the one that hung.",
        "Lost: the list of finished jobs and the running job; files stay.",
        "Restart…",
    ),
    Remedy(
        "find-bad-pack",
        "Find the node pack that breaks it",
        "A second ComfyUI is started with halves of your packs; yours goes on.",
        "Lost: nothing.",
        "Find…",
    ),
    Remedy(
        PUT_BACK,
        "Put the jobs back",
        "Jobs that were kept here go back into the queue, each in its place.",
        "Lost: nothing.",
        "Put back…",
    ),
)
"""Stop, free, restart, find the cause, go on; what costs least comes first."""
START = Remedy(
    "start-server",
    "Start ComfyUI",
    "It has ended. On this computer it is started as it ran before.",
    "Lost: nothing. Kept jobs can be put back afterwards.",
    "Start…",
)
"""Takes the place of the restart while nobody answers."""
NEEDS_ANSWER = {"stop-everything", "free-memory", PUT_BACK}


class EmergencyDialog(Dialog):
    """Every remedy shows its plan before it does anything.

    Signals:
        chosen: a `FixAsk`.
        undo_wanted: id of the entry whose jobs are to be put back.
    """

    chosen = Signal(object)
    undo_wanted = Signal(str)

    def __init__(self, style: Style, parent: QWidget, snapshot: Snapshot) -> None:
        super().__init__(style, parent, "Emergency")
        intro = "From the top down. Each shows what it will do; nothing happens yet."
        self.body.addWidget(label(style, intro, muted=True, wrap=True))
        self._first: QWidget | None = None
        self._kept = kept_jobs(snapshot)
        for place, remedy in enumerate(remedies(snapshot), start=1):
            self.body.addWidget(self._remedy(place, remedy, snapshot))
        self.body.addStretch(1)
        self.buttons.addWidget(button(style, "Close", self.reject))
        self.fit()

    def _remedy(self, place: int, remedy: Remedy, snapshot: Snapshot) -> QWidget:
        style = self.style_
        card = Card(style, pad=12)
        why = unfit(remedy.fix, snapshot)
        number = label(style, str(place), size=VERDICT, bold=True)
        number.setMinimumWidth(style.px(3 * GRID))
        number.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        recolour(number, style, "muted" if why else "accent")
        words = column(style, space=2)
        words.addWidget(label(style, remedy.title, size=EMPHASIS, bold=True, wrap=True))
        words.addWidget(label(style, why or remedy.about, muted=True, wrap=True))
        if not why:
            words.addWidget(label(style, remedy.lost, size=CAPTION, wrap=True))
        line = row(style, number, space=2 * GRID)
        line.addLayout(words, 1)
        line.addWidget(self._press(remedy, enabled=not why))
        card.body.addLayout(line)
        return card

    def _press(self, remedy: Remedy, *, enabled: bool) -> QWidget:
        made = button(
            self.style_,
            remedy.press,
            partial(self._on_chosen, remedy.fix, remedy.title),
            role="primary" if enabled and self._first is None else "",
            name=f"{remedy.title}…",
        )
        made.setEnabled(enabled)
        made.setMinimumWidth(self.style_.px(12 * GRID))
        if enabled and self._first is None:
            self._first = made
            made.setFocus()
        return made

    def _on_chosen(self, fix: str, title: str) -> None:
        self.accept()
        if fix == PUT_BACK and self._kept is not None:
            self.undo_wanted.emit(self._kept.id)
        else:
            self.chosen.emit(FixAsk(fix, title=title))


def remedies(snapshot: Snapshot) -> tuple[Remedy, ...]:
    """The five for this moment: what has ended is started, not restarted."""
    down = snapshot.connection.reach is Reach.DOWN
    return tuple(
        START if down and one.fix == "restart-server" else one for one in REMEDIES
    )


def unfit(fix: str, snapshot: Snapshot) -> str:
    """Why a remedy cannot be used now, or empty."""
    if fix in NEEDS_ANSWER and snapshot.connection.reach is Reach.DOWN:
        return "ComfyUI does not answer: start it first."
    if fix == "stop-everything" and snapshot.queue_remaining == 0:
        return "Nothing runs and nothing waits."
    simulated = snapshot.info is not None and snapshot.info.simulated
    if fix == "find-bad-pack" and simulated:
        return "The demo has no node packs on this computer."
    if fix == PUT_BACK:
        kept = kept_jobs(snapshot)
        return "" if kept else "No jobs are kept here."
    return ""


def kept_jobs(snapshot: Snapshot) -> JournalEntry | None:
    """The newest action that keeps jobs which can be put back."""
    states = {EntryState.DONE, EntryState.UNKNOWN, EntryState.NOT_DONE}
    for entry in snapshot.activity:
        if entry.fix in KEEPERS and entry.undo and entry.state in states:
            return entry
    return None
