"""Kept versions for the window: every question answered aside from the loop."""

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path

from comfydoctor.comfy.client import Client
from comfydoctor.doctor.versions import Archive
from comfydoctor.doctor.versions_capture import Capture
from comfydoctor.errors import ServerError
from comfydoctor.model.difference import WorkflowDiff
from comfydoctor.model.version import Dated, KeptWorkflow, Match, Rating, Run, Version
from comfydoctor.workflow.classes import Classes


class VersionDesk:
    """One server's; every method on the core's thread."""

    def __init__(
        self,
        open_archive: Callable[[], Archive],
        capture: Capture,
        client: Client,
        *,
        busy: Callable[[], bool] = lambda: False,
    ) -> None:
        self.open = open_archive
        """For a thread aside; opening the store takes a moment."""
        self._capture = capture
        self._client = client
        self._busy = busy
        self._classes: Classes | None = None

    async def keep_now(self) -> int:
        """Keep what files and newest jobs are; returns how many were new."""
        return await self._capture.once()

    async def workflows(self) -> tuple[KeptWorkflow, ...]:
        """See `Archive.workflows`."""
        return await asyncio.to_thread(lambda: self.open().workflows())

    async def timeline(self, workflow: int) -> tuple[Dated, ...]:
        """See `Archive.timeline`."""
        return await asyncio.to_thread(lambda: self.open().timeline(workflow))

    async def compare(self, before: int, after: int) -> WorkflowDiff:
        """See `Archive.diff`; with names, where the server has told them."""
        await self._learn_names()
        return await asyncio.to_thread(
            lambda: self.open().diff(before, after, self._classes)
        )

    async def search(self, text: str) -> tuple[Version, ...]:
        """See `Archive.search`."""
        return await asyncio.to_thread(lambda: self.open().search(text))

    async def find(self, path: str) -> tuple[Match, ...]:
        """See `Archive.find`."""
        return await asyncio.to_thread(lambda: self.open().find(Path(path)))

    async def mark(
        self,
        version: int,
        *,
        name: str | None = None,
        note: str | None = None,
        starred: bool | None = None,
        pinned: bool | None = None,
    ) -> Version:
        """See `VersionStore.mark`."""

        def work() -> Version:
            return self.open().store.mark(
                version, name=name, note=note, starred=starred, pinned=pinned
            )

        return await asyncio.to_thread(work)

    async def rate(self, run: Run, rating: Rating) -> None:
        """See `Archive.rate`."""
        await asyncio.to_thread(lambda: self.open().rate(run.server, run.job, rating))

    async def _learn_names(self) -> None:
        """Ask once, while nothing runs: it holds the server up for a moment."""
        if self._classes is None and not self._busy():
            with contextlib.suppress(ServerError):
                self._classes = Classes(await self._client.definitions())
