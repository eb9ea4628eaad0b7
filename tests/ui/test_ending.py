"""Signals close the window as a person would, and nothing is left or forgotten."""

import os
import signal
import socket
import subprocess
import sys
import time
import tomllib

import pytest

SCRIPT = """
import sys
from comfydoctor.__main__ import open_window
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

def painted():
    window = next(w for w in QApplication.topLevelWidgets() if hasattr(w, "pages"))
    window.resize(933, 655)
    window.open_page("charts")
    if sys.argv[1] == "close":
        QTimer.singleShot(0, window.close)
        return
    window.bridge.opened.connect(lambda profile: print(profile.url, flush=True))

raise SystemExit(open_window(demo=sys.argv[2], on_painted=painted))
"""


def start(tmp_path, what, demo=""):
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, what, demo],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"COMFYDOCTOR_HOME": str(tmp_path / "home")},
    )


def kept(tmp_path):
    text = (tmp_path / "home" / "config.toml").read_text(encoding="utf-8")
    window = tomllib.loads(text)["window"]
    return window["width"], window["height"], window["page"]


@pytest.mark.skipif(os.name == "nt", reason="Windows ends processes without a signal")
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)]
)
def test_a_signal_closes_window_and_demo(tmp_path, number, code):
    running = start(tmp_path, "stay", "healthy-studio")
    url = running.stdout.readline().strip()
    assert url.startswith("http://127.0.0.1:"), running.stderr.read()
    running.send_signal(number)
    _, said = running.communicate(timeout=30)
    assert running.returncode == code, said
    assert "Traceback" not in said
    assert kept(tmp_path) == (933, 655, "charts")
    assert gone(url)


def gone(url):
    """Whether the demo's port is closed; it may take a moment to be let go."""
    port = int(url.rpartition(":")[2].rstrip("/"))
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            return True
    return False


def test_closing_before_the_core_is_ready_keeps_size_and_page(tmp_path):
    running = start(tmp_path, "close")
    _, said = running.communicate(timeout=30)
    assert running.returncode == 0, said
    assert "Traceback" not in said
    assert kept(tmp_path) == (933, 655, "charts")
