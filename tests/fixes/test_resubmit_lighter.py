import pytest

from comfydoctor.errors import NotApplicable
from comfydoctor.model.fix import FixOutcome
from comfydoctor.model.wish import Wish
from comfydoctor.simulator.scenario import CardTable
from tests.fixes.jobs import painting, picture
from tests.fixes.stages import CHECKPOINT


async def ended(bench, graph):
    job = await bench.post(graph)
    await bench.until_idle()
    return job


@pytest.mark.parametrize("version", ["0.3.64", "0.33.0"])
async def test_the_new_job_is_lighter_and_the_old_one_stays(make_bench, version):
    bench = await make_bench(version, card=CardTable(), stock=True)
    graph = painting(CHECKPOINT)
    graph["4"]["inputs"]["batch_size"] = 4
    job = await ended(bench, graph)
    await bench.fill(0)
    plan = await bench.runner.plan("resubmit-lighter", Wish(job).write())
    assert "- node 4 EmptyLatentImage: batch_size = 4" in plan.difference
    result = await bench.runner.apply(plan)
    assert result.outcome is FixOutcome.DONE, result
    (new,) = (await bench.raw_queue())[1]
    assert new[2]["4"]["inputs"]["batch_size"] == 1
    assert new[2]["6"]["class_type"] == "VAEDecode"  # the simulator has no tiles
    assert (await bench.client.history_entry(job)) is not None
    undone = await bench.runner.undo(result.entry)
    assert undone.outcome is FixOutcome.DONE
    assert (await bench.raw_queue())[1] == []


async def test_a_server_without_the_node_is_told_before(make_bench):
    bench = await make_bench(card=CardTable(), stock=True)
    job = await ended(bench, painting(CHECKPOINT))
    with pytest.raises(NotApplicable, match="no node VAEDecodeTiled"):
        await bench.runner.plan(
            "resubmit-lighter", Wish(job, {"tiled_vae": "yes"}).write()
        )


async def test_a_job_that_only_lies_parked_is_queued_again(bench):
    _, waiting = await bench.fill(2)
    await bench.apply("clear-queue")
    result = await bench.apply("resubmit-job", waiting[0])
    assert result.outcome is FixOutcome.DONE, result
    (new,) = (await bench.raw_queue())[1]
    assert new[2] == picture(0)
    assert new[1] != waiting[0]
