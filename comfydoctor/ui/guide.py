"""What leads from one page to another, and to fixes and their undo."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from comfydoctor.model.change import FixStepped
from comfydoctor.model.fix import FixOutcome, FixResult
from comfydoctor.model.job import Job
from comfydoctor.ui.desk import ServerDesk
from comfydoctor.ui.dialogs.emergency import EmergencyDialog
from comfydoctor.ui.dialogs.fix import FixDialog
from comfydoctor.ui.dialogs.palette import PaletteDialog
from comfydoctor.ui.dialogs.question import Question
from comfydoctor.ui.feed import Batch
from comfydoctor.ui.needs import Doctor
from comfydoctor.ui.panels.charts import ChartsPanel
from comfydoctor.ui.panels.checklists import ChecklistsPanel
from comfydoctor.ui.panels.diagnose import DiagnosePanel
from comfydoctor.ui.panels.incidents import IncidentsPanel
from comfydoctor.ui.panels.now import NowPanel
from comfydoctor.ui.panels.panel import FixAsk, Panel
from comfydoctor.ui.panels.settings import SettingsPanel
from comfydoctor.ui.shortcuts import add_shortcuts
from comfydoctor.ui.theme import SCALES, Level
from comfydoctor.ui.words import one_line

if TYPE_CHECKING:
    from comfydoctor.ui.main_window import MainWindow


class Guide(ServerDesk):
    """One for a window; imported after its first paint."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        for page in window.pages.values():
            self.adopt(page)
        self.actions = add_shortcuts(self)
        window.bridge.batch.connect(self._on_batch)
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._on_system_theme)

    # Pages.

    def adopt(self, panel: Panel) -> None:
        """Connect what a page asks for."""
        window = self.window
        if isinstance(panel, NowPanel):
            panel.walk_wanted.connect(self.walk)
            panel.explain_wanted.connect(self.explain_job)
            panel.chart_wanted.connect(self.chart)
            panel.ignore_wanted.connect(self.ignore)
        elif isinstance(panel, DiagnosePanel):
            panel.ignore_wanted.connect(self.ignore)
            panel.chart_wanted.connect(self.chart)
        elif isinstance(panel, ChecklistsPanel):
            panel.chart_wanted.connect(self.walk_chart)
        elif isinstance(panel, IncidentsPanel):
            panel.checklist_wanted.connect(self.open_checklist)
        elif isinstance(panel, SettingsPanel):
            panel.show_looks(window.remembered)
            panel.looks_changed.connect(self._on_looks)
            panel.adding_wanted.connect(self.add_server)
            panel.server_chosen.connect(lambda profile: self.open(profile, ""))
            panel.closing_wanted.connect(self.close_server)
            panel.forgetting_wanted.connect(self.forget_server)

    def walk(self) -> None:
        """From "something's wrong" to the cause."""
        panel = self.window.open_page("diagnose")
        if isinstance(panel, DiagnosePanel):
            panel.start_walk()

    def walk_chart(self, chart: str) -> None:
        """Begin one flowchart."""
        panel = self.window.open_page("diagnose")
        if isinstance(panel, DiagnosePanel):
            panel.open_chart(chart)

    def open_checklist(self, checklist: str) -> None:
        """Begin one checklist."""
        panel = self.window.open_page("checklists")
        if isinstance(panel, ChecklistsPanel):
            panel.open(checklist)

    def check(self) -> None:
        """Run every check."""
        panel = self.window.open_page("diagnose")
        if isinstance(panel, DiagnosePanel):
            panel.check()

    def explain_job(self, job: Job) -> None:
        """Why a job failed."""
        panel = self.window.open_page("diagnose")
        if isinstance(panel, DiagnosePanel):
            panel.explain_job(job)

    def chart(self, metric: str) -> None:
        """One metric over time."""
        panel = self.window.open_page("charts")
        if isinstance(panel, ChartsPanel):
            panel.show_metric(metric)

    def _on_looks(self, name: str, value: object) -> None:
        # After the signal: the page that sent it is made anew.
        self.window.set_looks(**{name: value})

    def _on_system_theme(self) -> None:
        if self.window.remembered.theme == "system":
            self.window.set_looks()

    # Fixes.

    def fix(self, ask: FixAsk) -> None:
        """Show the plan of a fix."""
        key = self.window.wards.key
        if not key or self._busy():
            return
        window = self.window
        dialog = FixDialog(window.style_, window, window.bridge, key, ask)
        dialog.applied.connect(self._on_applied)
        dialog.undo_wanted.connect(self.undo)
        self._show(dialog)

    def _on_applied(self, result: FixResult) -> None:
        for panel in self.window.pages.values():
            panel.on_fixed(result)

    def _on_batch(self, batch: Batch) -> None:
        if not isinstance(self.dialog, FixDialog):
            return
        for change in batch.changes:
            if isinstance(change, FixStepped):
                self.dialog.on_step(change.plan, change.step, change.text)

    def undo(self, entry: str) -> None:
        """Take one action back, after a question."""
        found = self._entry_words(entry)
        window = self.window
        ask = Question(
            window.style_,
            window,
            "Undo this action?",
            found,
            "Undo it",
            lambda: self._undo_now(entry),
        )
        self._show(ask)

    def undo_last(self) -> None:
        """Take the newest action back that can be."""
        ward = self.window.wards.current
        entries = ward.snapshot.activity if ward else ()
        last = next((entry for entry in entries if entry.undo), None)
        if last is None:
            self.window.say("There is nothing to undo.")
            return
        self.undo(last.id)

    def _entry_words(self, entry: str) -> str:
        ward = self.window.wards.current
        known = (*ward.snapshot.activity, *ward.snapshot.unfinished) if ward else ()
        for found in known:
            if found.id == entry:
                return f"{one_line(found.title)}. {one_line(found.undo, 400)}"
        return "What was done is put back, as far as it can be."

    def _undo_now(self, entry: str) -> None:
        key = self.window.wards.key

        def work(doctor: Doctor, _say: object) -> object:
            return doctor.undo(entry)

        self.window.say("Undoing…")
        call = self.window.bridge.ask(key, work)
        call.then(self._on_undone, self._on_failed)

    def settle(self, entry: str, how: str) -> None:
        """Bring an action that was cut off to its end."""
        key = self.window.wards.key

        def work(doctor: Doctor, _say: object) -> object:
            ways = {
                "inspect": doctor.inspect,
                "finish": doctor.finish,
                "give_up": doctor.give_up,
            }
            return ways[how](entry)

        self.window.bridge.ask(key, work).then(self._on_settled, self._on_failed)

    def _on_settled(self, result: FixResult | None) -> None:
        if result is None:
            self.window.say("It is left as it is.")
        else:
            self._on_undone(result)

    def _on_undone(self, result: FixResult) -> None:
        done = result.outcome is FixOutcome.DONE
        self.window.say(result.said, Level.OK if done else Level.ERROR)
        self._on_applied(result)

    def ignore(self, key: str) -> None:
        """Do not show a finding again."""

        def work(doctor: Doctor, _say: object) -> object:
            return doctor.ignore(key)

        self.window.bridge.ask(self.window.wards.key, work).then(None, self._on_failed)

    def emergency(self) -> None:
        """The strong remedies."""
        ward = self.window.wards.current
        if ward is None or self._busy():
            return
        dialog = EmergencyDialog(self.window.style_, self.window, ward.snapshot)
        dialog.chosen.connect(self.fix)
        dialog.undo_wanted.connect(self.undo)
        self._show(dialog)

    def palette(self) -> None:
        """Find an action by its words."""
        if not self._busy():
            window = self.window
            self._show(PaletteDialog(window.style_, window, self.actions))

    def zoom(self, step: int) -> None:
        """Larger or smaller."""
        now = self.window.remembered.scale
        near = min(range(len(SCALES)), key=lambda i: abs(SCALES[i] - now))
        place = min(len(SCALES) - 1, max(0, near + step))
        self.window.set_looks(scale=SCALES[place])
