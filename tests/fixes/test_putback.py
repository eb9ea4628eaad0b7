import pytest

from comfydoctor.errors import Rejected, TimedOut
from comfydoctor.fixes.putback import check_back, find, put_back
from comfydoctor.model.fix import FixOutcome
from tests.fixes.jobs import picture


async def parked(bench, count=3):
    _, waiting = await bench.fill(count)
    result = await bench.apply("clear-queue")
    bench.http.log.clear()
    return result.entry, waiting


async def test_parked_jobs_are_found_wherever_they_are(bench):
    entry, waiting = await parked(bench)
    where = await find(bench.care, entry)
    assert [p.item.id for p in where.missing] == waiting
    assert where.strangers == 1
    await put_back(bench.care, entry, bench.step)
    where = await find(bench.care, entry)
    assert sorted(where.waiting) == sorted(waiting)
    await bench.client.interrupt()
    await bench.until_idle()
    where = await find(bench.care, entry)
    assert where.ended == set(waiting)
    assert (await check_back(bench.care, entry)).outcome is FixOutcome.DONE


async def test_no_id_is_ever_sent_twice(bench):
    entry, waiting = await parked(bench)
    await put_back(bench.care, entry, bench.step)
    await put_back(bench.care, entry, bench.step)
    assert bench.http.changes == [("POST", "/prompt")] * len(waiting)


@pytest.mark.parametrize(
    "error", [TimedOut("No answer."), Rejected("Trouble.", status=500)]
)
async def test_a_doubt_is_looked_up_and_waits_a_minute(bench, error):
    entry, waiting = await parked(bench)
    fail = [error]

    def doubt(method, path):
        if (method, path) == ("POST", "/prompt") and fail:
            raise fail.pop()

    bench.http.before = doubt
    await put_back(bench.care, entry, bench.step)
    verdict = await check_back(bench.care, entry)
    assert verdict.outcome is FixOutcome.UNKNOWN
    assert "2 of 3 jobs" in verdict.said
    assert "Try again in a minute" in verdict.said
    await put_back(bench.care, entry, bench.step)
    assert len((await bench.raw_queue())[1]) == 2
    bench.now += 61
    await put_back(bench.care, entry, bench.step)
    verdict = await check_back(bench.care, entry)
    assert verdict.outcome is FixOutcome.DONE
    _, pending = await bench.raw_queue()
    assert [item[1] for item in pending] == waiting


async def test_an_answer_lost_after_the_job_was_queued_is_no_doubt(bench):
    entry, _ = await parked(bench)

    def lose(method, path):
        if (method, path) == ("POST", "/prompt"):
            raise TimedOut("No answer.")

    bench.http.after = lose
    await put_back(bench.care, entry, bench.step)
    assert (await check_back(bench.care, entry)).outcome is FixOutcome.DONE


async def test_chosen_jobs_are_left_out(bench):
    entry, waiting = await parked(bench)
    await put_back(bench.care, entry, bench.step, without=waiting[:1])
    _, pending = await bench.raw_queue()
    assert [item[1] for item in pending] == waiting[1:]
    verdict = await check_back(bench.care, entry, without=waiting[:1])
    assert verdict.said.startswith("2 of 2 jobs")


async def test_a_job_that_came_back_changed_is_told(bench):
    entry, waiting = await parked(bench)
    await put_back(bench.care, entry, bench.step)
    for change, words in (
        ({"number": 500}, "another place"),
        ({"prompt": picture(123)}, "another content"),
        ({"extra_data": {"more": 1}}, "other data"),
    ):
        await bench.client.delete_queued(waiting)
        for index, parked_item in enumerate((await find(bench.care, entry)).items):
            item = parked_item.item
            fields = {"prompt": picture(index), "number": item.number}
            await bench.post(
                **({"graph": fields.pop("prompt")} | _graph(change)),
                **(fields | _rest(change)),
                prompt_id=item.id,
            )
        verdict = await check_back(bench.care, entry)
        assert verdict.outcome is FixOutcome.NOT_DONE
        assert words in verdict.said


def _graph(change):
    return {"graph": change["prompt"]} if "prompt" in change else {}


def _rest(change):
    return {key: value for key, value in change.items() if key != "prompt"}
