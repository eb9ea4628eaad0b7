"""A bare window with the heartbeat of `loaded_window`: what the machine itself delays.

Run as ``python beating_window.py WARM SECONDS``; prints its delays as JSON.
"""

import json
import os
import sys
import time

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

BEAT_MS = 5


class Beating(QWidget):
    """Notes how late each beat comes."""

    def __init__(self, warm: float, seconds: float) -> None:
        super().__init__()
        self.begin = time.perf_counter() + warm
        self.end = self.begin + seconds
        self.last = time.perf_counter()
        self.delays: list[float] = []
        self.timer = QTimer(interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self.beat)
        self.timer.start()

    def beat(self) -> None:
        now = time.perf_counter()
        delay = max(0.0, now - self.last - BEAT_MS / 1000)
        self.last = now
        if now >= self.begin:
            self.delays.append(delay)
        if now >= self.end:
            sys.stdout.write(json.dumps(self.delays))
            sys.stdout.flush()
            os._exit(0)


app = QApplication([])
window = Beating(*map(float, sys.argv[1:]))
window.show()
app.exec()
