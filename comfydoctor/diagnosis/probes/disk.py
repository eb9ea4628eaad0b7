"""Is there room on the server's disks?"""

import asyncio
import math
import tempfile

from comfydoctor.diagnosis.flags import Flags
from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.host.system import DiskReading, disks
from comfydoctor.model.finding import Confidence, Evidence, Finding
from comfydoctor.model.probe import ProbeResult

GIB = 1 << 30
FULL = 1.0 * GIB
LOW = 5.0 * GIB
FOLDERS = ("checkpoints", "diffusion_models", "custom_nodes")
"""Types of folders that tell the volumes of an installation."""


class Disk(Probe):
    """The volumes of models, results and temporary files; only where they are ours."""

    id = "disk"
    every = 15.0
    wavers = True

    async def run(self, look: Look) -> ProbeResult:
        if look.info is not None and look.info.simulated:
            readings = _simulated(await look.answers.host())
        elif look.is_here:
            readings = await asyncio.to_thread(disks, _paths(look))
        else:
            return self.unknown(
                "Not known: the server's disks cannot be seen from this computer."
            )
        known = [r for r in readings if not math.isnan(r.free_bytes)]
        if not known:
            return self.unknown("None of the server's folders can be read here.")
        findings = [_finding(look, r) for r in known if r.free_bytes < LOW]
        return self.result(" ".join(map(_words, known)), findings)


def _paths(look: Look) -> list[str]:
    """One path of each folder that grows; files of a volume share its room."""
    flags = Flags(look.info.argv if look.info else ())
    paths = [p for kind in FOLDERS for p in look.folders.get(kind, ())]
    for name in ("--output-directory", "--temp-directory", "--base-directory"):
        if place := flags.value(name):
            paths.append(place)
    return [*paths, tempfile.gettempdir()]


def _simulated(host: dict[str, object]) -> tuple[DiskReading, ...]:
    free = host.get("disk_free")
    told = free if isinstance(free, dict) else {}
    return tuple(
        DiskReading(str(path)[:200], float(room), math.nan)
        for path, room in told.items()
        if isinstance(room, int | float)
    )


def _words(reading: DiskReading) -> str:
    return f"{reading.path}: {reading.free_bytes / GIB:.1f} GB are free."


def _finding(look: Look, reading: DiskReading) -> Finding:
    full = reading.free_bytes < FULL
    return look.finding(
        "disk-full" if full else "disk-nearly-full",
        [Evidence("probe:disk", _words(reading))],
        confidence=Confidence.CERTAIN,
        subject="" if full else reading.path,
        values={"path": reading.path, "free": f"{reading.free_bytes / GIB:.1f} GB"},
    )
