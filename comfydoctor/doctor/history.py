"""What was recorded of one server, for those who draw or judge it."""

import asyncio
from collections.abc import Iterable, Mapping

from comfydoctor.model.job import Job
from comfydoctor.model.stretch import RecordSize, Stretch
from comfydoctor.store.jobs import Jobs
from comfydoctor.store.samples import Samples

Key = tuple[str, str]
"""Metric and subject."""
MOST = 64
"""Series read for one picture."""


class Recorded:
    """Reads the recording aside; writing it is the keeper's."""

    def __init__(self, samples: Samples, jobs: Jobs) -> None:
        self._samples, self._jobs = samples, jobs

    async def past(
        self, metrics: Iterable[str], start: float, end: float, points: int = 1500
    ) -> Mapping[Key, Stretch]:
        """Every series of some metrics between two moments, for drawing."""
        return await asyncio.to_thread(self.read, tuple(metrics), start, end, points)

    def read(
        self, metrics: tuple[str, ...], start: float, end: float, points: int = 1500
    ) -> Mapping[Key, Stretch]:
        """The same on this thread; what has nothing in that time is left out."""
        keys = [key for key in self._samples.names() if key[0] in metrics][:MOST]
        found = {key: self._samples.stretch(*key, start, end, points) for key in keys}
        return {key: stretch for key, stretch in found.items() if len(stretch)}

    async def jobs(self, start: float, end: float) -> tuple[Job, ...]:
        """Jobs that ended, or ran, between two moments; at most the newest 1000."""
        return await asyncio.to_thread(self._jobs.between, start, end)

    async def size(self) -> RecordSize:
        """What all recordings take on disk."""
        return await asyncio.to_thread(self._samples.size)
