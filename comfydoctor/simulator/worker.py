"""The prompt worker: takes jobs one by one, frees memory between them."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

from comfydoctor.simulator.cache import Cache
from comfydoctor.simulator.execution import Execution
from comfydoctor.simulator.failure import ServerDied, WorkerDied
from comfydoctor.simulator.jobqueue import Item, JobQueue
from comfydoctor.simulator.nodes.nodeclass import NodeClass
from comfydoctor.simulator.nodes.work import Machine

THREAD_DIED = (
    "Exception in thread Thread-1 (prompt_worker):\n"
    "Traceback (most recent call last):\n"
    '  File "/opt/ComfyUI/python/lib/python3.11/threading.py", line 1045, in'
    " _bootstrap_inner\n"
    "    self.run()\n"
    '  File "/opt/ComfyUI/python/lib/python3.11/threading.py", line 982, in run\n'
    "    self._target(*self._args, **self._kwargs)\n"
    '  File "/opt/ComfyUI/main.py", line 408, in prompt_worker\n'
    "    queue_item = q.get(timeout=timeout)\n"
    "                 ^^^^^^^^^^^^^^^^^^^^^^\n"
)
POPPED = (
    '  File "/opt/ComfyUI/execution.py", line 1274, in get\n'
    "    item = heapq.heappop(self.queue)\n"
    "           ^^^^^^^^^^^^^^^^^^^^^^^^^\n"
)


class Worker:
    """One thread of ComfyUI as a task. When it has died, HTTP lives on."""

    def __init__(
        self, machine: Machine, queue: JobQueue, classes: Mapping[str, NodeClass]
    ) -> None:
        self._machine = machine
        self._queue = queue
        self._classes = classes
        self._cache = Cache(keeps_unused=machine.version.since(0, 23))
        self._task: asyncio.Task[None] | None = None
        self.server_died: asyncio.Future[str] | None = None
        """Set when the whole process went down, with its last words."""

    def start(self) -> None:
        """Begin to work."""
        loop = asyncio.get_running_loop()
        self.server_died = loop.create_future()
        self._task = loop.create_task(self._work())

    @property
    def alive(self) -> bool:
        """Whether it still takes jobs."""
        return self._task is not None and not self._task.done()

    async def aclose(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _work(self) -> None:
        try:
            while True:
                await self.work_once()
        except WorkerDied as death:
            self._say_death(death.console)
        except TypeError as error:
            self._say(f"{THREAD_DIED}{POPPED}TypeError: {error}\n")
        except ServerDied as death:
            if self.server_died is not None and not self.server_died.done():
                self.server_died.set_result(death.console)

    def _say_death(self, console: str) -> None:
        """SystemExit leaves no trace; KeyboardInterrupt prints a traceback."""
        if console:
            self._say(f"{THREAD_DIED}{console}\n")

    def _say(self, text: str) -> None:
        self._machine.console.write(text)
        self._machine.console.flush()

    async def work_once(self) -> None:
        """Wait for a job (or a wish to free memory) and see to it."""
        taken = await self._queue.get()
        if taken is not None:
            await self._run(*taken)
        self._free()

    async def _run(self, key: int, item: Item) -> None:
        machine = self._machine
        began = machine.pace.now()
        run = Execution(machine, self._classes, self._cache, item)
        result = await run.run()
        outcome = {"outputs": result.outputs, "meta": result.meta}
        self._queue.done(key, outcome, result.status())
        machine.hub.last_node = ""
        if machine.hub.owner is not None:
            over = {"node": None, "prompt_id": item[1]}
            machine.hub.send("executing", over, machine.hub.owner)
        machine.console.executed(machine.pace.now() - began)
        if machine.mood.forgets_models:
            machine.vram.unload_all()
            self._cache.clear()

    def _free(self) -> None:
        """Both flags act here only, between jobs; leaks stay."""
        unload_models, free_memory = self._queue.take_flags()
        if unload_models or free_memory:
            self._machine.vram.unload_all()
        if free_memory:
            self._cache.clear()
            self._machine.vram.drop_kept()
            if self._machine.version.since(0, 23):
                self._machine.console.info("Using RAM pressure cache.")
