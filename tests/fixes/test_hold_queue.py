import pytest

from comfydoctor.errors import NotApplicable
from comfydoctor.fixes.hold_queue import holding
from comfydoctor.model.fix import FixOutcome
from tests.fixes.jobs import picture


async def waiting_ids(bench):
    return [item[1] for item in (await bench.raw_queue())[1]]


async def test_new_jobs_are_parked_too_and_all_come_back(bench):
    _, waiting = await bench.fill(2)
    result = await bench.apply("hold-queue")
    assert result.outcome is FixOutcome.DONE, result
    assert result.said == "The queue is held, 2 jobs parked."
    late = [await bench.post(picture(i)) for i in (60, 61)]
    assert await bench.runner.hold_new() == 2
    assert await waiting_ids(bench) == []
    assert await bench.runner.hold_new() == 0

    undone = await bench.runner.undo(result.entry)
    assert undone.outcome is FixOutcome.DONE, undone
    assert await waiting_ids(bench) == waiting + late
    assert holding(bench.care) is None
    assert await bench.runner.hold_new() == 0
    assert await waiting_ids(bench) == waiting + late


async def test_an_empty_queue_can_be_held(bench):
    result = await bench.apply("hold-queue")
    assert result.outcome is FixOutcome.DONE, result
    await bench.fill(1)
    assert await bench.runner.hold_new() == 1
    with pytest.raises(NotApplicable, match="already"):
        await bench.runner.plan("hold-queue")


async def test_a_full_disk_leaves_new_jobs_in_the_queue(bench, monkeypatch):
    from comfydoctor.errors import DiskFull
    from comfydoctor.store import parking

    await bench.apply("hold-queue")
    await bench.fill(1)

    def full(path, text):
        raise DiskFull("The disk is full.")

    monkeypatch.setattr(parking, "write_text", full)
    with pytest.raises(DiskFull):
        await bench.runner.hold_new()
    assert len(await waiting_ids(bench)) == 1
