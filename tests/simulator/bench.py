"""A simulator and somebody who talks to it, for the tests of this folder."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from comfydoctor.simulator.scenario import Scenario
from comfydoctor.simulator.simulator import Simulator

Graph = dict[str, Any]


class Talk:
    """Requests to one simulator; answers as (status, body)."""

    def __init__(self, simulator: Simulator, session: aiohttp.ClientSession) -> None:
        self.simulator = simulator
        self.session = session

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        url = self.simulator.url + path
        async with self.session.request(method, url, json=body) as answer:
            text = await answer.text()
            if answer.content_type == "application/json" and text:
                return answer.status, await answer.json()
            return answer.status, text

    async def get(self, path: str) -> Any:
        return (await self.ask("GET", path))[1]

    async def post(self, path: str, body: Any = None) -> Any:
        return (await self.ask("POST", path, body))[1]

    async def submit(self, graph: Graph, **more: Any) -> str:
        status, answer = await self.ask("POST", "/prompt", {"prompt": graph, **more})
        assert status == 200, answer
        return str(answer["prompt_id"])

    async def ended(self, prompt_id: str) -> dict[str, Any]:
        """The job's history entry once it is there."""

        async def there() -> Any:
            return (await self.get(f"/history/{prompt_id}")).get(prompt_id)

        entry: dict[str, Any] = await until(there)
        return entry

    async def log(self) -> str:
        return str(await self.get("/internal/logs"))


async def until(ask: Callable[[], Any], seconds: float = 10.0) -> Any:
    """Ask again and again until the answer is true."""
    async with asyncio.timeout(seconds):
        while True:
            answer = await ask()
            if answer:
                return answer
            await asyncio.sleep(0.01)


@asynccontextmanager
async def running(
    scenario: str | Scenario = "test-bench",
    profile: str | None = None,
    *,
    speed: float = 8.0,
) -> AsyncIterator[Talk]:
    async with (
        Simulator(scenario, profile, speed=speed) as simulator,
        aiohttp.ClientSession() as session,
    ):
        yield Talk(simulator, session)


def picture(colour: int = 1, prefix: str = "doctor") -> Graph:
    """A job that needs no model."""
    return {
        "1": {
            "class_type": "EmptyImage",
            "inputs": {"width": 64, "height": 64, "batch_size": 1, "color": colour},
        },
        "3": {
            "class_type": "SaveImage",
            "inputs": {"images": ["1", 0], "filename_prefix": prefix},
        },
    }


def with_fault(name: str, colour: int = 1, **inputs: Any) -> Graph:
    """The same with one fault node in the middle."""
    graph = picture(colour)
    graph["2"] = {"class_type": name, "inputs": {"image": ["1", 0], **inputs}}
    graph["3"]["inputs"]["images"] = ["2", 0]
    return graph


def sleeping(seconds: float, mode: str = "progress", colour: int = 1) -> Graph:
    return with_fault("FaultSleep", colour, seconds=seconds, mode=mode, steps=10)


def last_event(entry: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    event, data = entry["status"]["messages"][-1]
    return event, data
