"""/internal: logs, folder paths, file lists; never under /api."""

import json

from aiohttp import web

from comfydoctor.simulator.disk import folder_names, folder_paths
from comfydoctor.simulator.life import Life


class LogRoutes:
    """What ComfyUI calls internal."""

    def __init__(self, life: Life) -> None:
        self._life = life

    def table(self) -> list[web.RouteDef]:
        return [
            web.get("/internal/logs", self.text),
            web.get("/internal/logs/raw", self.raw),
            web.patch("/internal/logs/subscribe", self.subscribe),
            web.get("/internal/folder_paths", self.paths),
            web.get("/internal/files/{place}", self.files),
        ]

    async def text(self, request: web.Request) -> web.Response:
        return web.json_response(self._life.console.text())

    async def raw(self, request: web.Request) -> web.Response:
        entries = list(self._life.console.ring)
        size = {"cols": 80, "rows": 24}
        return web.json_response({"entries": entries, "size": size})

    async def subscribe(self, request: web.Request) -> web.Response:
        body = json.loads(await request.text())
        client, enabled = body["clientId"], body["enabled"]
        change = self._life.console.subscribers
        if enabled:
            change.add(client)
        else:
            change.discard(client)
        return web.Response()

    async def paths(self, request: web.Request) -> web.Response:
        names = folder_names(self._life.version)
        return web.json_response({name: folder_paths(name) for name in names})

    async def files(self, request: web.Request) -> web.Response:
        place = request.match_info["place"]
        if place not in {"input", "output", "temp"}:
            error = {"error": "Invalid directory type"}
            return web.json_response(error, status=400)
        names = self._life.world.disk.recent(place)
        if self._life.version.since(0, 20):
            names = [f"{name} [{place}]" for name in names]
        return web.json_response(names)
