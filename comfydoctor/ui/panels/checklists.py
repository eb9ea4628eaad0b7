"""Checklists: which there are, and one that fills itself in while one looks."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout

from comfydoctor.model.checklist import ChecklistEntry
from comfydoctor.model.snapshot import Snapshot
from comfydoctor.ui.panels.checklist import ChecklistPage
from comfydoctor.ui.panels.panel import FixAsk, Panel, Setting
from comfydoctor.ui.theme import CAPTION, EMPHASIS, VERDICT, Level
from comfydoctor.ui.widgets.card import Card, Page
from comfydoctor.ui.widgets.empty import Empty
from comfydoctor.ui.widgets.flow import Flow
from comfydoctor.ui.widgets.label import label
from comfydoctor.ui.words import ago, count

ABOUT = "Each fills itself in where a look can tell. What is left is yours to tick."


class ChecklistsPanel(Panel):
    """The page "Checklists".

    Signals:
        chart_wanted: id of a flowchart to walk.
    """

    chart_wanted = Signal(str)

    id, title, icon = "checklists", "Checklists", "clipboard-text-outline"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        style = self.style_
        self._key = ""
        self.cards: dict[str, Card] = {}
        self.page = Page(style)
        self.page.body.addWidget(
            label(style, "Checklists", size=VERDICT, bold=True, wrap=True)
        )
        self.page.body.addWidget(label(style, ABOUT, muted=True, wrap=True))
        self.empty = Empty(
            style,
            self.icons,
            self.icon,
            "No server is looked at",
            "Checklists look at a ComfyUI. Add one, or open the demo.",
        )
        self.grid = Flow(style, 300, most=3)
        self.page.body.addWidget(self.empty)
        self.page.body.addWidget(self.grid)
        self.page.body.addStretch(1)
        self.run = ChecklistPage(setting)
        self._sides = QStackedLayout(self)
        self._sides.addWidget(self.page)
        self._sides.addWidget(self.run)
        self._connect()

    def _connect(self) -> None:
        self.run.closed.connect(self.close_run)
        self.run.fix_wanted.connect(lambda fix: self.fix_wanted.emit(FixAsk(fix)))
        self.run.chart_wanted.connect(self.chart_wanted)
        self.run.failed.connect(self._on_failed)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Ask for the list once for each server."""
        self.empty.hide()
        if self._key != self.key:
            self._key = self.key
            self.close_run()

    def open(self, checklist: str) -> None:
        """Begin a run."""
        self.run.begin(self.key, checklist)
        self._sides.setCurrentWidget(self.run)

    def close_run(self) -> None:
        """Back to the list."""
        self._sides.setCurrentWidget(self.page)
        call = self.bridge.ask(self.key, lambda d, _say: d.checklists.entries())
        call.then(self._on_entries, self._on_failed)

    def tick(self) -> None:
        """A second passed."""
        if self._sides.currentWidget() is self.run:
            self.run.tick()

    def _on_entries(self, entries: tuple[ChecklistEntry, ...]) -> None:
        self.cards = {entry.id: self._card(entry) for entry in entries}
        self.grid.set_items(list(self.cards.values()))

    def _card(self, entry: ChecklistEntry) -> Card:
        style = self.style_
        made = Card(style, press=f"Begin: {entry.title}")
        made.pressed.connect(partial(self.open, entry.id))
        made.body.addWidget(
            label(style, entry.title, size=EMPHASIS, bold=True, wrap=True)
        )
        made.body.addWidget(label(style, entry.about, wrap=True))
        said = count(entry.tasks, "task")
        if entry.minutes:
            said += f" · {entry.minutes} min"
        if entry.last:
            said += f" · last {ago(entry.last, self.now())}"
        made.body.addWidget(label(style, said, size=CAPTION, muted=True))
        made.body.addStretch(1)
        return made

    def _on_failed(self, error: Exception) -> None:
        self.said.emit(str(error), Level.ERROR)
