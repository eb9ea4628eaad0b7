"""The window's program: a glance at the server first, then the paint, then the rest."""

import gc
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from comfydoctor.doctor.glance import glance
from comfydoctor.model.server import ServerProfile
from comfydoctor.ui.plainimport import import_plainly

if TYPE_CHECKING:
    from comfydoctor.ui.needs import EarlySettings, Office


class Start(NamedTuple):
    """What the window begins with; everything else follows from it."""

    early: "EarlySettings"
    logs: Path
    factory: "Callable[[], AbstractAsyncContextManager[Office]]"
    """Opens the office, on the core's thread."""
    profile: ServerProfile | None = None
    """The server to look at; the remembered one when None."""
    demo: str = ""
    """Scenario to start and look at."""
    speed: float = 1.0
    """How many times faster than life the demo runs."""
    on_useful: Callable[[], None] | None = None
    """Called once, when live data of a server has been painted."""
    on_painted: Callable[[], None] | None = None
    """Called once, when the window has been painted, whatever it could show."""


def run(start: Start) -> int:
    """Open the window and stay until it is closed; returns the exit code.

    The order is the point: the question to the server is on its way before Qt is
    loaded, and nothing heavy is loaded before the first paint.
    """
    # A thread beside the window's must not collect what Qt has made.
    gc.disable()
    url = start.profile.url if start.profile else start.early.last_server
    looking = glance(url) if url and not start.demo else None
    from PySide6.QtWidgets import QApplication

    import_plainly()
    # As an argument: `setStyle` gives a QStyle back, whose wrapper costs 5 ms.
    app = QApplication(["comfydoctor", "-style", "Fusion"])
    app.setApplicationName("ComfyDoctor")
    app.setDesktopFileName("comfydoctor")
    from comfydoctor.ui.session import Session

    session = Session(start, looking)
    session.show()
    code = app.exec()
    session.end()
    return code or session.code
