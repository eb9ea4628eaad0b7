"""Does a container or a service limit ComfyUI's memory?"""

import asyncio
import math
from pathlib import Path

from comfydoctor.diagnosis.environment.fileprobe import is_linux
from comfydoctor.diagnosis.environment.limits import Group, group_of
from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.model.finding import Confidence, Evidence, Finding, Severity
from comfydoctor.model.probe import ProbeResult

GIB = 1 << 30
NARROW = 0.75
"""Share of the RAM below which a limit is worth a word."""
TIGHT = 0.92


class ContainerLimits(Probe):
    """The control groups around the server's process, as the kernel shows them."""

    id = "container-limits"
    every = 15.0
    wavers = True

    def __init__(self, root: Path = Path("/")) -> None:
        self._root = root

    def applies(self, look: Look) -> bool:
        return is_linux(look) and look.home.is_here

    async def run(self, look: Look) -> ProbeResult:
        pid = look.home.pid
        group = await asyncio.to_thread(group_of, pid, self._root) if pid else None
        if group is None or math.isnan(group.limit):
            return self.unknown("Not known: its control group cannot be read.")
        ram = look.info.ram_total if look.info else 0
        if math.isinf(group.limit) or (ram and group.limit >= ram):
            return self.result("No: it may use all of the computer's memory.")
        words = _words(group, ram)
        cause = _severity(group, ram)
        if cause is None:
            return self.result(words)
        return self.result(words, [_finding(look, words, group, cause)])


def _severity(group: Group, ram: float) -> Severity | None:
    """A limit alone is a choice; one that is reached is not."""
    if group.killed or group.used > TIGHT * group.limit:
        return Severity.WARNING
    return Severity.INFO if ram and group.limit < NARROW * ram else None


def _words(group: Group, ram: float) -> str:
    of = f" of the computer's {ram / GIB:.0f}" if ram else ""
    words = f"It may use {group.limit / GIB:.1f}{of} GB"
    if not math.isnan(group.used):
        words += f" and uses {max(0.0, group.used) / GIB:.1f}"
    if group.killed:
        words += f"; processes killed at the limit: {group.killed}"
    return f"{words}."


def _finding(look: Look, words: str, group: Group, severity: Severity) -> Finding:
    return look.finding(
        "container-memory-cap",
        [Evidence("file:cgroup", f"{group.path}: {words}")],
        confidence=Confidence.CERTAIN,
        severity=severity,
        values={"limit": f"{group.limit / GIB:.1f} GB"},
    )
