"""Calls that may hang for minutes, each in a thread that nobody must wait for."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

T = TypeVar("T")


class StillWaiting(Exception):
    """The call before has not come back; there is never a second one beside it."""


class Aside(Generic[T]):
    """Runs one blocking call at a time, off the loop.

    The loop's own pool would keep the program from ending while a dead network drive
    is looked at; this thread is a daemon and is left behind.
    """

    def __init__(self, call: Callable[[], T], name: str) -> None:
        self._call = call
        self._name = name
        self._busy = False

    async def run(self) -> T:
        """Run the call; raises `StillWaiting` while an earlier one hangs."""
        if self._busy:
            raise StillWaiting(self._name)
        self._busy = True
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        threading.Thread(
            target=self._work, args=(loop, answer), name=self._name, daemon=True
        ).start()
        return await answer

    def _work(
        self, loop: asyncio.AbstractEventLoop, answer: "asyncio.Future[T]"
    ) -> None:
        try:
            result = self._call()
        except Exception as error:  # noqa: BLE001 - handed to whoever waits
            self._hand(loop, answer, partial(answer.set_exception, error))
        else:
            self._hand(loop, answer, partial(answer.set_result, result))

    def _hand(
        self,
        loop: asyncio.AbstractEventLoop,
        answer: "asyncio.Future[T]",
        give: Callable[[], None],
    ) -> None:
        def deliver() -> None:
            if not answer.done():
                give()

        self._busy = False
        with contextlib.suppress(RuntimeError):  # the loop is closed by now
            loop.call_soon_threadsafe(deliver)
