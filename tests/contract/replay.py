"""A server that gives one recorded answer to whatever it is asked."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from comfydoctor.comfy.client import Client
from comfydoctor.comfy.http import Http
from comfydoctor.model.server import ServerProfile
from tests.contract.recordings import Exchange


class Replay:
    """Set ``exchange``, then ask with ``client``; ``others`` answer at their path."""

    def __init__(self) -> None:
        self.exchange: Exchange | None = None
        self.others: dict[str, Exchange] = {}
        self.client: Client

    async def answer(self, request: web.Request) -> web.Response:
        exchange = self.others.get(request.path, self.exchange)
        assert exchange is not None
        assert exchange.status is not None
        headers = {"Content-Type": exchange.content_type or "text/plain"}
        if exchange.status == 204:
            headers = {}
        return web.Response(status=exchange.status, body=exchange.body, headers=headers)


@asynccontextmanager
async def replay() -> AsyncIterator[Replay]:
    server = Replay()
    app = web.Application(client_max_size=1 << 26)
    app.router.add_route("*", "/{anything:.*}", server.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    server.client = Client(Http(ServerProfile("replay", f"http://127.0.0.1:{port}")))
    try:
        yield server
    finally:
        await server.client.aclose()
        await runner.cleanup()
