"""Our window on one server; ends when it has shown what it was asked to show.

Run as ``python -m tests.benchmarks.our_window URL useful|painted [MODULE...]``; the
modules are imported first, as the obvious way to build such a window would.
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


open_window(url, **{f"on_{end}": leave})
