"""Dialogs, shortcuts and what leads from one page to another."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog

from comfydoctor.model.change import FixStepped
from comfydoctor.model.fix import FixOutcome, FixResult
from comfydoctor.model.job import Job
from comfydoctor.model.server import ServerProfile
from comfydoctor.ui.call import Call
from comfydoctor.ui.dialogs.emergency import EmergencyDialog
from comfydoctor.ui.dialogs.fix import FixDialog
from comfydoctor.ui.dialogs.palette import PaletteDialog
from comfydoctor.ui.dialogs.question import Question
from comfydoctor.ui.dialogs.start import StartDialog
from comfydoctor.ui.feed import Batch
from comfydoctor.ui.needs import Doctor, Office
from comfydoctor.ui.pages import PAGES
from comfydoctor.ui.panels.charts import ChartsPanel
from comfydoctor.ui.panels.diagnose import DiagnosePanel
from comfydoctor.ui.panels.now import NowPanel
from comfydoctor.ui.panels.panel import FixAsk, Panel
from comfydoctor.ui.panels.settings import SettingsPanel
from comfydoctor.ui.theme import SCALES, Level
from comfydoctor.ui.words import one_line

if TYPE_CHECKING:
    from comfydoctor.ui.main_window import MainWindow


class Guide(QObject):
    """One for a window; imported after its first paint."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.window = window
        self.dialog: QDialog | None = None
        self.actions: list[QAction] = []
        self._undoing: Call | None = None
        for page in window.pages.values():
            self.adopt(page)
        self._add_actions()
        window.bridge.batch.connect(self._on_batch)

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
        self._undoing = self.window.bridge.ask(key, work)
        self._undoing.then(self._on_undone, self._on_failed)

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

    def _on_failed(self, error: Exception) -> None:
        self.window.say(str(error), Level.ERROR)

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
        self._show(dialog)

    # Servers.

    def add_server(self) -> None:
        """Find a server, type one, or open the demo."""
        if self._busy():
            return
        window = self.window
        dialog = StartDialog(window.style_, window, window.icons, window.bridge)
        dialog.opened.connect(self.open)
        dialog.demo_wanted.connect(self.demo)
        self._show(dialog)

    def open(self, profile: ServerProfile, secret: str) -> None:
        """Take a server under care."""
        self.window.bridge.open(profile, secret).then(None, self._on_failed)

    def demo(self, scenario: str) -> None:
        """Start the simulator and look at it."""

        def work(office: Office, _say: object) -> object:
            return office.start_demo(scenario)

        self.window.say("The demo is starting…")
        self.window.bridge.call(work).then(
            lambda profile: self.open(profile, ""), self._on_failed
        )

    def close_server(self, key: str) -> None:
        """Stop watching a server."""
        self.window.bridge.close(key).then(self._settings_again, self._on_failed)

    def forget_server(self, profile: ServerProfile) -> None:
        """Remove a server from the list, after a question."""

        async def work(office: Office, _say: object) -> object:
            if profile.key in office.doctors:
                await office.close(profile.key)
            return await office.forget(profile.key)

        def go() -> None:
            call = self.window.bridge.call(work)
            call.then(self._settings_again, self._on_failed)

        window = self.window
        text = "Its address and login are forgotten. Nothing on the server changes."
        title = f"Remove {one_line(profile.name, 40)}?"
        self._show(Question(window.style_, window, title, text, "Remove it", go))

    def _settings_again(self, *_: object) -> None:
        panel = self.window.pages.get("settings")
        if panel is not None:
            panel.on_shown()

    def next_server(self) -> None:
        """Look at the next server."""
        keys = [ward.profile.key for ward in self.window.wards]
        if keys:
            place = keys.index(self.window.wards.key)
            self.window.look_at(keys[(place + 1) % len(keys)])

    # Dialogs and shortcuts.

    def _busy(self) -> bool:
        return self.dialog is not None and self.dialog.isVisible()

    def _show(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(lambda _code: dialog.deleteLater())
        dialog.finished.connect(lambda _code: self._on_finished(dialog))
        dialog.open()

    def _on_finished(self, dialog: QDialog) -> None:
        if self.dialog is dialog:
            self.dialog = None

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

    def _add_actions(self) -> None:
        for number, page in enumerate(PAGES, start=1):
            name = page.id
            self._add(
                f"Open {page.title}",
                f"Ctrl+{number}",
                lambda n=name: self.window.open_page(n),
            )
        self._add("Something's wrong: find the cause", "F8", self.walk)
        self._add("Check everything", "F5", self.check)
        self._add("Undo the last action", "Ctrl+Z", self.undo_last)
        self._add("Emergency", "Ctrl+Shift+E", self.emergency)
        self._add("Next server", "Ctrl+Tab", self.next_server)
        self._add("Add a server, or open the demo", "Ctrl+N", self.add_server)
        self._add("Larger", "Ctrl++", lambda: self.zoom(1))
        self._add("Smaller", "Ctrl+-", lambda: self.zoom(-1))
        self._add("Find an action", "Ctrl+K", self.palette)
        self._add("Quit ComfyDoctor", "Ctrl+Q", self.window.close)

    def _add(self, text: str, keys: str, act: object) -> None:
        action = QAction(text, self.window)
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _checked=False: act())  # type: ignore[operator]
        self.window.addAction(action)
        self.actions.append(action)
