"""Who else uses the graphics card?"""

import asyncio
import math

from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.host.gpu import GpuReport
from comfydoctor.host.gpus import AllGpus
from comfydoctor.host.system import System
from comfydoctor.model.probe import ProbeResult

GIB = 1 << 30
SHOWN = 6


class GpuNeighbours(Probe):
    """The driver's list of processes; that they hold too much ``vram-held`` says."""

    id = "gpu-neighbours"

    def applies(self, look: Look) -> bool:
        devices = look.info.devices if look.info else ()
        return look.is_here and any(device.has_vram for device in devices)

    async def run(self, look: Look) -> ProbeResult:
        report = await _report()
        if all(reading.processes is None for reading in report.readings):
            why = report.trouble.text if report.trouble else "The driver does not tell."
            return self.unknown(f"Not known: {why}")
        held = holders(report, look.home.pid)
        if not held:
            return self.result("Nobody.")
        words = await asyncio.to_thread(_named, held)
        return self.result(f"{words}.")


def holders(report: GpuReport, own: int | None) -> dict[int, float]:
    """Bytes of each process but ComfyUI's, largest first; NaN where it is not told."""
    found: dict[int, float] = {}
    for reading in report.readings:
        for process in reading.processes or ():
            if process.pid != own:
                known = found.get(process.pid, 0.0)
                found[process.pid] = known + process.memory_bytes
    ranked = sorted(found.items(), key=lambda entry: _size(entry[1]), reverse=True)
    return dict(ranked[:SHOWN])


def _size(held: float) -> float:
    return -1.0 if math.isnan(held) else held


def _named(held: dict[int, float]) -> str:
    system = System()
    return ", ".join(_words(system, pid, size) for pid, size in held.items())


def _words(system: System, pid: int, held: float) -> str:
    reading = system.process(pid)
    name = reading.name if reading and reading.name else f"process {pid}"
    return name if math.isnan(held) else f"{name} with {held / GIB:.1f} GB"


async def _report() -> GpuReport:
    gpus = AllGpus()
    try:
        return await gpus.read()
    finally:
        await gpus.aclose()
