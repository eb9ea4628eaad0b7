import json
import math

import pytest

from comfydoctor.comfy.parse_prompt import PromptRefused
from comfydoctor.errors import Garbled, Rejected, TimedOut, Unsupported
from comfydoctor.model.job import QueueItem
from tests.comfy.web_server import STATS, asking

TAKEN = {"prompt_id": "a", "number": 1, "node_errors": {}}


async def test_a_job_is_sent_without_id_and_number():
    async with asking({"POST /prompt": TAKEN}) as (served, client):
        taken = await client.submit(
            {"1": {}}, client_id="me", extra_data={"x": 1}, front=True
        )
        await client.submit({"1": {}})
    assert taken.id == "a"
    first, second = (one.json for one in served.heard)
    assert first == {
        "prompt": {"1": {}},
        "client_id": "me",
        "extra_data": {"x": 1},
        "front": True,
    }
    assert second == {"prompt": {"1": {}}}


async def test_a_refused_job_tells_type_and_problems():
    body = {
        "error": {"type": "prompt_no_outputs", "message": "Prompt has no outputs"},
        "node_errors": {"3": {"errors": [{"type": "x"}], "class_type": "K"}},
    }
    async with asking({"POST /prompt": (400, body)}) as (served, client):
        with pytest.raises(PromptRefused) as failed:
            await client.submit({})
    assert failed.value.error_type == "prompt_no_outputs"
    assert failed.value.problems[0].node_type == "K"
    assert failed.value.url == served.url


async def test_a_refusal_that_is_no_json_is_still_one():
    async with asking({"POST /prompt": (400, b"Bad Request")}) as (_, client):
        with pytest.raises(PromptRefused, match="Bad Request"):
            await client.submit({})


async def test_a_job_comfyui_cannot_read_is_an_error_and_is_sent_once():
    async with asking({"POST /prompt": (500, b"trouble")}) as (served, client):
        with pytest.raises(Rejected):
            await client.submit({})
    assert len(served.heard) == 1


async def test_a_job_that_is_no_json_is_never_sent():
    async with asking({"POST /prompt": TAKEN}) as (served, client):
        with pytest.raises(Garbled):
            await client.submit({"cfg": math.nan})
    assert not served.heard


async def test_a_time_out_is_never_answered_with_a_second_attempt():
    import asyncio

    async def never(heard):
        await asyncio.sleep(10)

    async with asking({"POST /prompt": never}) as (served, client):
        with pytest.raises(TimedOut):
            await client.submit({})
    assert len(served.heard) == 1


@pytest.mark.parametrize(
    ("number", "sent"), [(3.0, 3), (-2.5, -2.5), (math.nan, None), (1e300, 1e300)]
)
async def test_a_job_is_put_back_to_the_letter(number, sent):
    item = QueueItem(
        number=number,
        id='a"b',
        prompt_json='{"1":{"seed":18446744073709551615}}',
        extra_data_json='{"x":1e+20}',
        client_id="me",
    )
    async with asking({"POST /prompt": TAKEN}) as (served, client):
        await client.put_back(item)
    raw = served.heard[0].body.decode()
    assert item.prompt_json in raw
    assert item.extra_data_json in raw
    body = json.loads(raw)
    assert (body["prompt_id"], body["client_id"]) == ('a"b', "me")
    assert body.get("number") == sent


async def test_a_job_for_some_outputs_is_put_back_for_those_only():
    item = QueueItem(1.0, "a", "{}", "{}", outputs=("9", "12"))
    async with asking({"POST /prompt": TAKEN}) as (served, client):
        await client.put_back(item)
    body = json.loads(served.heard[0].body)
    assert body["partial_execution_targets"] == ["9", "12"]


async def test_queue_changes_say_exactly_what_they_mean():
    routes = {"POST /queue": b"", "POST /interrupt": b"", "POST /free": b""}
    async with asking(routes) as (served, client):
        await client.clear_queue()
        await client.delete_queued(iter(["a", "b"]))
        await client.interrupt("a")
        await client.interrupt()
        await client.free(unload_models=True, free_memory=False)
    assert [one.json for one in served.heard] == [
        {"clear": True},
        {"delete": ["a", "b"]},
        {"prompt_id": "a"},
        {},
        {"unload_models": True, "free_memory": False},
    ]


async def test_cancel_acts_on_exactly_one_job():
    routes = {
        "POST /api/jobs/a%2Fb/cancel": {"cancelled": True},
        "POST /api/jobs/c/cancel": {"cancelled": False},
        "POST /api/jobs/cancel": {"cancelled": True},
    }
    async with asking(routes) as (served, client):
        assert await client.cancel("a/b")
        assert not await client.cancel("c")
        assert await client.cancel_all(["x"])
    assert served.heard[-1].json == {"job_ids": ["x"]}


async def test_older_servers_cannot_cancel():
    async with asking({"GET /system_stats": STATS}) as (served, client):
        with pytest.raises(Unsupported):
            await client.cancel("a")
    assert served.paths == ["POST /api/jobs/a/cancel"]


async def test_a_poisoned_queue_can_be_read():
    body = b'{"queue_running": [], "queue_pending": [[NaN, "n", {}, {}, []]]}'
    async with asking({"GET /queue": body}) as (_, client):
        queue = await client.queue()
    assert queue.pending[0].poisoned
