"""/prompt, /queue, /history, /interrupt, /free."""

import json
from contextlib import suppress
from typing import Any

from aiohttp import web

from comfydoctor.simulator.life import Life


class PromptRoutes:
    """Jobs in, jobs out."""

    def __init__(self, life: Life) -> None:
        self._life = life

    def table(self) -> list[web.RouteDef]:
        return [
            web.get("/prompt", self.remaining),
            web.post("/prompt", self.submit),
            web.get("/queue", self.queue),
            web.post("/queue", self.change_queue),
            web.get("/history", self.history),
            web.get("/history/{prompt_id}", self.history_one),
            web.post("/history", self.change_history),
            web.post("/interrupt", self.interrupt),
            web.post("/free", self.free),
        ]

    async def remaining(self, request: web.Request) -> web.Response:
        left = self._life.queue.remaining
        return web.json_response({"exec_info": {"queue_remaining": left}})

    async def submit(self, request: web.Request) -> web.Response:
        body = json.loads(await request.text())
        status, answer = self._life.submit(body)
        return web.json_response(answer, status=status)

    async def queue(self, request: web.Request) -> web.Response:
        """The heap as it is: not sorted; before 0.3.68 with the keys in it."""
        queue = self._life.queue
        running = [item[:5] for item in queue.running.values()]
        pending = [item[:5] for item in queue.pending]
        return web.json_response({"queue_running": running, "queue_pending": pending})

    async def change_queue(self, request: web.Request) -> web.Response:
        body = json.loads(await request.text())
        if body.get("clear"):
            self._life.queue.clear()
        for prompt_id in body.get("delete", ()):
            self._life.queue.delete(prompt_id)
        return web.Response()

    async def history(self, request: web.Request) -> web.Response:
        query = request.rel_url.query
        most = int(query["max_items"]) if "max_items" in query else None
        offset = int(query.get("offset", -1))
        return web.json_response(self._life.queue.some_history(most, offset))

    async def history_one(self, request: web.Request) -> web.Response:
        prompt_id = request.match_info["prompt_id"]
        history = self._life.queue.history
        found = {prompt_id: history[prompt_id]} if prompt_id in history else {}
        return web.json_response(found)

    async def change_history(self, request: web.Request) -> web.Response:
        body = json.loads(await request.text())
        history = self._life.queue.history
        if body.get("clear"):
            history.clear()
        for prompt_id in body.get("delete", ()):
            history.pop(prompt_id, None)
        return web.Response()

    async def interrupt(self, request: web.Request) -> web.Response:
        body: Any = {}
        with suppress(ValueError):
            body = json.loads(await request.text())
        self._life.interrupt(body.get("prompt_id"))
        return web.Response()

    async def free(self, request: web.Request) -> web.Response:
        """200 at once, whatever comes of it."""
        body = json.loads(await request.text())
        self._life.queue.ask_free(
            unload_models=bool(body.get("unload_models", False)),
            free_memory=bool(body.get("free_memory", False)),
        )
        return web.Response()
