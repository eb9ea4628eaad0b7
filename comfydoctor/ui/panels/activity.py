"""Activity: what we did to this server, how it went, and the way back."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from comfydoctor.model.fix import EntryState, JournalEntry
from comfydoctor.model.snapshot import Snapshot
from comfydoctor.ui.panels.now_details import Unfinished
from comfydoctor.ui.panels.panel import Panel, Setting
from comfydoctor.ui.theme import CAPTION, EMPHASIS, GRID, VERDICT, Level
from comfydoctor.ui.widgets.badge import Badge
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.card import Card, Page, clear, row
from comfydoctor.ui.widgets.empty import Empty
from comfydoctor.ui.widgets.label import label
from comfydoctor.ui.words import ago, count, losses, one_line, shown

STATES: dict[EntryState, tuple[Level, str]] = {
    EntryState.INTENT: (Level.WARNING, "Unfinished"),
    EntryState.DONE: (Level.OK, "Done"),
    EntryState.NOT_DONE: (Level.ERROR, "Not done"),
    EntryState.UNKNOWN: (Level.UNKNOWN, "Outcome not known"),
    EntryState.UNDOING: (Level.INFO, "Being undone"),
    EntryState.UNDONE: (Level.INFO, "Undone"),
}
SHOWN = 100
UNDOABLE = {EntryState.DONE, EntryState.UNKNOWN, EntryState.INTENT}


class ActivityPanel(Panel):
    """The page "Activity"."""

    id, title, icon = "done", "Activity", "history"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        style = self.style_
        page = Page(style)
        self.sentence = label(style, size=VERDICT, bold=True, wrap=True)
        self.none = Empty(
            style,
            self.icons,
            "history",
            "Nothing was changed on this server",
            "Every fix is kept here with its outcome, and can be undone where "
            "that is possible.",
        )
        self._shown: tuple[JournalEntry, ...] | None = None
        self._list = QVBoxLayout()
        self._list.setSpacing(style.px(GRID))
        self.begun = Unfinished(setting)
        self.begun.settle_wanted.connect(self.settle_wanted)
        page.body.addWidget(self.begun)
        page.body.addWidget(self.sentence)
        page.body.addLayout(self._list)
        page.body.addWidget(self.none, 1)
        page.body.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(page)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Unfinished ones first, then the newest."""
        self.begun.show_entries(snapshot.unfinished, self.now())
        begun = {entry.id for entry in snapshot.unfinished}
        entries = tuple(e for e in snapshot.activity if e.id not in begun)[:SHOWN]
        self.none.setVisible(not entries and not begun)
        if entries == self._shown:
            return
        self._shown = entries
        said = f"{count(len(entries), 'action')} on this server." if entries else ""
        self.sentence.setText(said)
        self.sentence.setVisible(bool(entries))
        clear(self._list)
        for entry in entries:
            self._list.addWidget(self._card(entry))

    def _card(self, entry: JournalEntry) -> QWidget:
        style, now = self.style_, self.now()
        card = Card(style)
        level, word = STATES[entry.state]
        title = label(style, one_line(entry.title), size=EMPHASIS, bold=True, wrap=True)
        head = row(style, Badge(style, level, word), space=12)
        head.addWidget(title, 1)
        head.addWidget(
            label(style, ago(entry.time, now), size=CAPTION, muted=True),
        )
        card.body.addLayout(head)
        if entry.said:
            card.body.addWidget(label(style, shown(entry.said, 400), wrap=True))
        if entry.loses:
            free, words = losses(entry.loses)
            lost = f"Nothing was lost. {words}" if free else f"What was lost: {words}"
            card.body.addWidget(label(style, lost.strip(), muted=True, wrap=True))
        card.body.addLayout(self._undo_row(entry, now))
        return card

    def _undo_row(self, entry: JournalEntry, now: float) -> QVBoxLayout:
        style = self.style_
        body = QVBoxLayout()
        expired = bool(entry.expires) and entry.expires < now
        if entry.state is EntryState.UNDONE:
            return body
        if not entry.undo or expired:
            why = "Its undo has expired." if expired else "It cannot be undone."
            body.addWidget(label(style, why, size=CAPTION, muted=True))
            return body
        word = "Release…" if held(entry) else "Undo…"
        undo = button(
            style,
            word,
            lambda: self.undo_wanted.emit(entry.id),
            name=f"{word[:-1]} {one_line(entry.title)}",
        )
        undo.setEnabled(entry.state in UNDOABLE)
        words = label(style, one_line(entry.undo, 300), muted=True, wrap=True)
        line = row(style, undo, space=12)
        line.addWidget(words, 1)
        body.addLayout(line)
        return body


def held(entry: JournalEntry) -> bool:
    """Whether this action holds the queue until it is taken back."""
    return entry.fix == "hold-queue" and entry.state is EntryState.DONE
