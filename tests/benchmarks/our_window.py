"""Our window on one server; ends when it has shown what it was asked to show.

Run as ``python our_window.py URL useful|painted|drawn [MODULE...]``. The modules are
imported first, as the obvious way to build such a window would; ``drawn`` also waits,
as that way would, until the charts stand in the window and are painted.
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


if end == "painted":
    open_window(url, on_painted=leave)
else:
    open_window(url, on_useful=draw if end == "drawn" else leave)
