"""What goes wrong inside ComfyDoctor is kept on this computer and told in words."""

import sys
import threading

import pytest
from PySide6.QtCore import qWarning

from comfydoctor.ui.crashlog import CrashLog


@pytest.fixture
def crashes(tmp_path):
    told = []
    made = CrashLog(tmp_path / "logs", told.append)
    made.told = told
    made.install()
    yield made
    made.remove()


def written(crashes):
    return crashes.path.read_text(encoding="utf-8")


def test_an_exception_nobody_caught_is_kept_and_told(crashes):
    try:
        raise ValueError("of the test")
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
    assert "ValueError: of the test" in written(crashes)
    assert crashes.told == ["Something in ComfyDoctor failed (ValueError). It goes on."]


def test_a_thread_that_dies_is_kept(crashes):
    def die():
        raise KeyError("lost")

    thread = threading.Thread(target=die, name="core")
    thread.start()
    thread.join()
    assert "in thread core" in written(crashes)
    assert "KeyError" in written(crashes)


def test_qt_messages_are_kept(crashes):
    qWarning("a thing about widgets")
    assert "Qt: a thing about widgets" in written(crashes)


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("x")
    made = CrashLog(blocked / "logs", print)
    made.install()
    made.remove()
    assert sys.excepthook is sys.__excepthook__
