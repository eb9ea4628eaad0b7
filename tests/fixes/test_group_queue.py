import pytest

from comfydoctor.errors import NotApplicable
from comfydoctor.model.fix import FixOutcome
from tests.fixes.jobs import painting, sleeping
from tests.fixes.stages import CHECKPOINT, OTHER


async def test_the_fewest_switches_and_the_order_inside_a_group(make_bench):
    bench = await make_bench(stock=True)
    await bench.post(sleeping(600.0))
    names = [CHECKPOINT, OTHER, CHECKPOINT, OTHER, CHECKPOINT]
    jobs = [await bench.post(painting(name)) for name in names]
    plan = await bench.runner.plan("group-queue")
    assert dict(plan.facts)["Model switches"] == "5 → 2"
    result = await bench.runner.apply(plan)
    assert result.outcome is FixOutcome.DONE, result
    order = [item[1] for item in (await bench.raw_queue())[1]]
    assert order == [jobs[0], jobs[2], jobs[4], jobs[1], jobs[3]]


async def test_a_queue_in_groups_is_left_alone(bench):
    await bench.fill(3)
    with pytest.raises(NotApplicable, match="already"):
        await bench.runner.plan("group-queue")
