"""Ctrl-C and SIGTERM close the window as a person would."""

import signal
import socket
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier

CTRL_C = 130
"""Exit code of a program ended by SIGINT, as shells know it."""


class Ending(QObject):
    """Listens for the two signals; a second one ends the program at once.

    Python hears a signal only when it runs; while Qt waits it does not. The byte
    that Python's own handler writes into a socket wakes Qt up.
    """

    def __init__(self, close: Callable[[], object]) -> None:
        super().__init__()
        self.code = 0
        self._close = close
        self._ours, self._written = socket.socketpair()
        for end in (self._ours, self._written):
            end.setblocking(False)
        self._before = signal.set_wakeup_fd(self._written.fileno())
        self._notifier = QSocketNotifier(
            self._ours.fileno(), QSocketNotifier.Type.Read, self
        )
        self._notifier.activated.connect(self._on_woken)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)

    def stop(self) -> None:
        """Listen no longer."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._before)
        self._restore()
        self._ours.close()
        self._written.close()

    def _restore(self) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)

    def _on_signal(self, number: int, _frame: object) -> None:
        self.code = CTRL_C if number == signal.SIGINT else 0
        self._restore()
        self._close()

    def _on_woken(self) -> None:
        # By now Python's handler above has run; only the byte is taken.
        self._ours.recv(64)
