"""The window: header, rail, one page, strip; and the way between them."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from comfydoctor.model.server import ServerProfile
from comfydoctor.model.snapshot import Snapshot
from comfydoctor.ui.book import Readiness
from comfydoctor.ui.bridge import Bridge
from comfydoctor.ui.feed import Batch
from comfydoctor.ui.looks import dress, style_of
from comfydoctor.ui.numbers import STRONG_FOCUS, focus
from comfydoctor.ui.panels.panel import Panel, Setting
from comfydoctor.ui.remember import Remembered
from comfydoctor.ui.shell import Shell
from comfydoctor.ui.theme import Level
from comfydoctor.ui.wards import Ward, Wards
from comfydoctor.ui.widgets.icon import Icons
from comfydoctor.ui.words import one_line

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QPaintEvent

    from comfydoctor.ui.guide import Guide
    from comfydoctor.ui.widgets.toast import Toast

TICK_MS = 1000


class MainWindow(QWidget):
    """Everything inside is built anew when the style changes.

    Signals:
        painted: the window was painted for the first time.
        remembered_changed: looks or last server, as a `Remembered`.
    """

    painted = Signal()
    remembered_changed = Signal(object)

    _painted = False

    def __init__(
        self, bridge: Bridge, remembered: Remembered, clock: Callable[[], float]
    ) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setWindowTitle("ComfyDoctor")
        # Holds the keyboard at the start, so that no button looks chosen already.
        focus(self, STRONG_FOCUS)
        self.bridge, self.remembered, self.clock = bridge, remembered, clock
        self.wards = Wards()
        self.guide: Guide | None = None
        self._ready = Readiness()
        self._notices: tuple[str, ...] = ()
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self.resize(remembered.width, remembered.height)
        self.build(remembered.page)
        bridge.batch.connect(self.on_batch)
        bridge.opened.connect(self.on_opened)
        bridge.closed.connect(self.on_closed)
        bridge.refused.connect(self.on_refused)
        self._ticking = QTimer(self, interval=TICK_MS)
        self._ticking.timeout.connect(self.tick)
        self._ticking.start()

    # Building.

    def build(self, page: str) -> None:
        """Make everything inside anew, in the style of now, with a page in front."""
        self.style_ = style = style_of(self.remembered)
        dress(self, style)
        self.icons = Icons(style)
        if self._ready.icons:
            self.icons.load()
        shell = Shell(Setting(style, self.icons, self.bridge, self.clock), self._ready)
        self.header, self.rail = shell.header, shell.rail
        self.book, self.strip = shell.book, shell.strip
        self._replace(shell)
        self._connect()
        self.open_page(page)
        self.show_notices(self._notices)
        self.setFocus()

    def _replace(self, shell: Shell) -> None:
        old = self.findChild(Shell)
        self._shell = shell
        self._outer.addWidget(shell)
        if old is not None:
            self._outer.removeWidget(old)
            old.hide()
            old.setParent(None)
            old.deleteLater()

    def _connect(self) -> None:
        self.rail.chosen.connect(self.open_page)
        self.header.server_chosen.connect(self.look_at)
        self.header.adding_wanted.connect(lambda: self._guided("add_server"))
        self.header.emergency_wanted.connect(lambda: self._guided("emergency"))
        self.strip.undo_wanted.connect(lambda entry: self._guided("undo", entry))
        book = self.book
        book.page_made.connect(self._on_page_made)
        book.fix_wanted.connect(lambda ask: self._guided("fix", ask))
        book.undo_wanted.connect(lambda entry: self._guided("undo", entry))
        book.settle_wanted.connect(lambda e, how: self._guided("settle", e, how))
        book.page_wanted.connect(self.open_page)
        book.said.connect(self.say)

    def _guided(self, what: str, *arguments: object) -> None:
        """Dialogs live in the guide, which is imported after the first paint."""
        self.ensure_guide()
        getattr(self.guide, what)(*arguments)

    def ensure_guide(self) -> None:
        """Make the guide, when it is not there yet."""
        if self.guide is None:
            from comfydoctor.ui.guide import Guide

            self.guide = Guide(self)

    # Pages.

    @property
    def pages(self) -> dict[str, Panel]:
        """The pages made so far, by id."""
        return self.book.pages

    @property
    def page(self) -> str:
        """Id of the page in front."""
        return self.book.page

    def open_page(self, page_id: str) -> Panel:
        """Bring a page to the front; it is made when it is first wanted."""
        panel = self.book.bring(page_id)
        self.rail.check(self.page)
        self._feed(panel)
        panel.on_shown()
        return panel

    def _on_page_made(self, panel: Panel) -> None:
        if self.guide is not None:
            self.guide.adopt(panel)

    def _feed(self, panel: Panel) -> None:
        ward = self.wards.current
        if ward is not None:
            panel.show_server(ward.snapshot, ward.readings)

    # News.

    def show_first(self, snapshot: Snapshot) -> None:
        """What the glance before the first paint saw, or nothing yet."""
        self.wards.put(snapshot)
        self._show_current()

    def on_batch(self, batch: Batch) -> None:
        """News of one server."""
        ward = self.wards.take(batch)
        if ward.profile.key == self.wards.key:
            self._show_bars(ward)
            panel = self.book.front
            if panel.key != batch.key:
                self._feed(panel)
            panel.take(batch, ward.readings)
        else:
            self.header.show_wards(self.wards, self.clock())

    def _show_current(self) -> None:
        ward = self.wards.current
        if ward is None:
            self.header.show_wards(self.wards, self.clock())
            return
        self._show_bars(ward)
        self._feed(self.book.front)

    def _show_bars(self, ward: Ward) -> None:
        self._shell.show_bars(self.wards, ward, self.clock())
        self.setWindowTitle(f"{one_line(ward.profile.name, 60)} – ComfyDoctor")

    def tick(self) -> None:
        """Ages go on."""
        if self.isVisible() and self.wards.current is not None:
            self.book.front.tick()
            self.header.show_wards(self.wards, self.clock())

    def look_at(self, key: str) -> None:
        """Look at another server."""
        if self.wards.get(key) is not None:
            self.wards.key = key
            self._show_current()
            self._remember_server()

    def on_opened(self, profile: ServerProfile) -> None:
        """A server came under care, and is looked at."""
        if self.wards.get(profile.key) is None:
            self.wards.put(Snapshot(profile))
        self.look_at(profile.key)

    def on_closed(self, key: str) -> None:
        """A server is no longer under care."""
        self.wards.drop(key)
        self._show_current()
        if not len(self.wards):
            self._guided("add_server")

    def on_refused(self, error: Exception) -> None:
        """The core did not start, or ended."""
        self.say(f"ComfyDoctor's core has stopped: {error}", Level.ERROR)

    @property
    def toast(self) -> "Toast":
        """The message above the lower edge."""
        return self._shell.toast

    def say(self, text: str, level: Level = Level.INFO) -> None:
        """A message above the lower edge."""
        self.toast.say(text, level)

    def show_notices(self, sentences: Sequence[str]) -> None:
        """What the person should know of the profile, below the header."""
        self._notices = tuple(sentences)
        if self._notices:
            shown = self._shell.show_notices(self._notices)
            shown.put_away.connect(lambda: self.show_notices(()))

    # Looks.

    def set_looks(self, **changes: object) -> None:
        """Change theme, scale or motion; the window is built anew."""
        self.remembered = self.remembered._replace(**changes)  # type: ignore[arg-type]
        self.build(self.page)
        self._show_current()
        self.remembered_changed.emit(self.remembered)

    def complete(self) -> None:
        """Make what the first paint did without."""
        self.book.complete()

    def load_icons(self) -> None:
        """The icon font is read now."""
        self._ready.icons = True
        self._shell.load_icons()

    def charts_loaded(self) -> None:
        """The plotting library is there."""
        self.book.charts_loaded()

    def _remember_server(self) -> None:
        ward = self.wards.current
        simulated = ward and ward.snapshot.info and ward.snapshot.info.simulated
        if ward is not None and not simulated:
            self.remembered = self.remembered._replace(last_server=ward.profile.key)
            self.remembered_changed.emit(self.remembered)

    # Qt.

    def paintEvent(self, event: "QPaintEvent") -> None:  # noqa: N802 - Qt's name
        """Tell when the window was painted first."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self._on_first_paint)

    def _on_first_paint(self) -> None:
        self.painted.emit()
        self.complete()

    def closeEvent(self, event: "QCloseEvent") -> None:  # noqa: N802 - Qt's name
        """Remember place and page."""
        size = self.normalGeometry().size() if self.isMaximized() else self.size()
        self.remembered = self.remembered._replace(
            page=self.page,
            width=size.width(),
            height=size.height(),
            maximized=self.isMaximized(),
        )
        self.remembered_changed.emit(self.remembered)
        self._ticking.stop()
        super().closeEvent(event)
