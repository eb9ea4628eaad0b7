"""Writes what was seen into the store, in batches and off the event loop."""

import asyncio
import logging
import time
from collections.abc import Callable

from comfydoctor.errors import StoreError
from comfydoctor.model.job import Job
from comfydoctor.model.metric import Sample
from comfydoctor.store.store import Store

EVERY = 1.0
"""Seconds between writes: what a kill costs at most, and some."""
TIDY = 60.0
"""Seconds between looks for hours to pack."""
MOST = 20_000
"""Readings kept while the disk is slow or full; more would be a leak of ours."""
MOST_JOBS = 2_000

log = logging.getLogger(__name__)


class Keeper:
    """Jobs and readings of one server on their way to the disk."""

    def __init__(
        self,
        store: Store,
        server: str,
        *,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._jobs = store.jobs(server)
        self._samples = store.samples(server)
        self._read_only = bool(store.read_only)
        self._new_jobs: list[Job] = []
        self._new_samples: list[Sample] = []
        self._failed = ""
        self._wall, self._steady = wall, steady
        self._tidied = steady() - TIDY

    @property
    def trouble(self) -> str:
        """Why nothing is kept at the moment; empty while all is well."""
        return self._failed

    def job(self, job: Job) -> None:
        """Keep a finished job."""
        self._new_jobs.append(job)

    def samples(self, samples: tuple[Sample, ...]) -> None:
        """Keep readings."""
        self._new_samples.extend(samples)
        del self._new_samples[:-MOST]

    async def run(self) -> None:
        """Write every second until cancelled, and once more then."""
        try:
            while True:
                await asyncio.sleep(EVERY)
                await asyncio.to_thread(self._turn)
        finally:
            self.flush()

    def _turn(self) -> None:
        self.flush()
        if self._steady() - self._tidied >= TIDY and not self._read_only:
            self._tidied = self._steady()
            self._try(lambda: self._samples.tidy(self._wall()))

    def flush(self) -> None:
        """Write now. A disk that refuses is logged once, and tried again later.

        Jobs and readings wait for that, as many as are bearable.
        """
        jobs, self._new_jobs = self._new_jobs, []
        samples, self._new_samples = self._new_samples, []
        if self._read_only:
            return
        kept = not jobs or self._try(lambda: self._jobs.keep(*jobs))
        if not kept:
            self._new_jobs[:0] = jobs[-MOST_JOBS:]
        added = not samples or self._try(lambda: self._samples.add(samples))
        if not added:
            self._new_samples[:0] = samples[-MOST:]
        if kept and added:
            self._failed = ""

    def _try(self, write: Callable[[], None]) -> bool:
        try:
            write()
        except StoreError as error:
            if not self._failed:
                log.warning("history is not being kept: %s", error)
            self._failed = str(error)
            return False
        return True
