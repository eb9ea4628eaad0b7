"""Keeps what went wrong inside ComfyDoctor in a file of this computer."""

import faulthandler
import logging
import logging.handlers
import sys
import threading
import types
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

log = logging.getLogger("comfydoctor.window")
KEPT_BYTES, KEPT_FILES = 512 * 1024, 3
LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class CrashLog:
    """Catches exceptions nobody caught, Qt's messages, and crashes in C.

    Nothing is sent anywhere. ``tell`` is called with a sentence for the person.
    """

    def __init__(self, folder: Path, tell: Callable[[str], None]) -> None:
        self.path = folder / "window.log"
        self._tell = tell
        self._crash: TextIO | None = None
        self._handler: logging.Handler | None = None

    def install(self) -> None:
        """Begin; without a writable folder everything still works."""
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        qInstallMessageHandler(self._on_qt)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._crash = (self.path.parent / "crash.log").open("a", encoding="utf-8")
            handler = logging.handlers.RotatingFileHandler(
                self.path,
                maxBytes=KEPT_BYTES,
                backupCount=KEPT_FILES,
                encoding="utf-8",
                delay=True,
            )
        except OSError:
            return
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        log.addHandler(handler)
        self._handler = handler
        faulthandler.enable(self._crash)

    def remove(self) -> None:
        """Leave everything as it was."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        qInstallMessageHandler(None)
        if self._handler is not None:
            log.removeHandler(self._handler)
            self._handler.close()
        if self._crash is not None:
            faulthandler.disable()
            self._crash.close()
            self._crash = None

    def _on_exception(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: types.TracebackType | None,
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        log.error("not caught", exc_info=(kind, error, trace))
        self._tell(f"Something in ComfyDoctor failed ({kind.__name__}). It goes on.")

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        name = args.thread.name if args.thread else "?"
        if args.exc_value is not None:
            log.error("in thread %s", name, exc_info=args.exc_value)

    def _on_qt(self, kind: QtMsgType, where: QMessageLogContext, text: str) -> None:
        log.log(LEVELS.get(kind, logging.WARNING), "Qt: %s", text)
