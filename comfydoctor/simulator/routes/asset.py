"""/api/assets and /api/tags: there, but switched off."""

from aiohttp import web

from comfydoctor.simulator.life import Life

DISABLED = (
    "Assets system is disabled. Start the server with --enable-assets to use this"
    " feature."
)


class AssetRoutes:
    """The routes since 0.17.0; off without ``--enable-assets``."""

    def __init__(self, life: Life) -> None:
        self._there = life.version.since(0, 17)

    def table(self) -> list[web.RouteDef]:
        if not self._there:
            return []
        return [web.get("/assets", self.disabled), web.get("/tags", self.disabled)]

    async def disabled(self, request: web.Request) -> web.Response:
        error = {"code": "SERVICE_DISABLED", "message": DISABLED, "details": {}}
        return web.json_response({"error": error}, status=503)
