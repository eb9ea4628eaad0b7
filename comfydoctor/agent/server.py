"""The agent's HTTP side: read-only, with a token, within small limits."""

import asyncio
import hmac
import json
import math
import socket
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from aiohttp import web
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from comfydoctor import __version__
from comfydoctor.agent.exposition import Readings, exposition
from comfydoctor.agent.watchpost import Watchpost
from comfydoctor.comfy.text import clean
from comfydoctor.store.redact import redact_text

DEFAULT_PORT = 9836
TAIL_BYTES = 256 << 10
MOST_LINES, DEFAULT_LINES = 2000, 300
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Access:
    """Who may ask. Without a token only this computer, and the agent says so."""

    token: str = ""

    def allows(self, header: str) -> bool:
        """Whether an ``Authorization`` header carries the token."""
        if not self.token:
            return True
        kind, _, given = header.partition(" ")
        same = hmac.compare_digest(given.strip().encode(), self.token.encode())
        return kind.lower() == "bearer" and same


def make_app(post: Watchpost, access: Access) -> web.Application:
    """``/metrics`` for Prometheus, ``/api/1/...`` for ComfyDoctor; GET only."""
    app = web.Application(middlewares=[_guard(access)], client_max_size=1024)
    readings = Readings(
        post.samples, lambda: ((state.name, state.reason) for state in post.states)
    )

    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(
            body=exposition(readings),
            headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4},
        )

    app.router.add_get("/metrics", metrics, allow_head=False)
    for path, answer in (
        ("/api/1/host", _host),
        ("/api/1/samples", _samples),
        ("/api/1/installations", _installations),
    ):
        app.router.add_get(path, _answering(post, answer), allow_head=False)
    app.router.add_get("/api/1/log", _log(post), allow_head=False)
    return app


def _guard(access: Access) -> Callable[..., Awaitable[web.StreamResponse]]:
    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.method != "GET":
            raise web.HTTPMethodNotAllowed(request.method, ["GET"])
        if not access.allows(request.headers.get("Authorization", "")):
            raise web.HTTPUnauthorized(
                text="A token is needed: Authorization: Bearer TOKEN\n",
                headers={"WWW-Authenticate": "Bearer"},
            )
        if "Origin" in request.headers:  # a page in a browser has no business here
            raise web.HTTPForbidden(text="Not for web pages.\n")
        response = await handler(request)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    return guard


def _answering(post: Watchpost, answer: Callable[[Watchpost], object]) -> Handler:
    async def handler(_request: web.Request) -> web.Response:
        return web.json_response(answer(post), dumps=_dumps)

    return handler


def _dumps(value: object) -> str:
    """JSON as its standard has it: what is no number is null."""
    return json.dumps(_plain(value), allow_nan=False)


def _plain(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


def _host(post: Watchpost) -> object:
    cards = post.cards
    return {
        "schema": 1,
        "agent": __version__,
        "name": socket.gethostname(),
        "cards": [
            {
                "subject": f"gpu{card.index}",
                "uuid": card.uuid,
                "name": card.name,
                "vendor": card.vendor,
                "pci": card.pci,
                "throttled": card.throttled,
                "trouble": card.trouble.text if card.trouble else None,
            }
            for card in cards.readings
        ],
        "driver": cards.driver or None,
        "sources": {state.name: state.reason or None for state in post.states},
    }


def _samples(post: Watchpost) -> object:
    return {"schema": 1, "samples": [asdict(sample) for sample in post.samples()]}


def _installations(post: Watchpost) -> object:
    """Where ComfyUI lies; no file is read for this."""
    return {
        "schema": 1,
        "installations": [
            {
                "kind": one.kind.value,
                "base": one.base,
                "version": one.version,
                "torch": one.torch,
                "packs": [{"name": p.name, "state": p.state} for p in one.packs],
                "running": [server.pid for server in one.running],
                "logs": [log.path for log in one.logs],
            }
            for one in post.installations
        ],
    }


def _log(post: Watchpost) -> Handler:
    """The end of a log that an installation named itself; never another file."""

    async def handler(request: web.Request) -> web.Response:
        named = {log.path for one in post.installations for log in one.logs}
        path = request.query.get("path", "")
        if path not in named:
            raise web.HTTPNotFound(text="No log of a ComfyUI found here.\n")
        wanted = request.query.get("lines", str(DEFAULT_LINES))
        lines = min(MOST_LINES, int(wanted)) if wanted.isdecimal() else DEFAULT_LINES
        text = await asyncio.to_thread(_tail, Path(path), lines)
        return web.json_response({"schema": 1, "path": path, "text": text})

    return handler


def _tail(path: Path, lines: int) -> str:
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - TAIL_BYTES))
            body = file.read(TAIL_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""
    text = "\n".join(body.splitlines()[-lines:])
    return redact_text(clean(text, TAIL_BYTES))
