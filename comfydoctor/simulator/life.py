"""One life of the server process, from its start to its end."""

import asyncio
import json
import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comfydoctor.simulator.card import GIB, Card
from comfydoctor.simulator.console import Console
from comfydoctor.simulator.disk import Disk
from comfydoctor.simulator.hub import Hub
from comfydoctor.simulator.jobqueue import SECRET_KEYS, JobQueue
from comfydoctor.simulator.nodes.registry import registry
from comfydoctor.simulator.nodes.work import Machine, Mood
from comfydoctor.simulator.pace import Pace
from comfydoctor.simulator.problem import problem
from comfydoctor.simulator.scenario import Scenario
from comfydoctor.simulator.startup import print_start
from comfydoctor.simulator.validation import Validator
from comfydoctor.simulator.version import Version
from comfydoctor.simulator.vram import Vram
from comfydoctor.simulator.worker import Worker

Answer = tuple[int, dict[str, Any]]


@dataclass
class World:
    """What outlives the process: the scenario, the computer and its disk."""

    scenario: Scenario
    version: Version
    pace: Pace
    card: Card
    disk: Disk
    rng: random.Random
    url: str = ""


class Life:
    """Queue, history, console, caches and worker; all gone when it ends."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.version = world.version
        self.hub = Hub()
        self.console = Console(world.version, world.pace, self.hub.send)
        self.queue = JobQueue(self.hub.status)
        world.card.ram_held = 5.5 * GIB
        vram = Vram(world.card, self.console, world.version)
        self.machine = Machine(
            world.version,
            world.pace,
            self.console,
            self.hub,
            world.card,
            vram,
            world.disk,
            world.rng,
            Mood(),
            frozen=self.freeze,
        )
        self.classes = registry(world.scenario)
        self.worker = Worker(self.machine, self.queue, self.classes)
        self.restart_wanted = asyncio.Event()
        self._crashed: asyncio.Future[float] | None = None
        self.manager_tasks = 0
        self._counter = 0
        self._thawed_at = 0.0

    def print_start(self) -> None:
        """The start-up log."""
        world = self.world
        print_start(self.console, world.version, world.card, world.scenario, world.url)

    def start(self) -> None:
        """Begin to work and to send."""
        self.hub.start()
        self.worker.start()

    async def aclose(self) -> None:
        await self.worker.aclose()
        await self.hub.aclose()

    def crash(self, down: float) -> None:
        """The process is gone now; ``down`` seconds until somebody restarts it."""
        if self._crashed is not None and not self._crashed.done():
            self._crashed.set_result(down)

    async def until_down(self) -> float:
        """Wait for the end of this life; answers for how long nobody is there."""
        loop = asyncio.get_running_loop()
        self._crashed = loop.create_future()
        restart = loop.create_task(self.restart_wanted.wait())
        died = self.worker.server_died
        ends: set[asyncio.Future[Any]] = {self._crashed, restart}
        if died is not None:
            ends.add(died)
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            restart.cancel()
        if self._crashed.done():
            return self._crashed.result()
        return self.world.scenario.restart_seconds

    def say_request_failed(self, reason: str) -> None:
        """What the console shows of a request that ended in a 500."""
        self.console.error(
            "Error handling request from 127.0.0.1\n"
            "Traceback (most recent call last):\n"
            '  File "/opt/ComfyUI/execution.py", line 1264, in put\n'
            f"    heapq.heappush(self.queue, item)\nTypeError: {reason}\n"
        )

    def freeze(self, seconds: float) -> None:
        """A node holds the interpreter: no request is answered for that long."""
        if not self.world.pace.in_past:
            loop = asyncio.get_running_loop()
            self._thawed_at = loop.time() + seconds / self.world.pace.speed

    async def thaw(self) -> None:
        """Wait while the process is frozen."""
        wait = self._thawed_at - asyncio.get_running_loop().time()
        if wait > 0:
            await asyncio.sleep(wait)

    def features(self) -> dict[str, Any]:
        """``GET /features``."""
        newest = self.version.since(0, 33)
        flags: dict[str, Any] = {"supports_preview_metadata": True}
        if newest:
            flags["supports_model_type_tags"] = True
        flags["max_upload_size"] = 104857600
        if self.version.since(0, 8):
            manager = {"supports_v4": True}
            if self.world.scenario.manager == "V4.2.2":
                manager["supports_csrf_post"] = True
            flags["extension"] = {"manager": manager}
        if newest:
            flags |= {"node_replacements": True, "assets": False}
        return flags

    def submit(self, body: Mapping[str, Any]) -> Answer:
        """``POST /prompt``; raises as ComfyUI does on a body it did not expect."""
        self.console.info("got prompt")
        number = self._number(body)
        if "prompt" not in body:
            error = problem("no_prompt", "No prompt provided", "No prompt provided")
            return 400, {"error": error, "node_errors": {}}
        prompt_id = self._prompt_id(body)
        if prompt_id is None:
            return 400, {"error": _invalid_id(), "node_errors": {}}
        return self._submit_checked(body, number, prompt_id)

    def _submit_checked(
        self, body: Mapping[str, Any], number: float, prompt_id: str
    ) -> Answer:
        graph = body["prompt"]
        validator = Validator(graph, self.classes, self.version, self.world.disk)
        verdict = validator.verdict(body.get("partial_execution_targets"))
        for line in verdict.console:
            self.console.error(line)
        if verdict.error is not None:
            self.console.warning(f"invalid prompt: {verdict.error}")
            return 400, {"error": verdict.error, "node_errors": verdict.node_errors}
        extra, secrets = self._extra_data(body)
        item = (number, prompt_id, graph, extra, verdict.outputs)
        if self.version.since(0, 3, 68):
            item = (*item, secrets)  # type: ignore[assignment]
        self.queue.put(item)
        answer = {"prompt_id": prompt_id, "number": number}
        return 200, {**answer, "node_errors": verdict.node_errors}

    def _number(self, body: Mapping[str, Any]) -> float:
        if "number" in body:
            return float(body["number"])
        number = self._counter
        self._counter += 1
        return -number if body.get("front") else number

    def _prompt_id(self, body: Mapping[str, Any]) -> str | None:
        """None when it is refused (since 0.25.0 it must be a canonical UUID)."""
        if not self.version.since(0, 25):
            return str(body.get("prompt_id", uuid.uuid4()))
        given = body.get("prompt_id")
        if given is None:
            return str(uuid.uuid4())
        return given if is_canonical(given) else None

    def _extra_data(self, body: Mapping[str, Any]) -> tuple[dict[str, Any], Any]:
        extra = dict(body.get("extra_data", {}))
        if "client_id" in body:
            extra["client_id"] = body["client_id"]
        secrets = {}
        if self.version.since(0, 3, 68):
            kept = [key for key in SECRET_KEYS if key in extra]
            secrets = {key: extra.pop(key) for key in kept}
        if self.version.since(0, 3, 69):
            extra["create_time"] = self.world.pace.milliseconds()
        return extra, secrets

    def interrupt(self, prompt_id: str | None) -> None:
        """``POST /interrupt``: acts where a node looks, and only if one runs."""
        if not prompt_id:
            self.console.info("Global interrupt (no prompt_id specified)")
            self.machine.interrupted = True
        elif self.is_running(prompt_id):
            self.console.info(f"Interrupting prompt {prompt_id}")
            self.machine.interrupted = True
        else:
            said = f"Prompt {prompt_id} is not currently running, skipping interrupt"
            self.console.info(said)

    def is_running(self, prompt_id: str) -> bool:
        return any(item[1] == prompt_id for item in self.queue.running.values())

    def cancel(self, prompt_id: str) -> bool:
        """``POST /api/jobs/{id}/cancel``."""
        if self.is_running(prompt_id):
            self.machine.interrupted = True
            return True
        found = self.queue.delete(prompt_id)
        if found:
            self.queue.changed()  # once by the queue, once more by the route
        return found


def is_canonical(text: object) -> bool:
    """Whether it is a UUID in lower case with hyphens."""
    try:
        return isinstance(text, str) and str(uuid.UUID(text)) == text
    except ValueError:
        return False


def _invalid_id() -> dict[str, Any]:
    return problem(
        "invalid_prompt_id",
        "prompt_id must be a valid UUID",
        "prompt_id must be a UUID string in canonical lowercase hyphenated form; omit"
        " it to let the server generate one",
    )


def copied(body: Mapping[str, Any]) -> dict[str, Any]:
    """A graph is changed by its validation: everybody gets their own."""
    answer: dict[str, Any] = json.loads(json.dumps(body))
    return answer
