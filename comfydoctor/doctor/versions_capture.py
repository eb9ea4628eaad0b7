"""Keeps every state of a workflow that can be seen, by itself and as it is seen."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

from comfydoctor.comfy.client import Client
from comfydoctor.comfy.parse_files import UserFile
from comfydoctor.doctor.versions_folder import (
    ENDING,
    changed_files,
    is_workflow,
)
from comfydoctor.doctor.versions_jobs import (
    graph_of,
    keep_once,
    note_run,
    run_of,
    sight_graph,
)
from comfydoctor.errors import (
    DoctorError,
    NotApplicable,
    NotAWorkflow,
    ServerError,
    StoreError,
    Unsupported,
)
from comfydoctor.fixes.base import Care
from comfydoctor.fixes.graphs import ended_item, newest_items
from comfydoctor.model.change import Change, JobEnded
from comfydoctor.model.job import Job, JobState, Queue, QueueItem
from comfydoctor.model.version import Origin, Place
from comfydoctor.store.versions import VersionStore
from comfydoctor.workflow.sighting import sight

EVERY = 4.0
"""Seconds between two looks at the server's files: one cheap request each."""
RECENT = 20
"""Ended jobs that are read when a server is met; its history may be long."""
NEWEST = 5
IDLE = 10.0
"""Seconds between looks at the history when nothing is heard of jobs."""

log = logging.getLogger(__name__)


class Capture:
    """One server's files and jobs; lives on the core's loop, writes aside."""

    def __init__(
        self,
        care: Care,
        open_store: Callable[[], VersionStore],
        *,
        every: float = EVERY,
    ) -> None:
        self._care = care
        self._open = open_store
        self._every = every
        self._seen: dict[str, UserFile] = {}
        self._jobs: list[Job] = []
        self._queued: dict[str, QueueItem] = {}
        """Jobs whose graphs were seen in the queue and are not kept yet."""
        self._kept_jobs: dict[str, int] = {}
        """Jobs whose graphs are kept, and the numbers of their versions."""
        self._ended: set[str] = set()
        self._wake = asyncio.Event()
        self._said = ""

    @property
    def _client(self) -> Client:
        return self._care.client

    @property
    def _server(self) -> str:
        return self._care.profile.key

    def on_change(self, change: Change) -> None:
        """Note what is to be looked at."""
        if isinstance(change, JobEnded):
            self._jobs.append(change.job)
            self._wake.set()

    def see_queue(self, queue: Queue) -> None:
        """Note the graphs of a queue that was read anyway; no request of our own."""
        for item in (*queue.running, *queue.pending):
            if item.prompt_json and item.id not in self._kept_jobs:
                self._queued[item.id] = item
                self._wake.set()

    async def run(self) -> None:
        """Until cancelled; a server or a disk that refuses is tried again."""
        store = await asyncio.to_thread(self._open)
        if store.read_only:
            return  # the other instance keeps them
        await self._round(store, self.read_recent)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._follow_files(store))
            group.create_task(self._follow_jobs(store))
            group.create_task(self._follow_folder(store))

    async def once(self) -> int:
        """Read files and newest jobs now; how many states were new.

        Raises ServerError or StoreError.
        """
        store = await asyncio.to_thread(self._open)
        before = store.figures().versions
        await self.read_recent(store)
        return store.figures().versions - before

    async def _follow_files(self, store: VersionStore) -> None:
        while True:
            await asyncio.sleep(self._every)
            await self._round(store, self.read_files)

    async def _follow_jobs(self, store: VersionStore) -> None:
        while True:
            try:
                async with asyncio.timeout(IDLE):
                    await self._wake.wait()
            except TimeoutError:
                await self._round(store, self.read_ended)
            self._wake.clear()
            await self._round(store, self.read_jobs)
            await asyncio.sleep(self._every / 2)

    async def _round(
        self, store: VersionStore, work: Callable[[VersionStore], Awaitable[None]]
    ) -> None:
        try:
            await work(store)
            self._said = ""
        except ServerError:
            pass  # the rounds tell how well it is heard
        except DoctorError as error:
            if str(error) != self._said:
                log.warning("workflow versions are not being kept: %s", error)
            self._said = str(error)

    # Files of the server.

    async def read_files(self, store: VersionStore) -> None:
        """Read what changed since the last look, by time and size."""
        for file in await self._client.user_files():
            if self._seen.get(file.path) == file or not is_workflow(file.path):
                continue
            content = await self._client.read_user_file(f"workflows/{file.path}")
            if content is None:
                continue
            # What is saved between the listing and the reading shows next time.
            saved = file.modified or self._care.clock()
            await self._keep_file(store, self.place(file.path), content, saved)
            self._seen[file.path] = file

    def place(self, path: str) -> Place:
        """A file below the server's workflows."""
        name = path.rpartition("/")[2].removesuffix(ENDING)
        return Place(f"{self._server}|{path}", name, path, self._server)

    async def _keep_file(
        self,
        store: VersionStore,
        place: Place,
        content: bytes,
        saved: float,
        origin: Origin = Origin.SERVER,
    ) -> None:
        """Keep a state, unless it is none: bookmarks lie among the workflows too."""
        with contextlib.suppress(NotAWorkflow):
            sighting = await asyncio.to_thread(sight, place, content, origin, saved)
            await asyncio.to_thread(store.keep, sighting)

    # Jobs.

    async def read_recent(self, store: VersionStore) -> None:
        """Files first, so that the jobs find the workflow they belong to."""
        await self.read_files(store)
        jobs = {job.id: job for job in await self._client.history(RECENT)}
        items = {item.id: item for item in await newest_items(self._care, RECENT)}
        for job_id in reversed(jobs):
            if job_id in items and job_id not in self._ended:
                await self._keep_job(store, items[job_id], jobs[job_id])

    async def read_ended(self, store: VersionStore) -> None:
        """Jobs that ended since, however short and whoever heard of them."""
        for job_id in reversed(await self._newest_ids()):
            if job_id in self._ended:
                continue
            with contextlib.suppress(NotApplicable):  # the server forgot it
                job = await self._client.history_entry(job_id)
                if job is not None:
                    item = await ended_item(self._care, job_id)
                    await self._keep_job(store, item, job)

    async def _newest_ids(self) -> list[str]:
        """By the short list where there is one: a history holds whole workflows."""
        try:
            jobs = await self._client.jobs(NEWEST)
        except Unsupported:  # before 0.6
            jobs = await self._client.history(NEWEST)
        waiting = {JobState.PENDING, JobState.RUNNING}
        return [job.id for job in jobs if job.state not in waiting]

    async def read_jobs(self, store: VersionStore) -> None:
        """Graphs of what waits and runs, and what came of what ended."""
        while self._queued:
            item = next(iter(self._queued.values()))
            await self._keep_graph(store, item, self._care.clock())
            self._queued.pop(item.id, None)
        while self._jobs:
            job = self._jobs[0]
            if job.id in self._kept_jobs:
                await self._note(store, job, self._kept_jobs[job.id])
            elif job.id not in self._ended:
                with contextlib.suppress(NotApplicable):  # the server forgot it
                    item = await ended_item(self._care, job.id)
                    await self._keep_job(store, item, job)
            self._jobs.pop(0)

    async def _keep_job(self, store: VersionStore, item: QueueItem, job: Job) -> None:
        when = job.started or job.ended or self._care.clock()
        await self._note(store, job, await self._keep_graph(store, item, when))

    async def _note(self, store: VersionStore, job: Job, number: int) -> None:
        """What came of a job, beside the version that it ran; once."""
        if number and job.state is not JobState.LOST and job.id not in self._ended:
            run = run_of(job, number, self._server)
            await asyncio.to_thread(note_run, store, run)
        self._ended.add(job.id)

    async def _keep_graph(
        self, store: VersionStore, item: QueueItem, when: float
    ) -> int:
        """Number of the version of a job's graph; 0 when it has none."""

        def work() -> int:
            sighting = sight_graph(
                store,
                graph_of(item),
                server=self._server,
                origin=Origin.JOB,
                time=when,
                name=item.workflow_name,
                detail=item.id,
            )
            return keep_once(store, sighting).id

        try:
            number = await asyncio.to_thread(work)
        except NotAWorkflow:
            return 0
        self._kept_jobs[item.id] = number
        return number

    # Its folder on this computer.

    async def _follow_folder(self, store: VersionStore) -> None:
        """See every save at once, where the files lie here; also with it dead."""
        while True:
            folder = await asyncio.to_thread(self._care.workflow_folder)
            if folder is not None and folder.is_dir():
                async for paths in changed_files(folder):
                    await self.read_folder(store, folder, paths)
            await asyncio.sleep(5 * self._every)

    async def read_folder(
        self, store: VersionStore, folder: Path, paths: Iterable[Path]
    ) -> None:
        """Keep what was written there just now."""
        for path in paths:
            with contextlib.suppress(OSError):
                content = await asyncio.to_thread(path.read_bytes)
                place = self.place(path.relative_to(folder).as_posix())
                with contextlib.suppress(StoreError):
                    await self._keep_file(
                        store, place, content, time.time(), Origin.FOLDER
                    )
