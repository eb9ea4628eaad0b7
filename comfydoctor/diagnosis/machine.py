"""How busy a server's machine is at this moment, from wherever it can be told."""

import asyncio
import math

from comfydoctor.diagnosis.probe import Look
from comfydoctor.host.gpus import AllGpus
from comfydoctor.host.system import System

SIMULATED_IDLE = 5.0
"""Percent."""


class Machine:
    """Load of the server's machine between two looks; NaN where it is not known."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._system = System(look.steady)

    async def begin(self) -> None:
        """The first of two readings: a load is a difference."""
        await self._process()

    async def load(self) -> tuple[float, float]:
        """Load of card and process, in percent."""
        if self._look.info is not None and self._look.info.simulated:
            return _simulated(await self._look.client.simulated_host())
        return await self._card(), await self._process()

    async def _process(self) -> float:
        where = self._look.where
        if where is not None and where.pid and self._look.is_here:
            reading = await asyncio.to_thread(self._system.process, where.pid)
            if reading is not None and not math.isnan(reading.cpu_percent):
                return reading.cpu_percent
        return self._look.latest("process.cpu", "")

    async def _card(self) -> float:
        devices = self._look.info.devices if self._look.info else ()
        if devices and devices[0].type == "cpu":
            return 0.0
        known = self._look.latest("gpu.load", "gpu0")
        if not math.isnan(known) or not self._look.is_here:
            return known
        gpus = AllGpus()
        try:
            report = await gpus.read()
        finally:
            await gpus.aclose()
        loads = [r.load_percent for r in report.readings]
        return max(loads) if loads and not any(map(math.isnan, loads)) else math.nan


def _simulated(host: dict[str, object]) -> tuple[float, float]:
    """Its processor load is of the whole computer, less what that takes when idle."""
    cards = host.get("gpus")
    loads = [c.get("load_percent") for c in cards] if isinstance(cards, list) else []
    gpu = max((x for x in loads if isinstance(x, int | float)), default=0.0)
    cpu = host.get("cpu_percent")
    if not isinstance(cpu, int | float):
        return float(gpu), math.nan
    return float(gpu), max(0.0, cpu - SIMULATED_IDLE)
