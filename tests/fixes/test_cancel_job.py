import pytest

from comfydoctor.errors import NotApplicable, StalePlan
from comfydoctor.model.fix import FixOutcome


async def test_one_job_is_taken_out_and_put_back_in_its_place(bench):
    _, waiting = await bench.fill(4)
    before = await bench.raw_queue()
    result = await bench.apply("cancel-job", waiting[1])
    assert result.outcome is FixOutcome.DONE
    _, left = await bench.raw_queue()
    assert [item[1] for item in left] == [waiting[0], waiting[2], waiting[3]]
    undone = await bench.runner.undo(result.entry)
    assert undone.outcome is FixOutcome.DONE
    _, after = await bench.raw_queue()
    assert [(i[0], i[1]) for i in after] == [(i[0], i[1]) for i in before[1]]


async def test_without_a_name_it_is_the_next_one(bench):
    _, waiting = await bench.fill(2)
    await bench.apply("cancel-job")
    assert [item[1] for item in (await bench.raw_queue())[1]] == waiting[1:]


async def test_running_and_unknown_jobs_are_not_for_it(bench):
    running, _ = await bench.fill(1)
    with pytest.raises(NotApplicable, match="running"):
        await bench.runner.plan("cancel-job", running)
    with pytest.raises(NotApplicable, match="not waiting"):
        await bench.runner.plan("cancel-job", "no-such-job")


async def test_a_job_that_started_since_is_left_alone(bench):
    running, waiting = await bench.fill(1, mode="poll")
    plan = await bench.runner.plan("cancel-job", waiting[0])
    await bench.client.interrupt(running)
    await bench.until_idle()
    with pytest.raises(StalePlan):
        await bench.runner.apply(plan)
    assert (await bench.client.history_entry(waiting[0])) is not None
