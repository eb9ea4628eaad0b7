"""The queue's heap and the history, with ComfyUI's own ways."""

import asyncio
import copy
import heapq
from collections.abc import Callable
from typing import Any

HISTORY_KEPT = 10_000
SECRET_KEYS = ("auth_token_comfy_org", "api_key_comfy_org")
Item = tuple[Any, ...]
"""number, prompt id, prompt, extra data, outputs[, secrets]"""


class JobQueue:
    """What waits, what runs, what has run.

    The heap compares whole items: with the same number *and* the same id twice it
    comes to compare dicts and raises TypeError, at push (the item is in all the
    same) or at pop (which kills the worker). execution.py of all versions.
    """

    def __init__(self, announce: Callable[[int], None]) -> None:
        self.pending: list[Item] = []
        self.running: dict[int, Item] = {}
        self.history: dict[str, dict[str, Any]] = {}
        self.unload_models = False
        self.free_memory = False
        self._announce = announce
        self._next = 0
        self._wake = asyncio.Event()

    @property
    def remaining(self) -> int:
        """Running and waiting together."""
        return len(self.pending) + len(self.running)

    def put(self, item: Item) -> None:
        heapq.heappush(self.pending, item)
        self.changed()

    async def get(self, timeout_s: float = 1000.0) -> tuple[int, Item] | None:
        """The next job, or None when there is something else to do."""
        if not self.pending:
            await self._wait(timeout_s)
            if not self.pending:
                return None
        item = heapq.heappop(self.pending)
        key = self._next
        self._next += 1
        self.running[key] = copy.deepcopy(item)
        self.changed()
        return key, item

    async def _wait(self, timeout_s: float) -> None:
        self._wake.clear()
        if self.unload_models or self.free_memory:
            return
        try:
            await asyncio.wait_for(self._wake.wait(), timeout_s)
        except TimeoutError:
            return

    def done(
        self, key: int, result: dict[str, Any], status: dict[str, Any] | None
    ) -> None:
        """Move a job from running to history."""
        item = self.running.pop(key)
        while len(self.history) > HISTORY_KEPT:
            self.history.pop(next(iter(self.history)))
        entry = {"prompt": _without_secrets(item), "outputs": {}, "status": status}
        self.history[item[1]] = {**entry, **result}
        self.changed()

    def clear(self) -> None:
        """Drop what waits; what runs goes on."""
        self.pending = []
        self.changed()

    def delete(self, prompt_id: str) -> bool:
        """Drop one waiting job."""
        for index, item in enumerate(self.pending):
            if item[1] == prompt_id:
                self.pending.pop(index)
                heapq.heapify(self.pending)
                self.changed()
                return True
        return False

    def ask_free(self, *, unload_models: bool, free_memory: bool) -> None:
        """Set the flags that the worker looks at between jobs."""
        self.unload_models = self.unload_models or unload_models
        self.free_memory = self.free_memory or free_memory
        self._wake.set()

    def take_flags(self) -> tuple[bool, bool]:
        flags = self.unload_models, self.free_memory
        self.unload_models = self.free_memory = False
        return flags

    def some_history(self, max_items: int | None, offset: int) -> dict[str, Any]:
        """``offset`` below zero counts from the newest, else from the oldest."""
        ids = list(self.history)
        if offset < 0 and max_items is not None:
            offset = len(ids) - max_items
        offset = max(0, offset)
        end = len(ids) if max_items is None else offset + max_items
        return {key: self.history[key] for key in ids[offset:end]}

    def changed(self) -> None:
        """Tell everybody how many are left, and wake the worker."""
        self._wake.set()
        self._announce(self.remaining)


def _without_secrets(item: Item) -> Item:
    """Account keys never reach the history, not even on 0.3.64."""
    extra = {key: value for key, value in item[3].items() if key not in SECRET_KEYS}
    return (*item[:3], extra, item[4])
