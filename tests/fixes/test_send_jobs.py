import pytest

from comfydoctor.errors import NotApplicable, TimedOut
from comfydoctor.model.fix import FixOutcome
from comfydoctor.model.wish import Wish
from comfydoctor.simulator.scenario import CardTable
from tests.fixes.jobs import painting, picture, sleeping
from tests.fixes.stages import CHECKPOINT, OTHER


async def busy_other(bench, **changes):
    url = await bench.make_other(**changes)
    async with bench.care.elsewhere(url) as there:
        for nonce in (1, 2, 3):
            await there.submit(sleeping(600.0, "block", nonce))
    return url


async def waiting_ids(bench):
    return [item[1] for item in (await bench.raw_queue())[1]]


async def there(bench, url):
    """Graphs of our jobs that wait at the other server, in order."""
    return [i for i in (await bench.raw_queue(url))[1] if "comfydoctor_job" in i[3]]


async def test_jobs_arrive_in_order_and_leave_here(bench):
    url = await busy_other(bench)
    _, waiting = await bench.fill(3)
    result = await bench.apply("send-jobs", Wish("", {"to": url}).write())
    assert result.outcome is FixOutcome.DONE, result
    assert result.said == f"3 of 3 jobs are at {url}."
    assert await waiting_ids(bench) == []
    arrived = await there(bench, url)
    assert [item[3]["comfydoctor_job"] for item in arrived] == waiting
    assert [item[2] for item in arrived] == [picture(i) for i in range(3)]
    assert all(item[1] not in waiting for item in arrived)


async def test_one_named_job_is_sent_and_taken_back(bench):
    url = await busy_other(bench)
    _, waiting = await bench.fill(3)
    result = await bench.apply("send-jobs", Wish(waiting[1], {"to": url}).write())
    assert await waiting_ids(bench) == [waiting[0], waiting[2]]
    undone = await bench.runner.undo(result.entry)
    assert undone.outcome is FixOutcome.DONE, undone
    assert await waiting_ids(bench) == waiting
    assert await there(bench, url) == []


async def test_only_jobs_that_fit_are_sent(make_bench):
    bench = await make_bench(card=CardTable(), stock=True)
    url = await busy_other(bench, stock=True, without_models=(OTHER,))
    await bench.fill(0)
    good = await bench.post(painting(CHECKPOINT))
    lacking = await bench.post(painting(OTHER))
    plan = await bench.runner.plan("send-jobs", Wish("", {"to": url}).write())
    assert f"CheckpointLoaderSimple has no “{OTHER}” there" in str(plan.facts)
    result = await bench.runner.apply(plan)
    assert result.outcome is FixOutcome.DONE, result
    assert await waiting_ids(bench) == [lacking]
    assert [i[3]["comfydoctor_job"] for i in await there(bench, url)] == [good]
    with pytest.raises(NotApplicable, match="cannot run it"):
        await bench.runner.plan("send-jobs", Wish(lacking, {"to": url}).write())


async def test_a_server_that_dies_there_loses_no_job(bench):
    url = await busy_other(bench)
    _, waiting = await bench.fill(3)
    plan = await bench.runner.plan("send-jobs", Wish("", {"to": url}).write())
    take_out = bench.client.delete_queued

    async def take_out_and_die(ids):
        await take_out(ids)
        await bench.other.aclose()

    bench.client.delete_queued = take_out_and_die
    result = await bench.runner.apply(plan)
    assert result.outcome is FixOutcome.UNKNOWN, result
    assert await waiting_ids(bench) == []
    assert len(bench.care.parking.load(plan.id).items) == 3
    await bench.other.start()
    bench.now += 120
    undone = await bench.runner.undo(plan.id)
    assert undone.outcome is FixOutcome.DONE, undone
    assert await waiting_ids(bench) == waiting


async def test_a_lost_answer_there_runs_no_job_twice(bench, monkeypatch):
    from comfydoctor.comfy.client import Client

    url = await busy_other(bench)
    _, waiting = await bench.fill(2)
    submit = Client.submit

    async def lose(self, *args, **options):
        await submit(self, *args, **options)
        raise TimedOut("No answer.")

    monkeypatch.setattr(Client, "submit", lose)
    result = await bench.apply("send-jobs", Wish("", {"to": url}).write())
    assert result.outcome is FixOutcome.DONE, result
    assert [i[3]["comfydoctor_job"] for i in await there(bench, url)] == waiting


async def test_what_cannot_be_sent_is_told(bench):
    _, waiting = await bench.fill(1)
    for wish, words in (
        (Wish(waiting[0]), "Name the other server"),
        (Wish("", {"to": bench.simulator.url}), "this very server"),
        (Wish("nothing", {"to": bench.simulator.url}), "No such job"),
    ):
        with pytest.raises(NotApplicable, match=words):
            await bench.runner.plan("send-jobs", wish.write())
