"""The real window on a real X server, started as a person starts it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
XCB = """
import ctypes, pathlib, PySide6.QtWidgets as widgets
folder = pathlib.Path(widgets.__file__).parent
ctypes.CDLL(str(folder / "Qt" / "plugins" / "platforms" / "libqxcb.so"))
"""
"""Fails where a library that Qt needs for a window is missing."""
LIMIT = 60.0
"""Seconds; a window that takes longer than this to appear does not appear."""


@pytest.fixture
def screen(tmp_path):
    """An X server of our own: its display, and the file that holds its picture."""
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed")
    if subprocess.run([sys.executable, "-c", XCB], capture_output=True).returncode:
        pytest.skip("libraries that a window needs are not installed")
    read, write = os.pipe()
    server = subprocess.Popen(
        [
            *("Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24"),
            *("-fbdir", str(tmp_path), "-nolisten", "tcp"),
        ],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as told:
        number = told.readline().strip()
    assert number, "Xvfb does not start"
    yield f":{number}", tmp_path / "Xvfb_screen0"
    server.terminate()
    server.wait(10)


def colours(picture: Path) -> int:
    """How many different colours the screen shows (XWD, 32 bits a pixel)."""
    data = picture.read_bytes()[-1280 * 800 * 4 :]
    return len({data[place : place + 3] for place in range(0, len(data), 4 * 13)})


def test_the_window_opens_and_ends_when_told_to(screen, home):
    display, picture = screen
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    environment.pop("WAYLAND_DISPLAY", None)
    assert colours(picture) == 1, "an empty screen is of one colour"
    window = subprocess.Popen(
        [sys.executable, "-m", "comfydoctor"],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        end = time.monotonic() + LIMIT
        while colours(picture) < 5 and window.poll() is None:
            assert time.monotonic() < end, "nothing was painted"
            time.sleep(0.1)
        assert window.poll() is None, window.stderr.read()
        window.send_signal(signal.SIGTERM)
        window.wait(20)
    finally:
        window.kill()
        words = window.communicate()[1]
    assert window.returncode in {0, -signal.SIGTERM}
    assert "Traceback" not in words
