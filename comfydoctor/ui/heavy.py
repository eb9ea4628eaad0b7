"""Loads numpy, pyqtgraph and the charts in a thread, after the first paint."""

import sys
import threading

from PySide6.QtCore import QObject, Signal


class Heavy(QObject):
    """Signals: loaded, when charts can be made; failed, with the exception."""

    loaded = Signal()
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._thread = threading.Thread(target=self._load, name="heavy", daemon=True)
        self.ready = False

    def start(self) -> None:
        """Begin, unless it is done or under way."""
        if "comfydoctor.ui.charts.group" in sys.modules and not self._thread.is_alive():
            self.ready = True
            self.loaded.emit()
        elif not self._thread.is_alive() and not self.ready:
            self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Wait until the thread ended; whether it did."""
        if self._thread.is_alive():
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def _load(self) -> None:
        try:
            import comfydoctor.ui.charts.group  # noqa: F401 - for its imports
        except Exception as error:  # noqa: BLE001 - charts are missing, the rest works
            self.failed.emit(error)
            return
        self.ready = True
        self.loaded.emit()
