"""A call that hangs holds up nobody."""

import asyncio
import threading

import pytest

from comfydoctor.telemetry.aside import Aside, StillWaiting


async def test_the_result_comes_back():
    assert (
        await Aside(lambda: threading.current_thread().name, "aside").run() == "aside"
    )


async def test_an_error_comes_back():
    def fail():
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        await Aside(fail, "aside").run()


async def test_a_hanging_call_is_never_doubled():
    gate = threading.Event()
    aside = Aside(gate.wait, "aside")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await aside.run()
    with pytest.raises(StillWaiting):
        await aside.run()
    gate.set()
    while True:
        try:
            assert await aside.run()
        except StillWaiting:
            await asyncio.sleep(0.01)
        else:
            break


def test_a_call_that_outlives_the_loop_is_dropped():
    gate = threading.Event()

    async def give_up():
        async with asyncio.timeout(0.02):
            await Aside(gate.wait, "aside").run()

    with pytest.raises(TimeoutError):
        asyncio.run(give_up())
    gate.set()
    for thread in threading.enumerate():
        if thread.name == "aside":
            thread.join(5)
            assert not thread.is_alive()
