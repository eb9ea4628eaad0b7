"""A simulated ComfyUI in its own process, and doctors for it."""

import asyncio
import contextlib

import pytest

from comfydoctor.doctor.demo import Demo
from comfydoctor.doctor.office import open_office


@pytest.fixture
def simulated():
    """``async with simulated("out-of-memory", speed=4) as url``."""

    @contextlib.asynccontextmanager
    async def start(scenario, speed=4.0):
        demo = await Demo.start(scenario, speed=speed)
        try:
            yield demo.url
        finally:
            await demo.aclose()

    return start


@pytest.fixture
async def office():
    async with open_office() as opened:
        yield opened


@pytest.fixture
def until():
    """Wait until something holds; says what was there when it never does."""

    async def wait(holds, seconds=30.0, what=lambda: ""):
        async def poll():
            while not holds():
                await asyncio.sleep(0.05)

        try:
            await asyncio.wait_for(poll(), seconds)
        except TimeoutError:
            raise AssertionError(f"never happened; at last: {what()}") from None

    return wait
