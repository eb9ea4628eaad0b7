"""Our window on one server; ends when it has shown what it was asked to show.

Run as ``python our_window.py URL useful|painted|obvious [MODULE...]``. The modules are
imported first. ``obvious`` is the same window as one would first write it: httpx asks,
pyqtgraph draws, and it is useful when the charts stand in it, too.
"""

import os
import sys

url, end, *eager = sys.argv[1:]
for name in eager:
    __import__(name)

from comfydoctor.__main__ import open_window  # noqa: E402 - after the eager ones


def leave() -> None:
    """End at once: what it takes to end is no part of the start."""
    os._exit(0)


def draw() -> None:
    """Paint the charts in, and end."""
    from PySide6.QtWidgets import QApplication

    for window in QApplication.topLevelWidgets():
        if hasattr(window, "charts_loaded"):
            window.charts_loaded()
            window.repaint()
    leave()


def ask_with_httpx() -> None:
    """Let the first look be httpx's."""
    import httpx

    from comfydoctor.comfy import glance

    class Asking:
        """What a glance asks with."""

        def __init__(self, address: str, *_: object) -> None:
            self.client = httpx.Client(base_url=address)  # noqa: TID251 - not ours

        def get(self, path: str) -> object:
            answer = self.client.get(path)
            return glance._Raw(answer.status_code, dict(answer.headers), answer.content)

    glance._Eye = Asking


if end == "painted":
    open_window(url, on_painted=leave)
elif end == "useful":
    open_window(url, on_useful=leave)
else:
    ask_with_httpx()
    open_window(url, on_useful=draw)
