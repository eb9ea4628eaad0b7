import contextlib
import socket
import ssl
import subprocess
import sys
import threading
import time

import pytest
import trustme

from comfydoctor.comfy.glance import Glance, glance, look
from comfydoctor.comfy.pin import fingerprint
from tests.comfy.web_server import STATS, raw_serving, serving

ROUTES = {
    "GET /system_stats": STATS,
    "GET /prompt": {"exec_info": {"queue_remaining": 4}},
}


async def seen(url, **options):
    """The glance's own thread works while this loop serves."""
    import asyncio

    return await asyncio.to_thread(glance(url, **options).wait, 10)


async def test_sees_the_server_and_its_queue():
    async with serving(ROUTES) as served:
        found = await seen(served.url)
    assert found.ok
    assert found.info.version == "0.33.0"
    assert found.queue_remaining == 4
    assert found.problem == ""
    assert found.info.simulated == ""
    sent = served.heard[0].headers
    assert sent["host"] == f"127.0.0.1:{served.port}"
    assert "origin" not in sent
    assert "authorization" not in sent


async def test_knows_a_path_prefix():
    prefixed = {key.replace(" /", " /comfy/"): value for key, value in ROUTES.items()}
    async with serving(prefixed) as served:
        assert (await seen(f"{served.url}/comfy")).ok


async def test_marks_our_simulator():
    from aiohttp import web

    headers = {"x-comfydoctor-simulated": "healthy"}
    routes = ROUTES | {
        "GET /system_stats": lambda _: web.json_response(STATS, headers=headers)
    }
    async with serving(routes) as served:
        assert (await seen(served.url)).info.simulated == "healthy"


async def test_calls_back_from_its_own_thread():
    heard = []
    here = threading.current_thread()

    def on_done(found):
        heard.append((found.ok, threading.current_thread() is here))

    async with serving(ROUTES) as served:
        await seen(served.url, on_done=on_done)
    assert heard == [(True, False)]


async def test_a_pin_is_compared_before_anything_is_sent():
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = trustme.CA().issue_cert("other.example")
    certificate.configure_cert(server)
    pem = certificate.cert_chain_pems[0].bytes().decode()
    shown = fingerprint(ssl.PEM_cert_to_DER_cert(pem))
    async with serving(ROUTES, ssl=server) as served:
        assert (await seen(served.url, pinned_sha256=shown)).ok
        served.heard.clear()
        changed = await seen(served.url, pinned_sha256="0" * 64)
        stranger = await seen(served.url)
    assert "another certificate" in changed.problem
    assert "certificate" in stranger.problem
    assert not served.heard


def talk_of(payload):
    async def talk(reader, writer):
        with contextlib.suppress(ConnectionError):
            writer.write(payload)
            await writer.drain()
            writer.close()

    return talk


JUNK = [
    b"",
    b"SSH-2.0-OpenSSH_9\r\n",
    b"HTTP/1.1\r\n\r\n",
    b"HTTP/1.1 abc\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n\r\n<html>",
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<input type='password'>",
    b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999999999999\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\n\r\n" + b"[" * 100_000,
    b'HTTP/1.1 200 OK\r\n\r\n{"system":{"a":NaN},"devices":[]}',
    b"HTTP/1.1 200 OK\r\n\r\n\xff\xfe",
    b"HTTP/1.1 302 Found\r\nLocation: http://evil/\r\n\r\n",
    b"HTTP/1.1 401 No\r\n\r\n",
    b"HTTP/1.1 500 No\r\n\r\n\x1b[31m",
    b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b",
    b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 400_000,
]


@pytest.mark.parametrize("payload", JUNK, ids=range(len(JUNK)))
async def test_junk_is_a_problem_and_never_an_exception(payload):
    async with raw_serving(talk_of(payload)) as served:
        found = await seen(served.url)
    assert not found.ok
    assert found.problem.endswith(".")
    assert len(served.heard) <= 2


@pytest.mark.parametrize(
    "url", ["", "file:///x", "http://127.0.0.1:1", "http://[::1", "http://no.invalid:1"]
)
def test_a_wrong_or_dead_address_is_a_problem(url):
    assert isinstance(look(url), Glance)
    assert look(url).problem


async def test_silence_and_drops_end_at_the_deadline():
    import asyncio

    async def drip(reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.01)

    async def silent(reader, writer):
        await asyncio.sleep(30)

    for talk in (drip, silent):
        async with raw_serving(talk) as served:
            found = await seen(served.url, deadline=0.4)
        assert "at once" in found.problem
        assert 0.35 < found.seconds < 0.4 * 3


def test_returns_at_once_and_the_wait_is_bounded():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        started = time.monotonic()
        looking = glance(url, deadline=2.0)
        assert looking.result is None
        assert looking.wait(0.01) is None
        assert time.monotonic() - started < 1.0


def test_nothing_heavy_is_imported_for_a_glance():
    code = (
        "import sys; from comfydoctor.comfy.glance import look;"
        "look(sys.argv[1]);"
        "print([m for m in ('asyncio', 'httpx', 'pydantic', 'psutil', 'aiohttp',"
        " 'websockets', 'msgspec', 'numpy', 'ssl') if m in sys.modules])"
    )
    body = b'{"system":{"os":"linux"},"devices":[],"exec_info":{"queue_remaining":0}}'

    def serve(server):
        for _ in range(2):
            line, _ = server.accept()
            with line:
                line.recv(4096)
                line.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + body)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=(server,))
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        done = subprocess.run(
            [sys.executable, "-c", code, url], capture_output=True, text=True
        )
        thread.join()
    assert done.stdout.strip() == "[]", done.stderr
