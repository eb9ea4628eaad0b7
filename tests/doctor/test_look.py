"""One look at the jobs, by the route that costs the server least."""

import asyncio
import json
from dataclasses import replace

import pytest

from comfydoctor.doctor.look import (
    LOOKUPS,
    SMALL_QUEUE,
    jobs_of,
    look_at_jobs,
    queue_of,
)
from comfydoctor.model.change import JobEnded
from comfydoctor.model.job import Job, JobState, Queue, QueueItem
from tests.doctor.bench import bench
from tests.simulator.bench import picture, sleeping, until


async def fill(ours, waiting):
    """One long job and some that wait; returns their ids."""
    first = await ours.talk.submit(sleeping(600.0, mode="poll"))
    await until(lambda: running_ids(ours))
    return first, [await ours.talk.submit(picture(n)) for n in range(waiting)]


async def running_ids(ours):
    return [item.id for item in (await ours.client.queue()).running]


async def interrupted(ours, job_id):
    await ours.talk.post("/interrupt", {})
    await ours.talk.ended(job_id)


async def take(ours):
    """Look, and note it in the state; returns the look and what was announced."""
    look = await look_at_jobs(ours.client, ours.state)
    return look, ours.state.take_jobs(look.waiting, look.ended)


async def know(ours):
    ours.state.info = await ours.client.system_stats()


async def test_a_small_queue_is_read_with_its_workflows():
    async with bench() as ours:
        first, rest = await fill(ours, 2)
        ours.forget()
        look, _ = await take(ours)
        assert ours.asked == ["GET /queue", "GET /history"]
        assert [job.id for job in look.waiting] == [first, *rest]
        assert look.waiting[0].state is JobState.RUNNING
        assert look.queue.pending[0].prompt_json


@pytest.mark.parametrize("version", ["0.8.0", "0.33.0"])
async def test_a_long_queue_is_read_without_its_workflows(version):
    async with bench(version) as ours:
        first, rest = await fill(ours, SMALL_QUEUE + 2)
        await know(ours)
        ours.state.take_remaining(SMALL_QUEUE + 3)
        ours.forget()
        look, _ = await take(ours)
        assert ours.asked == ["GET /api/jobs"]
        assert [job.id for job in look.waiting] == [first, *rest]
        assert [item.id for item in look.queue.running] == [first]
        assert {item.prompt_json for item in look.queue.pending} == {""}


async def test_before_the_jobs_list_a_long_queue_is_read_itself():
    async with bench("0.3.64") as ours:
        first, rest = await fill(ours, SMALL_QUEUE + 2)
        await know(ours)
        ours.state.take_remaining(SMALL_QUEUE + 3)
        look, _ = await take(ours)
        assert [job.id for job in look.waiting] == [first, *rest]
        assert "GET /queue" in ours.asked


async def test_a_job_that_is_not_among_the_newest_is_looked_up():
    async with bench() as ours:
        await ours.talk.ended(await ours.talk.submit(picture(99)))
        _first, rest = await fill(ours, 7)
        await take(ours)
        await interrupted(ours, _first)
        for job_id in rest:
            await ours.talk.ended(job_id)
        ours.forget()
        _, changes = await take(ours)
        assert f"GET /history/{_first}" in ours.asked
        ended = {c.job.id: c.job.state for c in changes if isinstance(c, JobEnded)}
        assert ended[_first] is JobState.INTERRUPTED
        assert {ended[job_id] for job_id in rest} == {JobState.SUCCEEDED}


async def test_only_so_many_vanished_jobs_are_asked_for_at_one_look():
    async with bench() as ours:
        ours.state.take_jobs([Job(str(n), JobState.PENDING) for n in range(50)], [])
        ours.state.take_remaining(0)
        await look_at_jobs(ours.client, ours.state)
        assert len([path for path in ours.asked if "/history/" in path]) == LOOKUPS


async def test_interrupted_is_told_from_failed_though_the_list_does_not():
    async with bench("0.8.0") as ours:
        await know(ours)
        first, rest = await fill(ours, SMALL_QUEUE + 2)
        await take(ours)
        await ours.talk.post("/queue", {"delete": rest[:1]})
        second = await ours.talk.submit(sleeping(600.0, mode="poll", colour=5))
        more = [await ours.talk.submit(picture(50 + n)) for n in range(SMALL_QUEUE + 2)]
        await interrupted(ours, first)
        await until(lambda: is_running(ours, second))
        ours.state.take_remaining(len(more) + 1)
        ours.forget()
        _, changes = await take(ours)
        assert ours.asked.count("GET /api/jobs") == 1
        ended = {c.job.id: c.job.state for c in changes if isinstance(c, JobEnded)}
        assert ended[first] is JobState.INTERRUPTED
        ours.forget()
        await take(ours)
        assert ours.asked == ["GET /api/jobs"], "it is not asked again"
        assert ours.state.ended[first].state is JobState.INTERRUPTED


async def is_running(ours, job_id):
    return job_id in await running_ids(ours)


async def test_many_failed_jobs_are_not_all_asked_for_at_once():
    async with bench("0.8.0") as ours:
        await know(ours)
        for colour in range(LOOKUPS + 3):
            job_id = await ours.talk.submit(sleeping(600.0, mode="poll", colour=colour))
            await until(lambda job_id=job_id: is_running(ours, job_id))
            await interrupted(ours, job_id)
        ours.state.take_remaining(SMALL_QUEUE + 1)
        ours.forget()
        look, _ = await take(ours)
        asked = [path for path in ours.asked if "/history/" in path]
        assert len(asked) == LOOKUPS
        assert len(look.ended) == LOOKUPS + 3


def test_a_queue_of_jobs_keeps_their_order_and_state():
    jobs = [Job("b", JobState.RUNNING, 1.0), Job("a", JobState.PENDING, 2.0)]
    queue = queue_of(jobs)
    assert [item.id for item in queue.running] == ["b"]
    assert [item.id for item in queue.pending] == ["a"]
    assert queue.remaining == 2


async def test_two_looks_agree_when_nothing_happens():
    async with bench() as ours:
        await ours.talk.ended(await ours.talk.submit(picture(1)))
        await take(ours)
        await asyncio.sleep(0)
        _, changes = await take(ours)
        assert changes == []


def test_a_waiting_job_names_its_models_and_keeps_them():
    text = '{"1":{"class_type":"L","inputs":{"ckpt_name":"a.safetensors"}}}'
    item = QueueItem(1.0, "j", text, "{}")
    (job,) = jobs_of(Queue(pending=(item,)))
    assert job.models == ("a.safetensors",)
    unread = replace(item, prompt_json="")
    assert jobs_of(Queue(pending=(unread,)), (job,))[0].models == job.models


def test_the_same_graph_with_another_seed_is_the_same_work():
    def item(name, seed, steps=20):
        graph = {"1": {"class_type": "K", "inputs": {"seed": seed, "steps": steps}}}
        return QueueItem(1.0, name, json.dumps(graph), "{}")

    queue = Queue((item("a", 1),), (item("b", 2), item("c", 2, steps=9)))
    first, second, third = jobs_of(queue)
    assert first.fingerprint == second.fingerprint != third.fingerprint
    assert jobs_of(Queue((QueueItem(1.0, "x", "no graph", "{}"),)))[0].fingerprint == ""
