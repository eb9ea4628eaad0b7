"""Puts the routes together and answers what none of them does, as ComfyUI."""

import ipaddress
from collections.abc import Awaitable, Callable, Iterable
from urllib.parse import urlsplit

from aiohttp import web

from comfydoctor.simulator.hostile import Attacks
from comfydoctor.simulator.life import Life
from comfydoctor.simulator.routes.asset import AssetRoutes
from comfydoctor.simulator.routes.file import FileRoutes
from comfydoctor.simulator.routes.host import HostRoutes
from comfydoctor.simulator.routes.jobs import JobsRoutes
from comfydoctor.simulator.routes.log import LogRoutes
from comfydoctor.simulator.routes.manager import ManagerRoutes
from comfydoctor.simulator.routes.model import ModelRoutes
from comfydoctor.simulator.routes.prompt import PromptRoutes
from comfydoctor.simulator.routes.system import SystemRoutes
from comfydoctor.simulator.routes.userdata import UserdataRoutes

LABEL = "x-comfydoctor-simulated"
IN_TROUBLE = "500 Internal Server Error\n\nServer got itself in trouble"
MOST_BODY = 104857600
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(life: Life) -> web.Application:
    """The application of one life."""
    middlewares = [_hostile(life), _outer(life)]
    app = web.Application(client_max_size=MOST_BODY, middlewares=middlewares)
    label = life.world.scenario.id

    async def stamp(request: web.Request, response: web.StreamResponse) -> None:
        response.headers[LABEL] = label

    app.on_response_prepare.append(stamp)
    groups = (SystemRoutes, PromptRoutes, ModelRoutes, FileRoutes, UserdataRoutes)
    for group in groups:
        _add(app, group(life).table(), ("", "/api"))
    _add(app, ManagerRoutes(life).table(), ("", "/api"))
    _add(app, JobsRoutes(life).table(), ("/api",))
    _add(app, AssetRoutes(life).table(), ("/api",))
    _add(app, LogRoutes(life).table(), ("",))
    _add(app, HostRoutes(life).table(), ("",))
    return app


def _add(
    app: web.Application, table: Iterable[web.RouteDef], prefixes: tuple[str, ...]
) -> None:
    """Most routes exist twice; /internal only without /api, jobs only with it."""
    for route in table:
        for prefix in prefixes:
            path = prefix + route.path
            twin = web.RouteDef(route.method, path, route.handler, route.kwargs)
            app.router.add_routes([twin])


def _hostile(life: Life) -> Callable[..., Awaitable[web.StreamResponse]]:
    attacks = Attacks(life)

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        return await attacks.answer(request, handler)

    return middleware


def _outer(life: Life) -> Callable[..., Awaitable[web.StreamResponse]]:
    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        await life.thaw()
        refused = _refusal(life, request)
        if refused is not None:
            return refused
        if request.method == "OPTIONS":
            return web.Response()
        missing = request.match_info.http_exception
        if missing is not None:
            return await _no_route(request, missing)
        try:
            return await handler(request)
        except web.HTTPException:
            raise
        except Exception:  # noqa: BLE001 - ComfyUI answers all its own errors so
            return _trouble(life)

    return middleware


async def _no_route(
    request: web.Request, missing: web.HTTPException
) -> web.StreamResponse:
    """The interface is served from ``/``: there GET finds no file, POST no method."""
    if request.method in {"GET", "HEAD"}:
        answer = web.StreamResponse(status=404)
        answer.content_type = "application/octet-stream"
        answer.enable_chunked_encoding()
        await answer.prepare(request)
        await answer.write_eof()
        return answer
    allowed = {"GET", "HEAD"}
    if isinstance(missing, web.HTTPMethodNotAllowed):
        allowed |= set(missing.allowed_methods)
    headers = {"Allow": ",".join(sorted(allowed))}
    return web.Response(status=405, text="405: Method Not Allowed", headers=headers)


def _trouble(life: Life) -> web.Response:
    life.console.error(
        "Error handling request from 127.0.0.1\nTraceback (most recent call last):\n"
        '  File "/opt/ComfyUI/venv/lib/python3.11/site-packages/aiohttp/'
        'web_protocol.py", line 577, in _handle_request\n'
        "    resp = await request_handler(request)\n"
    )
    answer = web.Response(status=500, text=IN_TROUBLE)
    answer.force_close()
    return answer


def _refusal(life: Life, request: web.Request) -> web.Response | None:
    """The check of Host against Origin, on loopback only; since 0.19 Sec-Fetch."""
    cross = request.headers.get("Sec-Fetch-Site") == "cross-site"
    if cross and life.version.since(0, 19):
        return web.Response(status=403)
    host, origin = request.headers.get("Host", ""), request.headers.get("Origin")
    if not origin:
        return None
    asked = urlsplit("//" + host)
    came = urlsplit(origin).netloc.lower()
    if not _is_loopback(asked.hostname) or not came:
        return None
    own = host.lower()
    if _port(came) is None:
        own = asked.hostname or ""
    if came == own:
        return None
    life.console.warning(
        f"WARNING: request with non matching host and origin {own} != {came},"
        " returning 403"
    )
    return web.Response(status=403)


def _port(netloc: str) -> int | None:
    try:
        return urlsplit("//" + netloc).port
    except ValueError:
        return None


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False
