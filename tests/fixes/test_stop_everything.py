import pytest

from comfydoctor.errors import NotApplicable
from comfydoctor.model.fix import FixOutcome


async def test_waiting_jobs_are_parked_before_the_running_one_stops(bench):
    running, waiting = await bench.fill(3)
    plan = await bench.runner.plan("stop-everything")
    assert "computed so far" in plan.loses
    assert "3 waiting jobs are kept" in plan.loses
    result = await bench.runner.apply(plan, bench.step)
    assert result.outcome is FixOutcome.DONE, result
    assert result.said.startswith("Stopped after running")
    assert "3 jobs parked" in result.said
    assert await bench.raw_queue() == ([], [])
    for job_id in waiting:
        assert await bench.client.history_entry(job_id) is None
    assert [index for index, _ in bench.steps] == [0, 1, 3, 4]
    undone = await bench.runner.undo(result.entry)
    assert undone.outcome is FixOutcome.DONE
    await bench.until_idle()
    for job_id in waiting:
        assert (await bench.client.history_entry(job_id)).state.value == "succeeded"
    assert (await bench.client.history_entry(running)).state.value == "interrupted"


async def test_a_node_that_will_not_stop_still_leaves_the_queue_empty(bench):
    await bench.fill(2, mode="block")
    result = await bench.apply("stop-everything")
    assert result.outcome is FixOutcome.NOT_DONE
    assert "still runs" in result.said
    assert "2 jobs parked" in result.said
    assert result.undoable
    assert (await bench.raw_queue())[1] == []


async def test_only_a_running_job_has_nothing_to_put_back(bench):
    await bench.fill(0)
    result = await bench.apply("stop-everything")
    assert result.outcome is FixOutcome.DONE
    assert not result.undoable


async def test_nothing_to_stop(bench):
    with pytest.raises(NotApplicable):
        await bench.runner.plan("stop-everything")
