import pytest

from comfydoctor.errors import NotApplicable
from comfydoctor.fixes.graphs import ended_item, newest_items
from tests.fixes.jobs import picture


async def test_the_graph_of_an_ended_job_is_found(bench):
    job = await bench.post(picture(3))
    await bench.until_idle()
    item = await ended_item(bench.care, job)
    assert item.id == job
    assert item.client_id == "browser"
    assert item.node_count == 2


async def test_a_forgotten_job_is_not_applicable(bench):
    with pytest.raises(NotApplicable, match="any more"):
        await ended_item(bench.care, "no-such-job")


async def test_the_newest_graphs_come_together(bench):
    jobs = [await bench.post(picture(i)) for i in range(4)]
    await bench.until_idle()
    assert [item.id for item in await newest_items(bench.care, 3)] == jobs[1:]
