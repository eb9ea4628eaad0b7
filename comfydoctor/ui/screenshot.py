"""Draws one page into a picture, from a scenario or from a snapshot."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from comfydoctor.errors import DoctorError, UsageError
from comfydoctor.model.server import Reach, ServerProfile
from comfydoctor.ui.bridge import Bridge
from comfydoctor.ui.feed import Batch
from comfydoctor.ui.main_window import MainWindow
from comfydoctor.ui.needs import Office, OfficeFactory
from comfydoctor.ui.pages import PAGES
from comfydoctor.ui.plainimport import import_plainly
from comfydoctor.ui.remember import Remembered

PANELS = (*(page.id for page in PAGES), "start", "emergency")
GUIDE, CHECKLIST = "guide:", "checklist:"
"""``guide:<id>``: that flowchart, opened on the Diagnose page; so a checklist."""
USEFUL_SECONDS = 60.0
SETTLE_SECONDS = 0.3
GUIDE_SECONDS = 30.0


@dataclass(frozen=True)
class Shot:
    """What the picture is to show."""

    panel: str
    out: Path
    theme: str = "light"
    size: tuple[int, int] = (1280, 800)
    scale: float = 1.0
    scenario: str = ""
    """Scenario to start; empty to draw ``batch``, or nothing."""
    seconds: float = 12.0
    """How long to watch the scenario once it is heard."""


def render(shot: Shot, *, factory: OfficeFactory, batch: Batch | None = None) -> Path:
    """Write the picture and return its path; ``QT_QPA_PLATFORM=offscreen`` is fine.

    Raises UsageError for a page that is none, DoctorError when the scenario shows
    nothing within a minute.
    """
    if shot.panel not in PANELS and not shot.panel.startswith((GUIDE, CHECKLIST)):
        raise UsageError(f"There is no panel {shot.panel}.", advice=", ".join(PANELS))
    import_plainly()
    app = QApplication.instance() or QApplication(["comfydoctor"])
    if isinstance(app, QApplication):
        app.setStyle("Fusion")
    studio = _Studio(shot, Bridge(factory))
    try:
        studio.prepare(batch)
        return studio.take()
    finally:
        studio.close()


class _Studio:
    """One window for one picture."""

    def __init__(self, shot: Shot, bridge: Bridge) -> None:
        self._shot, self._bridge = shot, bridge
        self._error: Exception | None = None
        page = shot.panel if shot.panel in {p.id for p in PAGES} else "now"
        if shot.panel.startswith(GUIDE):
            page = "diagnose"
        elif shot.panel.startswith(CHECKLIST):
            page = "checklists"
        looks = Remembered(
            theme=shot.theme,
            scale=shot.scale,
            width=shot.size[0],
            height=shot.size[1],
            page=page,
            reduce_motion=True,
        )
        import comfydoctor.ui.charts.group  # noqa: F401 - drawn at once

        self.window = MainWindow(bridge, looks, time.time)
        self.window.resize(*shot.size)
        self.window.complete()
        self.window.load_icons()
        self.window.ensure_guide()
        self.window.charts_loaded()
        self.window.show()
        bridge.start()

    def prepare(self, batch: Batch | None) -> None:
        if batch is not None:
            self.window.on_batch(batch)
        elif self._shot.scenario:
            self._open_scenario()
        guide = self.window.guide
        if guide is not None and self._shot.panel == "start":
            guide.add_server()
        elif guide is not None and self._shot.panel == "emergency":
            guide.emergency()
        elif self._shot.panel.startswith(GUIDE):
            self._open_chart(self._shot.panel.removeprefix(GUIDE))
        elif self._shot.panel.startswith(CHECKLIST):
            self._open_checklist(self._shot.panel.removeprefix(CHECKLIST))
        self.window.tick()
        self._wait(lambda: False, SETTLE_SECONDS)

    def _open_scenario(self) -> None:
        def start(office: Office, _say: object) -> object:
            return office.start_demo(self._shot.scenario)

        def on_started(profile: ServerProfile) -> None:
            self._bridge.open(profile).then(None, self._on_failed)

        self._bridge.call(start).then(on_started, self._on_failed)
        if not self._wait(self._heard, USEFUL_SECONDS):
            raise DoctorError("The scenario showed nothing within a minute.")
        self._wait(lambda: False, self._shot.seconds)

    def _open_chart(self, chart: str) -> None:
        from comfydoctor.ui.panels.diagnose import DiagnosePanel

        panel = self.window.pages["diagnose"]
        if isinstance(panel, DiagnosePanel):
            panel.guide.failed.connect(self._on_failed)
            panel.open_chart(chart)
            seen = panel.guide
            self._wait(
                lambda: self._told() and bool(seen.view) and not seen.busy,
                GUIDE_SECONDS,
            )

    def _open_checklist(self, checklist: str) -> None:
        from comfydoctor.ui.panels.checklists import ChecklistsPanel

        panel = self.window.pages["checklists"]
        if isinstance(panel, ChecklistsPanel):
            panel.run.failed.connect(self._on_failed)
            panel.open(checklist)
            seen = panel.run
            self._wait(
                lambda: self._told() and bool(seen.view) and not seen.busy,
                GUIDE_SECONDS,
            )

    def _told(self) -> bool:
        if self._error is not None:
            raise self._error
        return True

    def _on_failed(self, error: Exception) -> None:
        self._error = error

    def _heard(self) -> bool:
        if self._error is not None:
            raise self._error
        ward = self.window.wards.current
        if ward is None or ward.snapshot.info is None:
            return False
        return ward.snapshot.connection.reach is Reach.CONNECTED

    def take(self) -> Path:
        guide = self.window.guide
        dialog = guide.dialog if guide is not None else None
        seen = self.window.grab()
        if dialog is not None:
            _lay_over(seen, dialog, self.window)
        self._shot.out.parent.mkdir(parents=True, exist_ok=True)
        if not seen.save(str(self._shot.out), "PNG"):
            raise DoctorError(f"{self._shot.out} could not be written.")
        return self._shot.out

    def close(self) -> None:
        guide = self.window.guide
        if guide is not None and guide.dialog is not None:
            guide.dialog.reject()
        self.window.close()
        self._bridge.stop(10.0)
        self.window.deleteLater()
        self._wait(lambda: False, 0.05)

    def _wait(self, until: Callable[[], bool], seconds: float) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            QApplication.processEvents()
            if until():
                return True
            time.sleep(0.01)
        return until()


def _lay_over(picture: QPixmap, dialog: QWidget, window: QWidget) -> None:
    """Paint a dialog into the middle of the window's picture."""
    painter = QPainter(picture)
    painter.fillRect(picture.rect(), QColor(0, 0, 0, 96))
    left = (window.width() - dialog.width()) // 2
    top = max(0, (window.height() - dialog.height()) // 2)
    painter.drawPixmap(left, top, dialog.grab())
    painter.setPen(QColor(128, 128, 128))
    painter.drawRect(left, top, dialog.width() - 1, dialog.height() - 1)
    painter.end()
