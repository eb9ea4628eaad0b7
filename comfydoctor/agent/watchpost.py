"""What the agent reads of its computer: newest readings, reasons, installations."""

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from comfydoctor.comfy.install.find import find_installations
from comfydoctor.host.gpu import GpuReport
from comfydoctor.host.gpus import AllGpus
from comfydoctor.model.installation import Installation
from comfydoctor.model.metric import Sample
from comfydoctor.telemetry.sampler import Sampler, SourceState
from comfydoctor.telemetry.sources.gpu import GpuSource
from comfydoctor.telemetry.sources.system import DiskSource, OwnSource, SystemSource

LOOK_EVERY = 300.0
"""Seconds between two looks for installations and processes of ComfyUI."""
FRESH = 60.0
"""Seconds after which a reading is no longer one of now."""
Find = Callable[[], Sequence[Installation]]


class Watchpost:
    """Reads until cancelled; everything here is what was read last."""

    def __init__(
        self,
        *,
        find: Find = find_installations,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._find = find
        self._clock = clock
        self._newest: dict[tuple[str, str], Sample] = {}
        self._cards = GpuSource(AllGpus(), every=2.0)
        self._system = SystemSource(every=2.0)
        self.installations: tuple[Installation, ...] = ()
        self._sampler = Sampler(
            (self._cards, self._system, DiskSource(self._folders), OwnSource()),
            self._take,
        )

    @property
    def cards(self) -> GpuReport:
        """The last report of the graphics cards."""
        return self._cards.report

    @property
    def states(self) -> tuple[SourceState, ...]:
        """How each source is; a reason says why it cannot be read."""
        return self._sampler.states()

    def samples(self) -> tuple[Sample, ...]:
        """Newest reading of every metric and subject that is one of now."""
        oldest = self._clock() - FRESH
        return tuple(s for s in self._newest.values() if s.time >= oldest)

    async def run(self) -> None:
        """Read until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._sampler.run(), name="readings")
            group.create_task(self._look_around(), name="installations")

    async def _look_around(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(LOOK_EVERY)

    async def look(self) -> None:
        """Look for installations, and follow the first running ComfyUI."""
        found = await asyncio.to_thread(lambda: tuple(self._find()))
        self.installations = found
        pids = [server.pid for one in found for server in one.running]
        self._cards.pid = self._system.pid = pids[0] if pids else None

    def _folders(self) -> Sequence[str]:
        """Places whose free room matters; the home folder when none is known."""
        bases = [one.base for one in self.installations if one.base]
        return bases or [str(Path.home())]

    def _take(self, samples: tuple[Sample, ...]) -> None:
        for sample in samples:
            self._newest[sample.metric, sample.subject] = sample
