import pytest

from comfydoctor.errors import NotApplicable
from comfydoctor.model.fix import FixOutcome
from tests.fixes.jobs import picture


async def test_jobs_not_named_follow_in_their_order(bench):
    _, waiting = await bench.fill(4)
    result = await bench.apply("reorder-queue", f"{waiting[3]}, {waiting[1]}")
    assert result.outcome is FixOutcome.DONE, result
    order = [item[1] for item in (await bench.raw_queue())[1]]
    assert order == [waiting[3], waiting[1], waiting[0], waiting[2]]


async def test_fifty_jobs_reversed_and_back(bench):
    _, waiting = await bench.fill(50)
    before = (await bench.raw_queue())[1]
    result = await bench.apply("reorder-queue", " ".join(reversed(waiting)))
    assert result.outcome is FixOutcome.DONE, result
    assert [i[1] for i in (await bench.raw_queue())[1]] == waiting[::-1]
    await bench.runner.undo(result.entry)
    after = (await bench.raw_queue())[1]
    assert [i[:3] for i in after] == [i[:3] for i in before]


async def test_names_that_are_not_waiting(bench):
    with pytest.raises(NotApplicable, match="None of the named"):
        await bench.runner.plan("reorder-queue", "nothing")
    poisoned = picture(1)
    poisoned["1"]["_meta"] = {"x": float("nan")}
    await bench.fill(1)
    job = await bench.post(poisoned)
    with pytest.raises(NotApplicable, match="NaN"):
        await bench.runner.plan("reorder-queue", job)
