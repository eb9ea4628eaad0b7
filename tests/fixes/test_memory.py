import dataclasses

import pytest

from comfydoctor.errors import Unsupported
from comfydoctor.fixes.memory import Reading
from comfydoctor.model.fix import FixOutcome
from comfydoctor.model.server import Device, ServerInfo
from comfydoctor.simulator.scenario import CardTable
from tests.fixes.jobs import painting

CHECKPOINT = "dreamshaper_8.safetensors"
GIB = 2**30


@pytest.fixture
async def studio(make_bench):
    """A server with a card on which a model lies."""
    bench = await make_bench(card=CardTable(), stock=True)
    job = await bench.post(painting(CHECKPOINT))
    await bench.until_idle()
    entry = await bench.client.history_entry(job)
    assert entry.state.value == "succeeded", entry
    return bench


@pytest.mark.parametrize("fix_id", ["free-memory", "unload-models"])
async def test_video_memory_falls_and_the_figures_are_told(studio, fix_id):
    plan = await studio.runner.plan(fix_id)
    assert plan.loses.startswith("Only speed")
    assert plan.undo == ""
    result = await studio.runner.apply(plan, studio.step)
    assert result.outcome is FixOutcome.DONE, result
    assert result.said.startswith("Video memory ")
    before, after = result.said.removeprefix("Video memory ").split(" → ")
    assert float(before.split()[0]) > float(after.split()[0])
    assert [index for index, _ in studio.steps] == [0, 1]


async def test_a_second_time_it_is_honestly_not_effective(studio):
    await studio.apply("free-memory")
    result = await studio.apply("free-memory")
    assert result.outcome is FixOutcome.NOT_DONE
    assert result.said.startswith("Not effective: video memory stays at ")
    assert "other programs" in result.detail


async def test_while_a_job_runs_it_says_that_it_waits(studio):
    await studio.fill(0)
    plan = await studio.runner.plan("free-memory")
    assert "one is running" in plan.steps[0].text
    result = await studio.runner.apply(plan)
    assert result.outcome is FixOutcome.UNKNOWN
    assert result.said.startswith("Not yet: ComfyUI frees memory only between jobs")


async def test_without_a_card_the_log_is_the_proof(bench):
    result = await bench.apply("free-memory")
    assert result.outcome is FixOutcome.DONE, result
    assert "log confirms it" in result.said


async def test_without_card_and_proof_it_cannot_be_measured(make_bench, bench):
    old = await make_bench("0.8.0")
    for one, fix_id in ((old, "free-memory"), (bench, "unload-models")):
        result = await one.apply(fix_id)
        assert result.outcome is FixOutcome.UNKNOWN
        assert "cannot be measured here" in result.said


async def test_a_hidden_log_is_no_proof_and_no_error(bench):
    async def hidden():
        raise Unsupported("no such route")

    bench.client.log_entries = hidden
    result = await bench.apply("free-memory")
    assert result.outcome is FixOutcome.UNKNOWN


def test_all_cards_are_added_up_and_a_processor_is_none():
    card = Device("a", "cuda", 0, 8 * GIB, 6 * GIB, 2 * GIB, GIB)
    info = ServerInfo("1", "", "", "", (), False, 10 * GIB, 4 * GIB, (card, card))
    reading = Reading.of(info)
    assert (reading.vram_used, reading.by_comfy) == (4 * GIB, 2 * GIB)
    assert reading.words == "4.0 GB of 16.0 GB video memory"
    cpu = dataclasses.replace(card, type="cpu")
    without = Reading.of(dataclasses.replace(info, devices=(cpu,)))
    assert not without.has_vram
    assert without.words == "6.0 GB memory of the whole computer"
