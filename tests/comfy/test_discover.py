import asyncio
import contextlib
import os
import socket
import ssl

import trustme

from comfydoctor.comfy.discover import PORTS, Listener, find_servers, listeners
from comfydoctor.comfy.limits import Limits
from tests.comfy.web_server import STATS, raw_serving, serving

ROUTES = {"GET /system_stats": STATS}
QUICK = Limits(connect=0.5, read=0.5, total=1.0)


def find(ports, *, environment=None, seen=(), limits=QUICK):
    return find_servers(
        ports=ports, environment=environment or {}, look=lambda: seen, limits=limits
    )


def closed_port():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return unused.getsockname()[1]


def test_the_usual_ports_come_in_the_usual_order():
    assert PORTS[:3] == (8188, 8000, 8189)
    assert PORTS[-1] == 8199


async def test_finds_a_server_at_a_usual_port():
    async with serving(ROUTES) as served:
        (found,) = await find([closed_port(), served.port])
    assert (found.url, found.version) == (served.url, "0.33.0")
    assert "usual port" in found.how
    assert len(served.heard) == 1


async def test_finds_a_listening_python_process_and_asks_it_once():
    async with serving(ROUTES) as served:
        seen = (Listener(served.port, 77), Listener(served.port, 78))
        (found,) = await find([], seen=seen)
        (usual,) = await find([served.port], seen=seen)
    assert found.pid in {77, 78}
    assert str(found.pid) in found.how
    assert usual.pid == found.pid
    assert len(served.heard) == 2


async def test_the_address_of_the_environment_comes_first():
    async with serving(ROUTES) as named, serving(ROUTES) as usual:
        environment = {"COMFYUI_URL": named.url}
        first, second = await find([usual.port], environment=environment)
    assert (first.url, second.url) == (named.url, usual.url)
    assert "COMFYUI_URL" in first.how


async def test_a_wrong_variable_hides_nothing():
    async with serving(ROUTES) as served:
        found = await find([served.port], environment={"COMFYUI_URL": "ftp://x"})
    assert len(found) == 1


async def test_other_programs_are_not_taken_for_comfyui():
    async def silent(reader, writer):
        await asyncio.sleep(30)

    async def smtp(reader, writer):
        writer.write(b"220 ESMTP\r\n")
        await writer.drain()

    async with contextlib.AsyncExitStack() as stack:
        web = [
            await stack.enter_async_context(serving(routes))
            for routes in ({}, {"GET /system_stats": {"other": 1}})
        ]
        raw = [
            await stack.enter_async_context(raw_serving(talk))
            for talk in (silent, smtp)
        ]
        assert await find([one.port for one in web + raw]) == ()


async def test_finds_a_server_with_a_certificate_of_its_own():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    async with serving(ROUTES, ssl=context) as served:
        (found,) = await find([served.port])
    assert found.url == served.url
    assert found.extras[0].startswith("certificate ")
    assert not served.heard


async def test_never_tries_more_than_forty():
    asked = 0

    async def count(heard):
        nonlocal asked
        asked += 1
        return STATS

    async with serving({"GET /system_stats": count}) as served:
        many = [Listener(port) for port in range(20_000, 20_100)]
        await find([served.port], seen=many)
    assert asked == 1


def test_sees_the_python_processes_that_listen():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        mine = [one for one in listeners() if one.port == port]
    assert [one.pid for one in mine] == [os.getpid()]
