import pytest
from aiohttp import web

from comfydoctor.comfy.routes import quoted
from comfydoctor.errors import (
    Forbidden,
    Garbled,
    LoginNeeded,
    NotComfy,
    Rejected,
    Unreachable,
    Unsupported,
)
from tests.comfy.web_server import STATS, asking

REMAINING = {"exec_info": {"queue_remaining": 2}}


def page(text, status=200):
    return web.Response(text=text, content_type="text/html", status=status)


async def test_asks_without_api_and_stays_there():
    routes = {"GET /system_stats": STATS, "GET /prompt": REMAINING}
    async with asking(routes) as (served, client):
        await client.system_stats()
        await client.queue_remaining()
        with pytest.raises(Unsupported):
            await client.settings()
    assert served.paths == ["GET /system_stats", "GET /prompt", "GET /settings"]


@pytest.mark.parametrize(
    "blocked", [(404, b""), (403, b""), (405, b""), page("<html>the studio's wiki")]
)
async def test_falls_back_to_api_once_and_remembers(blocked):
    routes = {
        "GET /system_stats": lambda _: blocked,
        "GET /api/system_stats": STATS,
        "GET /api/prompt": REMAINING,
        "POST /api/queue": b"",
    }
    async with asking(routes) as (served, client):
        assert (await client.system_stats()).version == "0.33.0"
        assert await client.queue_remaining() == 2
        await client.clear_queue()
    assert served.paths[1:] == [
        "GET /api/system_stats",
        "GET /api/prompt",
        "POST /api/queue",
    ]


async def test_internal_routes_exist_without_api_only():
    routes = {"GET /system_stats": (404, b""), "GET /api/system_stats": STATS}
    async with asking(routes) as (served, client):
        await client.system_stats()
        with pytest.raises(Unsupported):
            await client.log_entries()
        with pytest.raises(Unsupported):
            await client.jobs()
    assert served.paths[-2:] == ["GET /internal/logs/raw", "GET /api/jobs"]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, LoginNeeded),
        (407, LoginNeeded),
        (403, Forbidden),
        (404, Unsupported),
        (405, Unsupported),
        (500, Rejected),
        (503, Rejected),
        (418, Rejected),
        (502, Unreachable),
        (504, Unreachable),
    ],
)
async def test_every_error_status_has_its_class_and_an_advice(status, error):
    routes = {"GET /settings": (status, b"said \x1b[31mso")}
    async with asking(routes) as (served, client):
        with pytest.raises(error) as failed:
            await client.settings()
    assert failed.value.advice
    assert failed.value.url == served.url
    if error is Rejected:
        assert (failed.value.status, failed.value.body) == (status, "said so")


async def test_the_plain_text_500_of_comfyui_is_kept():
    body = b"500 Internal Server Error\n\nServer got itself in trouble"
    async with asking({"GET /prompt": (500, body)}) as (_, client):
        with pytest.raises(Rejected) as failed:
            await client.queue_remaining()
    assert failed.value.body.endswith("Server got itself in trouble")


async def test_a_login_page_is_told_from_another_program():
    login = page("<html><form><input type='password'></form>")
    wiki = page("<html><h1>Welcome to nginx!")
    async with asking({"GET /prompt": lambda _: login}) as (_, client):
        with pytest.raises(LoginNeeded):
            await client.queue_remaining()
    async with asking({"GET /prompt": lambda _: wiki}) as (_, client):
        with pytest.raises(NotComfy):
            await client.queue_remaining()


async def test_other_text_is_garbled_and_names_the_server():
    async with asking({"GET /prompt": b"hello"}) as (served, client):
        with pytest.raises(Garbled) as failed:
            await client.queue_remaining()
    assert failed.value.url == served.url


async def test_large_answers_are_parsed_whole():
    item = [1, "a", {str(i): {"class_type": "X" * 100} for i in range(5000)}, {}, []]
    routes = {"GET /queue": {"queue_running": [item], "queue_pending": []}}
    async with asking(routes) as (_, client):
        assert (await client.queue()).running[0].node_count == 5000


async def test_our_simulator_is_always_marked():
    marked = web.json_response(STATS, headers={"x-comfydoctor-simulated": "healthy"})
    routes = {
        "GET /system_stats": lambda _: marked,
        "GET /comfydoctor/simulated/host": {"cpu_percent": 5},
    }
    async with asking(routes) as (_, client):
        assert (await client.system_stats()).simulated == "healthy"
        assert client.simulated == "healthy"
        assert await client.simulated_host() == {"cpu_percent": 5}


async def test_a_real_server_has_no_simulated_computer():
    async with asking({"GET /system_stats": STATS}) as (served, client):
        assert (await client.system_stats()).simulated == ""
        with pytest.raises(Unsupported):
            await client.simulated_host()
    assert len(served.heard) == 1


def test_a_name_becomes_one_segment():
    assert quoted("workflows/a b?#%.json") == "workflows%2Fa%20b%3F%23%25.json"
    assert quoted("../../x") == "..%2F..%2Fx"
