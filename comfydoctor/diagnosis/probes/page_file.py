"""Can the system still promise memory to programs?"""

import asyncio
import math
import sys
from pathlib import Path

from comfydoctor.diagnosis.environment.limits import (
    Commit,
    linux_commit,
    windows_commit,
)
from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.model.finding import Confidence, Evidence, Severity
from comfydoctor.model.probe import ProbeResult

GIB = 1 << 30
LITTLE = 4 * GIB
"""Bytes; a model of medium size asks for as much in one piece."""
NO_PAGE_FILE = 1.02
"""Limit in units of the RAM; below it there is as good as no page file."""


class PageFile(Probe):
    """The commit limit: RAM and page files together, less what was promised."""

    id = "page-file"
    every = 15.0
    wavers = True

    def __init__(self, root: Path = Path("/"), platform: str = sys.platform) -> None:
        self._root = root
        self._platform = platform

    def applies(self, look: Look) -> bool:
        return look.is_here and self._platform in {"linux", "win32"}

    async def run(self, look: Look) -> ProbeResult:
        commit = await asyncio.to_thread(self._read)
        if math.isnan(commit.left):
            return self.unknown("Not known: the system does not tell.")
        if not commit.enforced:
            return self.result("Linux promises as much as is asked for here.")
        words = (
            f"{max(0.0, commit.left) / GIB:.1f} of {commit.limit / GIB:.1f} GB"
            " can still be promised."
        )
        ram = look.info.ram_total if look.info else 0
        none = bool(ram) and commit.limit < NO_PAGE_FILE * ram
        if commit.left >= LITTLE and not none:
            return self.result(words)
        words += " There is no page file." if none else ""
        finding = look.finding(
            "windows-pagefile-too-small"
            if self._platform == "win32"
            else "commit-limit-reached",
            [Evidence("probe:page-file", words)],
            confidence=Confidence.LIKELY,
            severity=Severity.WARNING if commit.left < LITTLE else Severity.INFO,
        )
        return self.result(words, [finding])

    def _read(self) -> Commit:
        if self._platform == "win32":
            return windows_commit()
        return linux_commit(self._root)
