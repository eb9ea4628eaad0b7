"""Dialogs of the window, one at a time, and what concerns its servers."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog

from comfydoctor.model.server import ServerProfile
from comfydoctor.ui.dialogs.question import Question
from comfydoctor.ui.dialogs.start import StartDialog
from comfydoctor.ui.needs import Office
from comfydoctor.ui.theme import Level
from comfydoctor.ui.words import one_line

if TYPE_CHECKING:
    from comfydoctor.ui.main_window import MainWindow


class ServerDesk(QObject):
    """Shows dialogs; adds, opens, closes and forgets servers."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.window = window
        self.dialog: QDialog | None = None

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

    def _on_failed(self, error: Exception) -> None:
        self.window.say(str(error), Level.ERROR)

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

    def demo(self, scenario: str, speed: float = 1.0) -> None:
        """Start the simulator and look at it."""

        def work(office: Office, _say: object) -> object:
            return office.start_demo(scenario, speed=speed)

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
