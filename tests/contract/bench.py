"""A ComfyUI to try things on: the simulator, or a real one by its address."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from comfydoctor.comfy.client import Client
from comfydoctor.comfy.http import Http
from comfydoctor.comfy.stream import Stream
from comfydoctor.model.job import Job
from comfydoctor.model.server import ServerInfo, ServerProfile
from comfydoctor.simulator.simulator import Simulator
from tests.comfy.heard import Heard, listening

REAL_URL = os.environ.get("COMFYDOCTOR_REAL_URL", "")
PROFILES = ("0.3.64", "0.8.0", "0.33.0")
BENCHES = [*PROFILES, *(["real"] if REAL_URL else [])]
SPEED = 5.0
PATIENCE = 60.0


@dataclass
class Bench:
    """A server that runs nothing, with a client and ears."""

    url: str
    client: Client
    info: ServerInfo
    is_real: bool

    def since(self, *version: int) -> bool:
        return self.info.at_least(*version)

    async def until(self, look: Callable[[], Any], what: str = "") -> Any:
        """Ask again and again until the answer is a good one."""
        async with asyncio.timeout(PATIENCE):
            while not (found := await look()):
                await asyncio.sleep(0.05)
        return found

    async def finish(self, job_id: str) -> Job:
        return await self.until(lambda: self.client.history_entry(job_id))

    async def running(self, job_id: str) -> None:
        async def runs() -> bool:
            queue = await self.client.queue()
            return bool(queue.running) and queue.running[0].id == job_id

        await self.until(runs)

    async def run(self, graph: dict[str, Any], client_id: str = "") -> Job:
        submitted = await self.client.submit(graph, client_id=client_id)
        return await self.finish(submitted.id)

    @asynccontextmanager
    async def hearing(
        self, *, logs: bool = False
    ) -> AsyncIterator[tuple[Stream, Heard]]:
        heard = Heard()
        subscribe = self.client.subscribe_logs if logs else None
        async with listening(self.url, heard, subscribe=subscribe) as stream:
            await heard.until(
                lambda: stream.state.log_stream if logs else stream.state.live, PATIENCE
            )
            await heard.until(lambda: heard.events, PATIENCE)
            yield stream, heard

    async def become_idle(self) -> None:
        async def idle() -> bool:
            await self.client.clear_queue()
            await self.client.interrupt()
            return await self.client.queue_remaining() == 0

        await self.until(idle)


@asynccontextmanager
async def open_bench(name: str) -> AsyncIterator[Bench]:
    if name == "real":
        async with _bench(REAL_URL, is_real=True) as bench:
            await bench.become_idle()
            yield bench
            await bench.become_idle()
        return
    simulator = Simulator("test-bench", name, speed=SPEED)
    async with simulator, _bench(simulator.url, is_real=False) as bench:
        yield bench


@asynccontextmanager
async def _bench(url: str, *, is_real: bool) -> AsyncIterator[Bench]:
    client = Client(Http(ServerProfile("bench", url)))
    try:
        yield Bench(url, client, await client.system_stats(), is_real)
    finally:
        await client.aclose()
