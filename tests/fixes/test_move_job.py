import pytest

from comfydoctor.errors import NotApplicable
from comfydoctor.model.fix import FixOutcome
from comfydoctor.model.wish import Wish
from tests.fixes.jobs import picture


async def waiting_ids(bench):
    return [item[1] for item in (await bench.raw_queue())[1]]


@pytest.mark.parametrize("version", ["0.3.64", "0.33.0"])
@pytest.mark.parametrize(
    ("to", "place"), [("front", 0), ("back", 3), ("2", 1), ("99", 3)]
)
async def test_it_lands_at_its_place(make_bench, version, to, place):
    bench = await make_bench(version)
    _, waiting = await bench.fill(4)
    result = await bench.apply("move-job", Wish(waiting[2], {"to": to}).write())
    assert result.outcome is FixOutcome.DONE, result
    assert result.said == f"It waits at place {place + 1} of 4."
    others = [job for job in waiting if job != waiting[2]]
    others.insert(place, waiting[2])
    assert await waiting_ids(bench) == others


async def test_only_the_moved_job_leaves_the_queue(bench):
    _, waiting = await bench.fill(4)
    bench.http.log.clear()
    await bench.apply("move-job", Wish(waiting[3], {"to": "front"}).write())
    assert bench.http.changes == [("POST", "/queue"), ("POST", "/prompt")]


async def test_undo_within_the_minute_needs_no_waiting(bench):
    _, waiting = await bench.fill(3)
    result = await bench.apply("move-job", waiting[2])
    undone = await bench.runner.undo(result.entry)
    assert undone.outcome is FixOutcome.DONE, undone
    assert await waiting_ids(bench) == waiting


async def test_jobs_that_come_meanwhile_do_not_stop_it(bench):
    _, waiting = await bench.fill(3)
    plan = await bench.runner.plan("move-job", waiting[2])
    late = await bench.post(picture(50))
    result = await bench.runner.apply(plan)
    assert result.outcome is FixOutcome.DONE, result
    assert await waiting_ids(bench) == [waiting[2], *waiting[:2], late]


async def test_what_cannot_be_moved_is_told(bench):
    running, waiting = await bench.fill(2)
    for target, words in (
        (running, "not waiting"),
        ("", "Name a waiting job"),
        (Wish(waiting[0], {"to": "front"}).write(), "in this order already"),
        (Wish(waiting[0], {"to": "-1"}).write(), "is no place"),
    ):
        with pytest.raises(NotApplicable, match=words):
            await bench.runner.plan("move-job", target)
