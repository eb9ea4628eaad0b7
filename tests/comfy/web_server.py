"""Small real servers on loopback: an HTTP one, and one that writes raw bytes."""

import asyncio
import contextlib
import json
from dataclasses import dataclass, field

from aiohttp import web

from comfydoctor.comfy.client import Client
from comfydoctor.comfy.http import Http
from comfydoctor.comfy.limits import Limits
from comfydoctor.model.server import ServerProfile

STATS = {
    "system": {"comfyui_version": "0.33.0", "os": "linux", "argv": ["main.py"]},
    "devices": [{"name": "cpu", "type": "cpu", "index": None, "vram_total": 100}],
}
QUICK = Limits(connect=0.5, read=0.5, write=0.5, total=1.0, heavy_total=1.0)


@dataclass
class Heard:
    """One request as the server saw it."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


@dataclass
class Served:
    url: str
    port: int
    heard: list[Heard] = field(default_factory=list)

    @property
    def paths(self):
        return [f"{one.method} {one.path}" for one in self.heard]


def reply(answer):
    """A route's answer: a response, (status, body), or what becomes JSON."""
    if isinstance(answer, web.StreamResponse):
        return answer
    if isinstance(answer, tuple):
        status, body = answer
        if isinstance(body, (dict, list)):
            return web.json_response(body, status=status)
        return web.Response(status=status, body=body)
    if isinstance(answer, bytes):
        return web.Response(body=answer)
    return web.json_response(answer)


@contextlib.asynccontextmanager
async def serving(routes, *, ssl=None, host="127.0.0.1"):
    """``routes``: "GET /path" -> answer or function of what was heard.

    Unknown paths are answered like ComfyUI does: GET 404, everything else 405.
    """
    served = Served("", 0)

    async def handle(request):
        path = request.raw_path.partition("?")[0]
        one = Heard(
            request.method,
            path,
            dict(request.query),
            {name.lower(): value for name, value in request.headers.items()},
            await request.read(),
        )
        served.heard.append(one)
        key = f"{request.method} {path}"
        if key not in routes:
            return web.Response(status=404 if request.method == "GET" else 405)
        answer = routes[key]
        if callable(answer):
            answer = answer(one)
        if asyncio.iscoroutine(answer):
            answer = await answer
        return reply(answer)

    app = web.Application(client_max_size=1 << 26)
    app.router.add_route("*", "/{tail:.*}", handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, host, 0, ssl_context=ssl)
    await site.start()
    served.port = runner.addresses[0][1]
    served.url = f"{'https' if ssl else 'http'}://127.0.0.1:{served.port}"
    try:
        yield served
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def raw_serving(talk, *, greeting=b""):
    """``greeting`` at once, ``talk(reader, writer)`` after the head of a request."""
    served = Served("", 0)
    talking = set()

    async def handle(reader, writer):
        talking.add(asyncio.current_task())
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                writer.write(greeting)
                head = await reader.readuntil(b"\r\n\r\n")
                method, path, *_ = head.decode("latin-1").split(" ")
                served.heard.append(Heard(method, path, {}, {}, head))
                await talk(reader, writer)
        except asyncio.CancelledError:
            writer.transport.abort()  # the test is over
        finally:
            writer.close()
            talking.discard(asyncio.current_task())

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    served.port = server.sockets[0].getsockname()[1]
    served.url = f"http://127.0.0.1:{served.port}"
    try:
        yield served
    finally:
        server.close()
        for task in tuple(talking):
            task.cancel()
        await asyncio.sleep(0)
        await asyncio.gather(*talking, return_exceptions=True)
        await asyncio.sleep(0)


@contextlib.asynccontextmanager
async def client_for(url, *, limits=QUICK, secret="", **profile):
    """A client of ours, closed at the end."""
    client = Client(
        Http(ServerProfile("t", url, **profile), secret=secret, limits=limits)
    )
    try:
        yield client
    finally:
        await client.aclose()


@contextlib.asynccontextmanager
async def asking(routes, *, ssl=None, **options):
    """A server with ``routes`` and a client of it."""
    async with (
        serving(routes, ssl=ssl) as served,
        client_for(served.url, **options) as client,
    ):
        yield served, client
