"""One piece of work asked of the core, as the window sees it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    import asyncio


class Call(QObject):
    """Work under way on the core's thread.

    Signals (each on the window's thread; one of done, failed, cancelled comes once):
        progressed: something the work reported on its way.
        done: its result.
        failed: the exception that ended it.
        cancelled: it was taken back before its end.
        ended: after whichever of these three it was.
    """

    progressed = Signal(object)
    done = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    ended = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.task: asyncio.Task[None] | None = None
        self.wanted = True

    def cancel(self) -> None:
        """Take the work back. What it already changed on a server stays changed."""
        self.wanted = False
        task = self.task
        if task is not None and not task.done():
            task.get_loop().call_soon_threadsafe(task.cancel)

    def tell(self, what: str, value: object) -> None:
        """Emit one of the signals; on the window's thread."""
        if what == "progressed":
            self.progressed.emit(value)
            return
        if what == "done":
            self.done.emit(value)
        elif what == "failed":
            self.failed.emit(value)
        else:
            self.cancelled.emit()
        self.ended.emit()

    def then(
        self,
        done: Callable[..., object] | None = None,
        failed: Callable[..., object] | None = None,
        progressed: Callable[..., object] | None = None,
    ) -> "Call":
        """Connect the usual three in one go."""
        for signal, slot in (
            (self.done, done),
            (self.failed, failed),
            (self.progressed, progressed),
        ):
            if slot is not None:
                signal.connect(slot)
        return self
