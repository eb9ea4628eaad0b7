"""Keeps a held queue empty: parks the jobs that come while it is held."""

import asyncio
import contextlib
import logging

from comfydoctor.doctor.treatment import Treatment
from comfydoctor.errors import DoctorError
from comfydoctor.model.change import ActivityChanged, Change, QueueChanged

EVERY = 5.0
"""Seconds between looks when nothing is heard."""

log = logging.getLogger(__name__)


class Holding:
    """One for a server; wakes when the queue or our own actions change."""

    def __init__(self, treatment: Treatment, every: float = EVERY) -> None:
        self._treatment = treatment
        self._every = every
        self._moved = asyncio.Event()
        self._said = ""

    def on_change(self, change: Change) -> None:
        """Look again when this may have brought jobs."""
        if isinstance(change, QueueChanged | ActivityChanged):
            self._moved.set()

    async def run(self) -> None:
        """Until cancelled; a server or disk that refuses is tried again."""
        while True:
            try:
                await self._treatment.hold_new()
                self._said = ""
            except DoctorError as error:
                if str(error) != self._said:
                    log.warning("new jobs could not be parked: %s", error)
                self._said = str(error)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._every):
                    await self._moved.wait()
            self._moved.clear()
