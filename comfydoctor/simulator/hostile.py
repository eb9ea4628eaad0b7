"""Attacks of a hostile server, chosen by path in the scenario."""

import asyncio
import json
import zlib
from collections.abc import Awaitable, Callable

from aiohttp import web

from comfydoctor.simulator.life import Life

MIB = 1 << 20
MOST_BACKLOG = 5000
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Attack = Callable[[web.Request], Awaitable[web.StreamResponse]]
BIDI, BELL, CLEAR = "\u202e", "\x07", "\x1b[2J\x1b]0;pwned\x07"
MARKUP = "<img src=x onerror=alert(1)><a href='file:///etc/passwd'>click</a>"
LOGIN = (
    "<!doctype html><html><head><title>Sign in</title></head><body><form>"
    "<input name=user><input name=password type=password></form></body></html>"
)


class Attacks:
    """Answers the scenario's paths badly and leaves the others alone."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._plan = life.world.scenario.hostile
        self._known: dict[str, Attack] = {
            "big": big,
            "endless": endless,
            "drip": drip,
            "bomb": bomb,
            "nesting": nesting,
            "amplify": amplify,
            "encoding": encoding,
            "nan": not_a_number,
            "redirect": redirect,
            "login": login,
            "headers": headers,
            "silent": silent,
            "html-names": names,
        }

    async def answer(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        """Attack, or let the real handler answer."""
        seconds = self._life.world.pace.present()
        for entry in self._plan:
            if request.path.removeprefix("/api") != entry.path:
                continue
            if seconds >= entry.from_second:
                return await self._known[entry.attack](request)
        return await handler(request)


async def _stream(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    answer.content_type = "application/json"
    await answer.prepare(request)
    return answer


async def big(request: web.Request) -> web.StreamResponse:
    """H1: a gigabyte is announced and begun."""
    answer = web.StreamResponse(headers={"Content-Length": str(1 << 30)})
    answer.content_type = "application/json"
    await answer.prepare(request)
    for _ in range(1024):
        await answer.write(b" " * MIB)
    return answer


async def endless(request: web.Request) -> web.StreamResponse:
    """H1: a list that never ends."""
    answer = await _stream(request)
    await answer.write(b"[0")
    while True:
        await answer.write(b",0" * 32768)


async def drip(request: web.Request) -> web.StreamResponse:
    """H2: a byte a second."""
    answer = await _stream(request)
    while True:
        await answer.write(b" ")
        await asyncio.sleep(1.0)


async def bomb(request: web.Request) -> web.StreamResponse:
    """H3: a megabyte that becomes a gigabyte."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    first, again = (
        packer.compress(b"0" * MIB) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2)
    )
    body = first + again * 1023  # after a full flush each part stands for itself
    packed = {"Content-Encoding": "gzip"}
    return web.Response(body=body, content_type="application/json", headers=packed)


async def nesting(request: web.Request) -> web.StreamResponse:
    """H7: a million brackets."""
    body = b"[" * 1_000_000 + b"]" * 1_000_000
    return web.Response(body=body, content_type="application/json")


async def amplify(request: web.Request) -> web.StreamResponse:
    """H8: small on the wire, huge in memory."""
    body = b"[" + b"[]," * (15 * MIB // 3) + b"[]]"
    return web.Response(body=body, content_type="application/json")


async def encoding(request: web.Request) -> web.StreamResponse:
    """H9: not UTF-8, lone surrogates, and a charset that is none."""
    body = b'{"queue_running": ["\xff\xfe\\ud800"], "queue_pending": []}'
    kind = {"Content-Type": "application/json; charset=zlib_codec"}
    return web.Response(body=body, headers=kind)


async def not_a_number(request: web.Request) -> web.StreamResponse:
    """H10: numbers that are none."""
    text = '{"exec_info": {"queue_remaining": NaN, "more": Infinity, "huge": 9e999}}'
    return web.Response(text=text, content_type="application/json")


async def redirect(request: web.Request) -> web.StreamResponse:
    """H5: to another place, with whatever was sent along."""
    target = {"Location": "http://127.0.0.1:9/steal"}
    return web.Response(status=307, headers=target)


async def login(request: web.Request) -> web.StreamResponse:
    """A page for people where JSON was asked for."""
    return web.Response(text=LOGIN, content_type="text/html")


async def headers(request: web.Request) -> web.StreamResponse:
    """H4: more headers than any client wants."""
    many = {f"X-Flood-{index}": "a" * 4000 for index in range(64)}
    return web.json_response({}, headers=many)


async def silent(request: web.Request) -> web.StreamResponse:
    """Takes the request and says nothing."""
    await asyncio.Event().wait()
    return web.Response()


async def names(request: web.Request) -> web.StreamResponse:
    """Markup, control characters and reversed text where names belong."""
    nasty = [f"{MARKUP}{BIDI}gnp.exe", f"{CLEAR}{BELL}model.safetensors", "a" * 100_000]
    return web.json_response(nasty)


async def flood(life: Life, per_second: int) -> None:
    """W2, W7: messages faster than anybody reads, many of no known kind."""
    junk = json.dumps({"text": MARKUP + BIDI + CLEAR})
    while True:
        await asyncio.sleep(0.05)
        if life.hub.backlog > MOST_BACKLOG:
            continue
        for index in range(max(1, per_second // 20)):
            life.hub.send("progress", {"value": index, "max": -1, "junk": junk})
            life.hub.send(f"unknown-{index % 7}", [index])
        life.hub.send_bytes(77, b"\x00\xff" * 40, None)
        life.hub.send_bytes(1, b"", None)
