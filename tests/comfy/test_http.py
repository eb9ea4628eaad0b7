import asyncio
import contextlib
import socket

import pytest
from aiohttp import web

from comfydoctor.comfy.http import Http
from comfydoctor.comfy.limits import Limits
from comfydoctor.errors import (
    Garbled,
    Redirected,
    SettingsError,
    TimedOut,
    TooMuch,
    Unreachable,
)
from comfydoctor.model.server import AuthKind, ServerProfile
from tests.comfy.web_server import QUICK, raw_serving, serving


@contextlib.asynccontextmanager
async def http_for(url, *, secret="", limits=QUICK, pace=None, **profile):
    http = Http(
        ServerProfile("t", url, **profile), secret=secret, limits=limits, pace=pace
    )
    try:
        yield http
    finally:
        await http.aclose()


async def test_answers_any_status_with_headers_body_and_time():
    routes = {"GET /a": web.Response(status=404, body=b"gone", headers={"X-A": "1"})}
    async with serving(routes) as served, http_for(served.url) as http:
        answer = await http.get("/a")
    assert (answer.status, answer.body, answer.headers["x-a"]) == (404, b"gone", "1")
    assert answer.seconds >= 0
    assert http.requests == 1


async def test_sends_no_origin_no_fetch_metadata_and_asks_for_no_compression():
    async with serving({"GET /": {}}) as served, http_for(served.url) as http:
        await http.get("/")
    sent = served.heard[0].headers
    assert "origin" not in sent
    assert not [name for name in sent if name.startswith("sec-fetch")]
    assert sent["accept-encoding"] == "identity"
    assert sent["host"] == f"127.0.0.1:{served.port}"


async def test_sends_json_bytes_and_queries_as_they_are():
    routes = {"POST /a": {}, "PATCH /a": {}, "DELETE /a": {}, "GET /u/x%2Fy%20z": {}}
    async with serving(routes) as served, http_for(served.url) as http:
        await http.post("/a", json={"a": "ü"}, params={"q": "a b/c&d"})
        await http.post("/a", body=b"\x00raw", content_type="application/octet-stream")
        await http.post("/a")
        await http.patch("/a", json=None)
        await http.delete("/a")
        await http.get("/u/x%2Fy%20z")
    first, raw, empty, none, gone, quoted = served.heard
    assert (first.json, first.query) == ({"a": "ü"}, {"q": "a b/c&d"})
    assert first.headers["content-type"] == "application/json"
    assert raw.body == b"\x00raw"
    assert "content-type" not in empty.headers
    assert none.body == b"null"
    assert gone.method == "DELETE"
    assert quoted.path == "/u/x%2Fy%20z"


async def test_knows_a_path_prefix():
    async with (
        serving({"GET /comfy/a": {}}) as served,
        http_for(f"{served.url}/comfy/") as http,
    ):
        assert (await http.get("/a")).status == 200


@pytest.mark.parametrize("path", ["http://evil.example/", "a", "", "@evil/"])
async def test_speaks_to_no_other_server(path):
    async with http_for("http://127.0.0.1:1") as http:
        with pytest.raises(SettingsError):
            await http.get(path)
    assert http.requests == 0


async def test_greets_its_own_origin_with_the_secret():
    async with serving({"GET /": {}}) as served:
        profile = {"auth": AuthKind.BEARER, "headers": (("X-Key", "k"),)}
        async with http_for(served.url, secret="S3CRET", **profile) as http:
            await http.get("/")
    assert served.heard[0].headers["authorization"] == "Bearer S3CRET"
    assert served.heard[0].headers["x-key"] == "k"


async def test_follows_no_redirect_and_tells_where_it_points():
    moved = web.Response(status=302, headers={"Location": "/elsewhere"})
    async with serving({"GET /": moved}) as served, http_for(served.url) as http:
        with pytest.raises(Redirected) as failed:
            await http.get("/")
    assert failed.value.location == "/elsewhere"
    assert failed.value.advice
    assert served.paths == ["GET /"]


async def test_keeps_no_cookie():
    answer = web.json_response({}, headers={"Set-Cookie": "a=1; Path=/"})
    async with (
        serving({"GET /": lambda _: answer, "GET /b": {}}) as served,
        http_for(served.url) as http,
    ):
        await http.get("/")
        await http.get("/b")
    assert "cookie" not in served.heard[1].headers


async def test_refuses_an_announced_size_before_reading():
    async def announce(reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(30)

    async with raw_serving(announce) as served, http_for(served.url) as http:
        with pytest.raises(TooMuch):
            await http.get("/", limit=1000)


async def test_takes_exactly_as_much_as_allowed():
    routes = {"GET /": b"x" * 1000, "GET /more": b"x" * 1001}
    async with serving(routes) as served, http_for(served.url) as http:
        assert len((await http.get("/", limit=1000)).body) == 1000
        with pytest.raises(TooMuch):
            await http.get("/more", limit=1000)


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "gzip, gzip", "x-evil"])
async def test_refuses_compression_it_did_not_ask_for(encoding):
    answer = web.Response(body=b"zip", headers={"Content-Encoding": encoding})
    async with serving({"GET /": answer}) as served, http_for(served.url) as http:
        with pytest.raises(Garbled):
            await http.get("/")


async def test_identity_is_no_compression():
    answer = web.Response(body=b"{}", headers={"Content-Encoding": "Identity"})
    async with serving({"GET /": answer}) as served, http_for(served.url) as http:
        assert (await http.get("/")).body == b"{}"


async def test_a_refused_connection_is_said_so():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    async with http_for(url) as http:
        with pytest.raises(Unreachable, match="refused") as failed:
            await http.get("/")
    assert failed.value.url == url
    assert failed.value.advice


async def test_an_unknown_name_is_said_so():
    async with http_for("http://no-such-host.invalid:8188") as http:
        with pytest.raises(Unreachable, match="name"):
            await http.get("/")


async def test_a_cut_connection_is_said_so():
    async def cut(reader, writer):
        writer.close()

    async with raw_serving(cut) as served, http_for(served.url) as http:
        with pytest.raises(Unreachable, match="closed"):
            await http.get("/")


async def test_a_body_that_ends_early_is_a_cut():
    async def short(reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
        await writer.drain()
        writer.close()

    async with raw_serving(short) as served, http_for(served.url) as http:
        with pytest.raises((Unreachable, Garbled)):
            await http.get("/")


async def test_another_protocol_is_said_so():
    async def smtp(reader, writer):
        writer.write(b"220 mail.example ESMTP\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.1)

    async with raw_serving(smtp) as served, http_for(served.url) as http:
        with pytest.raises(Garbled):
            await http.get("/")


async def test_silence_ends_at_the_deadline():
    async def silent(reader, writer):
        await asyncio.sleep(30)

    limits = Limits(read=0.2, total=5.0)
    async with (
        raw_serving(silent) as served,
        http_for(served.url, limits=limits) as http,
    ):
        with pytest.raises(TimedOut, match=r"0\.2 seconds"):
            await http.get("/")
        with pytest.raises(TimedOut, match=r"0\.1 seconds"):
            await http.get("/", total=0.1)


class Slow:
    """A handler that counts how many requests it has under way at most."""

    def __init__(self):
        self.under_way = self.most = 0

    async def __call__(self, heard):
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await asyncio.sleep(0.05)
        self.under_way -= 1
        return {}


async def test_one_heavy_request_at_a_time_and_light_ones_beside_it():
    slow = Slow()
    limits = Limits()
    async with (
        serving({"GET /heavy": slow, "GET /": {}}) as served,
        http_for(served.url, limits=limits) as http,
    ):
        heavies = [http.get("/heavy", heavy=True) for _ in range(3)]
        lights = [http.get("/") for _ in range(3)]
        await asyncio.gather(*heavies, *lights)
    assert slow.most == 1
    assert http.requests == 6


async def test_lists_that_grow_with_the_server_are_asked_one_after_the_other():
    slow = Slow()
    paths = ("/queue", "/history", "/api/jobs")
    async with (
        serving({f"GET {path}": slow for path in paths}) as served,
        http_for(served.url, limits=Limits()) as http,
    ):
        await asyncio.gather(*(http.get(path) for path in paths))
    assert slow.most == 1
    assert http.requests == 3


async def test_at_most_so_many_connections():
    slow = Slow()
    limits = Limits(connections=3)
    async with (
        serving({"GET /": slow}) as served,
        http_for(served.url, limits=limits) as http,
    ):
        await asyncio.gather(*(http.get("/") for _ in range(9)))
    assert slow.most == 3


async def test_the_pace_is_kept_before_each_request():
    paced = []

    async def pace():
        paced.append(http.requests)

    async with (
        serving({"GET /": {}}) as served,
        http_for(served.url, pace=pace) as http,
    ):
        await http.get("/")
        await http.get("/")
    assert paced == [0, 1]


async def test_speaks_through_the_proxy_of_the_profile_only():
    async with (
        serving({"GET http://far.invalid/": b"by proxy"}) as proxy,
        http_for("http://far.invalid", proxy=proxy.url) as http,
    ):
        answer = await http.get("/")
    assert answer.status in {200, 404}
    assert proxy.heard[0].headers["host"] == "far.invalid"


@pytest.mark.parametrize("proxy", ["socks9://x", "nonsense", "http://[::1"])
async def test_a_proxy_that_is_none_is_a_wrong_setting(proxy):
    async with http_for("http://127.0.0.1:1", proxy=proxy) as http:
        with pytest.raises(SettingsError):
            await http.get("/")


async def test_a_dead_proxy_is_said_so():
    async with http_for("http://far.invalid", proxy="http://127.0.0.1:1") as http:
        with pytest.raises(Unreachable):
            await http.get("/")


async def test_a_cancelled_request_leaves_the_connections_usable():
    async def slow(heard):
        await asyncio.sleep(0.3)
        return {}

    async with (
        serving({"GET /slow": slow, "GET /": {}}) as served,
        http_for(served.url, limits=Limits(connections=1)) as http,
    ):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await http.get("/slow")
        assert (await http.get("/")).status == 200
