"""Runs the simulator as a program of its own."""

import asyncio
import signal
import sys
import threading
from contextlib import suppress

from comfydoctor.simulator.scenario import ScenarioInfo, scenarios
from comfydoctor.simulator.simulator import Simulator

__all__ = ["ScenarioInfo", "Simulator", "main", "scenarios"]


def main(
    port: int = 0,
    scenario: str = "healthy-studio",
    profile: str | None = None,
    speed: float = 1.0,
    *,
    seed: int = 0,
    stop_with_parent: bool = False,
) -> int:
    """Serve until killed; prints one line with the address when it listens.

    With ``stop_with_parent`` it also ends when stdin closes, so that no orphan
    stays behind whoever started it.
    """
    simulator = Simulator(scenario, profile, port=port, speed=speed, seed=seed)
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(simulator, stop_with_parent=stop_with_parent))
    return 0


async def _serve(simulator: Simulator, *, stop_with_parent: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows has none for loops
            loop.add_signal_handler(number, stop.set)
    if stop_with_parent:
        _watch_stdin(loop, stop)
    url = await simulator.start()
    sys.stdout.write(f"simulator ready {url}\n")
    sys.stdout.flush()
    told, broken = (
        loop.create_task(each) for each in (stop.wait(), simulator.failed())
    )
    try:
        await asyncio.wait({told, broken}, return_when=asyncio.FIRST_COMPLETED)
        if broken.done():
            broken.result()
    finally:
        told.cancel()
        broken.cancel()
        await simulator.aclose()


def _watch_stdin(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    def wait_for_end() -> None:
        with suppress(OSError, ValueError):
            while sys.stdin.buffer.read(4096):
                pass
        with suppress(RuntimeError):  # the loop may be gone already
            loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=wait_for_end, name="parent watch", daemon=True).start()
