"""What several probes need is asked for once; errors are kept as well."""

import asyncio
import contextlib
import gc
import math
import weakref

import pytest

from comfydoctor.comfy.client import Client
from comfydoctor.comfy.http import Http
from comfydoctor.diagnosis.answers import ASKED_ONE_BY_ONE, Answers
from comfydoctor.errors import ServerError
from comfydoctor.model.server import ServerProfile
from tests.comfy.web_server import serving
from tests.diagnosis.looking import simulated


async def test_answers_are_shared():
    async with simulated("healthy-studio") as (_, client):
        answers = Answers(client, lambda: 0.0)
        first, second = await asyncio.gather(answers.history(), answers.history())
        assert first is second
        assert client.requests <= 2


async def test_errors_are_shared_too():
    async with serving({}) as served:
        client = Client(Http(ServerProfile("x", served.url)))
        answers = Answers(client, lambda: 0.0)
        for _ in range(3):
            with pytest.raises(ServerError):
                await answers.queue()
        await client.aclose()
    assert len(served.paths) <= 2


async def test_a_tick_tells_the_servers_clock():
    async with serving({"GET /prompt": {}}) as served:
        client = Client(Http(ServerProfile("x", served.url)))
        behind = await Answers(client, lambda: 0.0).tick()
        await client.aclose()
    assert behind.ahead > 1e9 and behind.seconds < 5


async def test_a_server_without_dates_leaves_its_clock_unknown():
    async with simulated("test-bench") as (_, client):
        tick = await Answers(client, lambda: 0.0).tick()
    assert math.isnan(tick.ahead) or tick.ahead > 1e9


async def test_a_broken_class_does_not_hide_the_others():
    routes = {
        "GET /object_info/Good": {"Good": {"input": {}}},
        "GET /object_info/Gone": {},
        "GET /object_info/Broken": (500, "Server got itself in trouble"),
    }
    async with serving(routes) as served:
        client = Client(Http(ServerProfile("x", served.url)))
        answers = Answers(client, lambda: 0.0)
        classes = await answers.node_classes(frozenset({"Good", "Gone", "Broken"}))
        await client.aclose()
    assert classes == {"Good": {"input": {}}, "Gone": None}


async def test_of_many_classes_the_whole_list_is_asked_for_once():
    names = frozenset(f"Node{n}" for n in range(ASKED_ONE_BY_ONE + 1))
    some = {name: {"input": {}} for name in sorted(names)[:-1]}
    async with serving({"GET /object_info": some}) as served:
        client = Client(Http(ServerProfile("x", served.url)))
        answers = Answers(client, lambda: 0.0)
        classes = await answers.node_classes(names)
        again = await answers.node_classes(names | {"Gone"})
        await client.aclose()
    assert classes == dict.fromkeys(names) | some
    assert again == classes | {"Gone": None}
    assert len(served.paths) == 1


async def test_what_is_forgotten_goes_at_once_though_an_error_was_raised():
    async with serving({"GET /object_info": {"Node": {"input": {}}}}) as served:
        client = Client(Http(ServerProfile("x", served.url)))
        answers = Answers(client, lambda: 0.0)
        known = weakref.ref(await answers.definitions())
        with contextlib.suppress(ServerError):
            await answers.queue()
        assert known() is not None
        gc.disable()
        try:
            answers.forget()
            assert known() is None
        finally:
            gc.enable()
        await client.aclose()
