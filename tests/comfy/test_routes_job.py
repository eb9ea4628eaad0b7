import pytest

from comfydoctor.errors import TooMuch, Unsupported
from comfydoctor.model.job import JobState
from tests.comfy.web_server import asking

ENTRY = {
    "status": {"status_str": "success", "messages": []},
    "prompt": [],
    "outputs": {},
}


async def test_the_history_is_never_asked_for_whole():
    async with asking({"GET /history": {"a": ENTRY, "b": ENTRY}}) as (served, client):
        jobs = await client.history(5)
        await client.history(0)
    assert [job.id for job in jobs] == ["b", "a"]
    assert [one.query for one in served.heard] == [
        {"max_items": "5"},
        {"max_items": "1"},
    ]


async def test_a_history_too_large_is_asked_for_in_smaller_pieces():
    def answer(heard):
        wanted = int(heard.query["max_items"])
        return {str(i): {**ENTRY, "x": "y" * 6_000_000} for i in range(wanted)}

    async with asking({"GET /history": answer}) as (served, client):
        assert len(await client.history(10)) == 2
    assert [one.query["max_items"] for one in served.heard] == ["10", "2"]


async def test_one_entry_too_large_alone_is_said_so():
    async with asking({"GET /history": {"a": "x" * 17_000_000}}) as (served, client):
        with pytest.raises(TooMuch):
            await client.history(2)
    assert [one.query["max_items"] for one in served.heard] == ["2", "1"]


async def test_an_unknown_entry_is_none():
    routes = {"GET /history/a": {"a": ENTRY}, "GET /history/b": {}}
    async with asking(routes) as (_, client):
        assert (await client.history_entry("a")).state is JobState.SUCCEEDED
        assert await client.history_entry("b") is None


async def test_the_jobs_list_takes_a_limit_and_states():
    routes = {"GET /api/jobs": {"jobs": [{"id": "a", "status": "pending"}]}}
    async with asking(routes) as (served, client):
        (job,) = await client.jobs(5, ("pending", "in_progress"))
        await client.jobs()
    assert job.state is JobState.PENDING
    assert served.heard[0].query == {"limit": "5", "status": "pending,in_progress"}
    assert served.heard[1].query == {"limit": "20"}


async def test_an_unknown_job_is_none_and_an_absent_route_unsupported():
    gone = (404, {"error": "Job not found"})
    async with asking({"GET /api/jobs/a": gone}) as (_, client):
        assert await client.job("a") is None
        with pytest.raises(Unsupported):
            await client.job("b")


async def test_a_job_with_nan_among_its_outputs_is_read():
    body = b'{"a": {"outputs": {"1": {"score": [NaN]}}, "prompt": [NaN]}}'
    async with asking({"GET /history": body}) as (_, client):
        (job,) = await client.history()
    assert job.number is None


async def test_forgetting_says_exactly_what():
    async with asking({"POST /history": b""}) as (served, client):
        await client.delete_history(["a"])
        await client.clear_history()
    assert [one.json for one in served.heard] == [{"delete": ["a"]}, {"clear": True}]
