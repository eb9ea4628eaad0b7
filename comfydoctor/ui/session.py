"""One run of the window: paints, then loads the rest, and ends cleanly."""

import sys
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from comfydoctor.doctor.glance import Glance
from comfydoctor.model.server import Connection, Reach, ServerProfile
from comfydoctor.model.snapshot import Snapshot
from comfydoctor.ui.bridge import Bridge
from comfydoctor.ui.collector import Collector
from comfydoctor.ui.main_window import MainWindow
from comfydoctor.ui.remember import Remembered

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon

    from comfydoctor.ui.app import Start
    from comfydoctor.ui.crashlog import CrashLog
    from comfydoctor.ui.ending import Ending
    from comfydoctor.ui.heavy import Heavy
    from comfydoctor.ui.needs import Looking, Office


GLANCE_POLL_MS = 8
HEAVY_AFTER_MS = 150
TURN_SECONDS = 0.0002
"""Python's turns of 5 ms, with two busy threads beside the window's, would freeze it
for 150 ms; with these it waits 10 ms at most times, and nothing becomes slower."""
SETTLE_MS = 4000
"""After this the start is over: what lives is put out of the collector's sight."""


class Session(QObject):
    """Holds window, core and the threads that load what is heavy."""

    def __init__(self, start: "Start", looking: "Looking | None") -> None:
        super().__init__()
        self._start = start
        self._looking = looking
        self.remembered = Remembered.of(start.early)
        self.bridge = Bridge(start.factory)
        self.window = MainWindow(self.bridge, self.remembered, time.time)
        self.window.remembered_changed.connect(self._on_remembered)
        self.window.painted.connect(self._on_painted)
        self.bridge.ready.connect(self._on_ready)
        self._heavy: Heavy | None = None
        self._crashes: CrashLog | None = None
        self._ending: Ending | None = None
        self._collector = Collector(self)
        self._glancing = QTimer(self, interval=GLANCE_POLL_MS)
        self._glancing.timeout.connect(self._on_glance)
        self.profile = start.profile or self.remembered.profile

    def show(self) -> None:
        """Paint what is known: what the glance saw, or that it is looking."""
        if self.profile is not None and not self._start.demo:
            seen = self._looking.result if self._looking else None
            self.window.show_first(first_snapshot(self.profile, seen))
            if self._looking is not None and seen is None:
                self._glancing.start()
        if self.remembered.maximized:
            self.window.showMaximized()
        else:
            self.window.show()

    def end(self) -> bool:
        """Stop the core; whether everything ended in time."""
        self._glancing.stop()
        remembered = self.window.remembered
        ended = self.bridge.stop(last=lambda office: keep(office, remembered))
        self._collector.stop()
        if self._heavy is not None:
            self._heavy.wait(2.0)
        if self._crashes is not None:
            self._crashes.remove()
        if self._ending is not None:
            self._ending.stop()
        return ended

    @property
    def code(self) -> int:
        """Exit code: of a signal that ended the program, else 0."""
        return self._ending.code if self._ending is not None else 0

    def _on_glance(self) -> None:
        seen = self._looking.result if self._looking else None
        if seen is None:
            return
        self._glancing.stop()
        ward = self.window.wards.current
        fresh = ward is not None and ward.snapshot.info is None
        if self.profile is not None and fresh:
            self.window.show_first(first_snapshot(self.profile, seen))
            self._tell_useful_after_paint(seen)

    def _on_painted(self) -> None:
        """The window is on the screen; now the rest may cost something."""
        if self._start.on_painted is not None:
            self._start.on_painted()
        seen = self._looking.result if self._looking else None
        if seen is not None and not self._glancing.isActive():
            self._tell_useful(seen)
        self._collector.start()
        sys.setswitchinterval(TURN_SECONDS)
        self.window.load_icons()
        self.bridge.start()
        QTimer.singleShot(HEAVY_AFTER_MS, self, self._load_heavy)
        QTimer.singleShot(0, self, self._guard)

    def _tell_useful_after_paint(self, seen: Glance) -> None:
        self.window.repaint()
        self._tell_useful(seen)

    def _tell_useful(self, seen: Glance) -> None:
        if seen.ok and self._start.on_useful is not None:
            self._start.on_useful()

    def _guard(self) -> None:
        from comfydoctor.ui.crashlog import CrashLog
        from comfydoctor.ui.ending import Ending
        from comfydoctor.ui.theme import Level

        self._ending = Ending(self.window.close)
        self._crashes = CrashLog(
            self._start.logs, lambda said: self.window.say(said, Level.ERROR)
        )
        self._crashes.install()
        self.window.setWindowIcon(program_icon())
        self.window.ensure_guide()

    def _load_heavy(self) -> None:
        from comfydoctor.ui.heavy import Heavy

        self._heavy = Heavy()
        self._heavy.loaded.connect(self.window.charts_loaded)
        self._heavy.start()
        QTimer.singleShot(SETTLE_MS, self, self._collector.settle)

    def _on_ready(self) -> None:
        self.window.ensure_guide()
        guide = self.window.guide
        if guide is None:
            return
        self.bridge.call(_notices).then(self.window.show_notices)
        if self._start.demo:
            guide.demo(self._start.demo, self._start.speed)
        elif self.profile is not None:
            self._open(self.profile)
        else:
            guide.add_server()

    def _open(self, profile: ServerProfile) -> None:
        """With the login and certificate that the settings keep for it."""

        def work(office: "Office", _say: object) -> object:
            known = {kept.key: kept for kept in office.servers()}
            return known.get(profile.key, profile)

        guide = self.window.guide
        if guide is not None:
            self.bridge.call(work).then(lambda found: guide.open(found, ""))

    def _on_remembered(self, remembered: Remembered) -> None:
        self.remembered = remembered

        def work(office: "Office", _say: object) -> None:
            keep(office, remembered)

        self.bridge.call(work)


def program_icon() -> "QIcon":
    """Our icon; desktops show it in their list of windows."""
    from PySide6.QtGui import QIcon

    from comfydoctor.doctor.early import icon

    return QIcon(str(icon()))


def _notices(office: "Office", _say: object) -> tuple[str, ...]:
    return tuple(office.notices)


def first_snapshot(profile: ServerProfile, seen: Glance | None) -> Snapshot:
    """What the glance tells; before its end, that we are connecting."""
    now = time.time()
    if seen is None:
        return Snapshot(profile, Connection(Reach.CONNECTING, now))
    if not seen.ok:
        connection = Connection(Reach.CONNECTING, now, seen.problem, seen.advice)
        return Snapshot(profile, connection)
    return Snapshot(
        profile=profile,
        connection=Connection(Reach.CONNECTED, now),
        info=seen.info,
        queue_remaining=seen.queue_remaining,
    )


def keep(office: "Office", looks: Remembered) -> None:
    """Write what changed into the settings; runs on the core's thread."""
    known = office.settings
    size = {
        "width": looks.width,
        "height": looks.height,
        "maximized": looks.maximized,
        "page": looks.page,
    }
    fresh = known.model_copy(
        update={
            "theme": looks.theme,
            "scale": looks.scale,
            "reduce_motion": looks.reduce_motion,
            "last_server": looks.last_server or known.last_server,
            "window": known.window.model_copy(update=size),
        }
    )
    if fresh != known:
        office.save(fresh)
