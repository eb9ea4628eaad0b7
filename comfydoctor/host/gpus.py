"""All cards of this computer as one list, whoever made them."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import replace

from comfydoctor.host.amd import AmdReader
from comfydoctor.host.gpu import GpuReader, GpuReport
from comfydoctor.host.intel import IntelReader
from comfydoctor.host.nvml import NvmlReader


def default_readers() -> tuple[GpuReader, ...]:
    """NVIDIA everywhere; AMD and Intel where Linux shows them under /sys."""
    linux = (AmdReader(), IntelReader()) if sys.platform == "linux" else ()
    return (NvmlReader(), *linux)


class AllGpus:
    """Reads every vendor's cards and numbers them in one row."""

    def __init__(self, readers: Sequence[GpuReader] | None = None) -> None:
        self._readers = tuple(default_readers() if readers is None else readers)

    def follow(self, pids: tuple[int, ...]) -> None:
        """Tell the memory of these processes on every card."""
        for reader in self._readers:
            reader.follow(pids)

    async def read(self) -> GpuReport:
        """Join the reports; a vendor's trouble counts unless it is neutral."""
        reports = [await reader.read() for reader in self._readers]
        joined = []
        start = 0
        for report in reports:
            joined += [replace(r, index=r.index + start) for r in report.readings]
            start += 1 + max((r.index for r in report.readings), default=-1)
        troubles = [r.trouble for r in reports if r.trouble]
        worst = next((t for t in troubles if not t.neutral), None)
        return GpuReport(
            tuple(joined),
            next((r.driver for r in reports if r.driver), ""),
            worst or (troubles[0] if troubles and not joined else None),
        )

    async def aclose(self) -> None:
        """Close all readers, whatever one of them does."""
        await asyncio.gather(*(r.aclose() for r in self._readers))
