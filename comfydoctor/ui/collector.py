"""Collects garbage on the window's thread only.

Python collects on whichever thread happens to allocate. A cycle with a widget in it,
collected on the core's thread, would delete that widget there, and Qt crashes.
"""

import gc

from PySide6.QtCore import QObject, QTimer

PERIOD_MS = 1000
YOUNG = 700
MIDDLE_EVERY, OLD_EVERY = 10, 120
"""In periods; an old collection takes some milliseconds once the start is frozen."""


class Collector(QObject):
    """Switches the automatic collector off, and does its work on a timer."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._turn = 0
        self._timer = QTimer(self, interval=PERIOD_MS)
        self._timer.timeout.connect(self.collect)

    def start(self) -> None:
        """Take over from Python; nothing is collected until `settle`."""
        gc.disable()

    def settle(self) -> None:
        """The start is over: what lives now stays, and is never looked at again.

        Before this a collection takes 30 ms, for it finds all modules new.
        """
        gc.freeze()
        self._timer.start()

    def stop(self) -> None:
        """Give it back."""
        self._timer.stop()
        gc.enable()

    def collect(self) -> None:
        """Young objects often, old ones seldom."""
        self._turn += 1
        if self._turn % OLD_EVERY == 0:
            gc.collect(2)
        elif self._turn % MIDDLE_EVERY == 0:
            gc.collect(1)
        elif gc.get_count()[0] > YOUNG:
            gc.collect(0)
