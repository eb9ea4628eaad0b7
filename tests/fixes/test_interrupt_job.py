import pytest

from comfydoctor.errors import NotApplicable, NotUndoable, StalePlan
from comfydoctor.fixes.stopping import Stopped, judge
from comfydoctor.model.fix import FixOutcome
from tests.fixes.jobs import faulty, picture


@pytest.mark.parametrize("version", ["0.3.64", "0.8.0", "0.33.0"])
async def test_a_job_that_listens_stops_and_the_others_go_on(make_bench, version):
    bench = await make_bench(version)
    running, waiting = await bench.fill(1)
    plan = await bench.runner.plan("interrupt-job")
    assert plan.target == running
    assert plan.undo == ""
    assert "computed so far" in plan.loses
    result = await bench.runner.apply(plan, bench.step)
    assert result.outcome is FixOutcome.DONE, result
    assert result.said.startswith("Stopped after running")
    assert not result.undoable
    assert [index for index, _ in bench.steps] == [0, 1]
    await bench.until_idle()
    assert (await bench.client.history_entry(waiting[0])).state.value == "succeeded"
    with pytest.raises(NotUndoable):
        await bench.runner.undo(result.entry)


async def test_a_node_in_one_long_step_is_told_truthfully(bench):
    running, _ = await bench.fill(0, mode="block")
    result = await bench.apply("interrupt-job", running)
    assert result.outcome is FixOutcome.NOT_DONE
    assert result.said == "Asked to stop, but it still runs."
    assert "one long step" in result.detail
    assert "only a restart helps" in result.detail


async def test_a_dead_worker_inside_a_node_is_no_success(bench):
    dead = await bench.post(faulty("FaultRaise", kind="SystemExit", message=""))
    await bench.until_running(dead)
    result = await bench.apply("interrupt-job")
    assert result.outcome is FixOutcome.NOT_DONE


async def test_jobs_that_wait_while_none_runs_mean_a_dead_worker(make_bench):
    bench = await make_bench("0.8.0")
    running, _ = await bench.fill(0)
    twin = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
    for _ in range(4):
        try:
            await bench.post(picture(1), number=50, prompt_id=twin)
        except OSError:
            continue
    await bench.client.interrupt(running)
    await bench.until(lambda r, p: not r and p)
    with pytest.raises(NotApplicable, match="has died") as caught:
        await bench.runner.plan("interrupt-job")
    assert "Restart" in caught.value.advice


async def test_an_idle_server_has_nothing_to_stop(bench):
    with pytest.raises(NotApplicable, match="No job is running"):
        await bench.runner.plan("interrupt-job")
    await bench.fill(0)
    with pytest.raises(NotApplicable, match="This job is not running"):
        await bench.runner.plan("interrupt-job", "another")


async def test_never_another_job_than_the_one_shown(bench):
    running, _ = await bench.fill(0)
    second = await bench.post({**picture(3)})
    plan = await bench.runner.plan("interrupt-job")
    await bench.client.interrupt(running)
    await bench.until_idle()
    with pytest.raises(StalePlan):
        await bench.runner.apply(plan)
    assert (await bench.client.history_entry(second)).state.value == "succeeded"


async def test_a_job_that_ended_by_itself_was_not_stopped(bench):
    done = await bench.post(picture(1))
    await bench.until_idle()
    entry = await bench.client.history_entry(done)
    verdict = judge(Stopped(running=False, entry=entry))
    assert verdict.outcome is FixOutcome.NOT_DONE
    assert "finished by itself" in verdict.said
    assert judge(Stopped(running=False)).outcome is FixOutcome.UNKNOWN


async def test_a_lost_interrupt_is_sent_once_more(bench):
    running, _ = await bench.fill(0)
    real, lost = bench.client.cancel, []

    async def lose_the_first(job_id):
        if not lost:
            lost.append(job_id)
            return True
        return await real(job_id)

    bench.client.cancel = lose_the_first
    result = await bench.apply("interrupt-job")
    assert result.outcome is FixOutcome.DONE
    assert lost == [running]
