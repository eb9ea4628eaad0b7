"""Does WSL keep memory from ComfyUI?"""

import asyncio
from pathlib import Path

from comfydoctor.diagnosis.environment.fileprobe import is_linux
from comfydoctor.diagnosis.environment.limits import is_wsl, wslconfigs
from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.model.finding import Confidence, Evidence, Severity
from comfydoctor.model.probe import ProbeResult

GIB = 1 << 30
AMPLE = 24 * GIB
"""Memory with which WSL's share rarely is the trouble."""


class WslLimits(Probe):
    """The kernel's name, and the .wslconfig files that can be seen from inside."""

    id = "wsl-limits"

    def __init__(self, root: Path = Path("/")) -> None:
        self._root = root

    def applies(self, look: Look) -> bool:
        return is_linux(look) and look.home.is_here

    async def run(self, look: Look) -> ProbeResult:
        if not await asyncio.to_thread(is_wsl, self._root):
            return self.result("It does not run in WSL.")
        settings = await asyncio.to_thread(wslconfigs, self._root)
        ram = look.info.ram_total if look.info else 0
        said = [
            f"{file}: memory={told['memory']}"
            for file, told in settings.items()
            if "memory" in told
        ]
        words = f"Linux inside Windows has {ram / GIB:.1f} GB."
        words += f" {'; '.join(said)}." if said else " No .wslconfig sets a limit."
        if said or not 0 < ram < AMPLE:
            return self.result(words)
        finding = look.finding(
            "wsl-memory-cap",
            [Evidence("probe:wsl-limits", words)],
            confidence=Confidence.POSSIBLE,
            severity=Severity.INFO,  # half of the memory may be enough
        )
        return self.result(words, [finding])
