"""Has the server's computer enough memory left?"""

import asyncio
import math

from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.host.system import System
from comfydoctor.model.finding import Confidence, Evidence, Finding
from comfydoctor.model.probe import ProbeResult

GIB = 1 << 30
LITTLE = 0.06
LEAST = GIB
"""Bytes; below this the next model cannot be loaded."""
SWAPPING = 0.25
"""Share of the RAM that lies in the page file when a computer is too small."""


class Memory(Probe):
    """What the server says, and the page file where it can be read."""

    id = "memory"
    every = 15.0
    wavers = True

    async def run(self, look: Look) -> ProbeResult:
        info = look.info
        if info is None or info.ram_total <= 0:
            return self.unknown("The server does not tell its memory.")
        detail = f"{info.ram_free / GIB:.1f} of {info.ram_total / GIB:.1f} GB are free."
        swap = await _swap(look)
        if not math.isnan(swap):
            detail += f" {swap / GIB:.1f} GB lie in the page file."
        little = info.ram_free < max(LITTLE * info.ram_total, LEAST)
        if not little:
            return self.result(detail)
        return self.result(detail, [_finding(look, detail, swap, info.ram_total)])


async def _swap(look: Look) -> float:
    """Bytes in the page file; NaN where they cannot be told."""
    if look.info is not None and look.info.simulated:
        told = (await look.answers.host()).get("swap_used")
        return float(told) if isinstance(told, int | float) else math.nan
    known = look.latest("host.swap_used", "")
    if not math.isnan(known) or not look.is_here:
        return known
    return (await asyncio.to_thread(System().read)).swap_used_bytes


def _finding(look: Look, detail: str, swap: float, total: int) -> Finding:
    evidence = [Evidence("system_stats", detail)]
    if swap > SWAPPING * total:  # false where it is not known
        return look.finding("ram-thrash", evidence, confidence=Confidence.LIKELY)
    return look.finding("ram-nearly-full", evidence, confidence=Confidence.CERTAIN)
