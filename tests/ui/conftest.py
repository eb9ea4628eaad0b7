"""A window to test, and the check that nothing of it is left behind."""

import gc
import threading
import time
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QThread, QTimer
from PySide6.QtWidgets import QApplication

from comfydoctor.ui.bridge import Bridge
from comfydoctor.ui.main_window import MainWindow
from comfydoctor.ui.plainimport import import_plainly
from comfydoctor.ui.remember import Remembered
from tests.ui.examples import NOW
from tests.ui.stand_in import StandInOffice

HERE = Path(__file__).parent
import_plainly()


def pytest_collection_modifyitems(items):
    """The offscreen platform says this of every window that is shown."""
    for item in items:
        if item.path.is_relative_to(HERE):
            noise = "This plugin does not support propagateSizeHints"
            item.add_marker(pytest.mark.qt_log_ignore(noise))


@pytest.fixture(autouse=True)
def no_leaks(request):
    """Fails a test that leaves a thread, a running timer or a window behind."""
    if "qapp" not in request.fixturenames and "bridge" not in request.fixturenames:
        yield
        return
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline and leaked(before):
        sweep()
    assert not leaked(before)


def sweep():
    QApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    time.sleep(0.005)


def leaked(before):
    threads = [t.name for t in set(threading.enumerate()) - before if t.is_alive()]
    windows = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
    # By type: isinstance would look through weak proxies whose object is gone.
    alive = (o for o in gc.get_objects() if issubclass(type(o), QTimer | QThread))
    running = [o for o in alive if is_running(o)]
    return [*threads, *windows, *running]


def is_running(thing):
    try:
        if isinstance(thing, QTimer):
            return thing.isActive()
        return thing.isRunning() and thing is not QThread.currentThread()
    except RuntimeError:
        return False  # its C++ side is gone


@pytest.fixture
def office():
    return StandInOffice()


@pytest.fixture
def bridge(qapp, office):
    """A bridge that runs, with a stand-in behind it."""

    @asynccontextmanager
    async def factory():
        yield office

    made = Bridge(factory)
    made.start()
    yield made
    assert made.stop()


@pytest.fixture
def make_window(qtbot, bridge):
    made = []

    def make(**looks):
        looks.setdefault("theme", "light")
        looks.setdefault("reduce_motion", True)
        window = MainWindow(bridge, Remembered(**looks), lambda: NOW)
        made.append(window)
        window.complete()
        window.load_icons()
        window.ensure_guide()
        window.show()
        qtbot.waitExposed(window)
        return window

    yield make
    for window in made:
        dialog = window.guide.dialog if window.guide else None
        if dialog is not None:
            dialog.close()
        window.close()
        window.deleteLater()


@pytest.fixture
def window(make_window):
    return make_window()
