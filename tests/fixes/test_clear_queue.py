import contextlib
import json

import pytest

from comfydoctor.errors import DiskFull, NotApplicable, StalePlan
from comfydoctor.model.fix import EntryState, FixOutcome
from comfydoctor.store.parking import Parking
from tests.fixes.jobs import picture

VERSIONS = ["0.3.64", "0.8.0", "0.33.0"]


def stripped(items):
    """Without what every server sets anew; outputs come in no order."""
    return [
        (float(number), id_, prompt, extra | {"create_time": 0}, sorted(outputs))
        for number, id_, prompt, extra, outputs in items
    ]


async def test_an_empty_queue_needs_no_clearing(bench):
    with pytest.raises(NotApplicable):
        await bench.runner.plan("clear-queue")


@pytest.mark.parametrize("version", VERSIONS)
async def test_jobs_are_parked_and_put_back_exactly(make_bench, version):
    bench = await make_bench(version)
    workflow = {"extra_pnginfo": {"workflow": {"id": "w", "nodes": [1, "ü"]}}}
    running, _ = await bench.fill(4)
    await bench.post(picture(7), front=True)
    await bench.post(picture(8), front=True, extra_data=workflow)
    before_running, before = await bench.raw_queue()
    assert len(before) == 6

    result = await bench.apply("clear-queue")
    assert result.outcome is FixOutcome.DONE
    assert result.said == "6 jobs parked, none lost. 1 other job left alone."
    assert result.undoable
    assert await bench.raw_queue() == (before_running, [])

    undone = await bench.runner.undo(result.entry, bench.step)
    assert undone.outcome is FixOutcome.DONE, undone
    assert (
        undone.said == "6 of 6 jobs on the server, with their ids, order and content."
    )
    after_running, after = await bench.raw_queue()
    assert after_running[0][1] == running
    assert stripped(after) == stripped(before)
    assert bench.care.journal.entry(result.entry).state is EntryState.UNDONE


async def test_a_job_queued_meanwhile_is_not_touched(bench):
    await bench.fill(3)
    late = []

    async def queue_another(method, path):
        if (method, path) == ("POST", "/queue") and not late:
            late.append(await bench.post(picture(99)))

    bench.http.before = queue_another
    result = await bench.apply("clear-queue")
    assert result.outcome is FixOutcome.DONE
    _, waiting = await bench.raw_queue()
    assert [item[1] for item in waiting] == late


async def test_fewer_jobs_than_shown_are_fine_and_more_are_not(bench):
    _, waiting = await bench.fill(3)
    plan = await bench.runner.plan("clear-queue")
    await bench.client.delete_queued(waiting[:1])
    result = await bench.runner.apply(plan)
    assert result.said.startswith("2 jobs parked")

    await bench.post(picture(50))
    plan = await bench.runner.plan("clear-queue")
    await bench.post(picture(51))
    with pytest.raises(StalePlan):
        await bench.runner.apply(plan)
    assert len((await bench.raw_queue())[1]) == 2


async def test_jobs_that_ran_before_the_clearing_are_said_and_not_put_back(bench):
    await bench.fill(2)

    async def let_them_run(method, path):
        if (method, path) == ("POST", "/queue"):
            await bench.client.interrupt()
            await bench.until_idle()

    bench.http.before = let_them_run
    result = await bench.apply("clear-queue")
    bench.http.before = lambda method, path: None
    assert result.outcome is FixOutcome.DONE
    assert "had started already" in result.said
    posts = len(bench.http.changes)
    undone = await bench.runner.undo(result.entry)
    assert undone.outcome is FixOutcome.DONE
    assert "started or ended already" in undone.detail
    assert len(bench.http.changes) == posts


async def test_nothing_is_taken_out_when_the_disk_is_full(bench, monkeypatch):
    await bench.fill(3)
    before = await bench.raw_queue()

    def full(*args, **options):
        raise DiskFull("The disk is full.")

    monkeypatch.setattr(Parking, "park", full)
    result = await bench.apply("clear-queue")
    assert result.outcome is FixOutcome.NOT_DONE
    assert "The disk is full." in result.detail
    assert bench.http.changes == []
    assert await bench.raw_queue() == before


async def test_the_file_is_on_disk_before_the_queue_changes(bench):
    await bench.fill(3)
    seen = []

    def look(method, path):
        if (method, path) == ("POST", "/queue"):
            entries = bench.store.parking.entries()
            seen.append(len(bench.store.parking.load(entries[0]).items))

    bench.http.before = look
    await bench.apply("clear-queue")
    assert seen == [3]


async def test_account_keys_stay_off_the_disk_and_are_told(make_bench):
    bench = await make_bench("0.3.64")
    await bench.fill(1)
    key = "comfyui-0123456789abcdef0123456789abcdef"
    keyed = await bench.post(
        picture(5), extra_data={"api_key_comfy_org": key, "other": 1}
    )
    plan = await bench.runner.plan("clear-queue")
    assert "not written to disk" in plan.loses
    assert key not in plan.payload
    result = await bench.runner.apply(plan)
    text = (bench.store.paths.parked / f"{result.entry}.json").read_text()
    assert key not in text

    # After a start of our program the key is gone, and that is said.
    bench.care.parking = Parking(bench.store.paths.parked)
    undone = await bench.runner.undo(result.entry)
    assert undone.outcome is FixOutcome.DONE
    assert "Without the account key" in undone.detail
    _, waiting = await bench.raw_queue()
    (item,) = [item for item in waiting if item[1] == keyed]
    assert item[3]["other"] == 1
    assert "api_key_comfy_org" not in item[3]


async def test_keys_come_back_while_the_program_stays_open(make_bench):
    bench = await make_bench("0.3.64")
    await bench.fill(0)
    extra = {"api_key_comfy_org": "comfyui-0123456789abcdef0123456789abcdef"}
    await bench.post(picture(5), extra_data=extra)
    before = await bench.raw_queue()
    result = await bench.apply("clear-queue")
    await bench.runner.undo(result.entry)
    after = await bench.raw_queue()
    assert stripped(after[1]) == stripped(before[1])


async def test_newer_servers_hide_the_keys_and_the_plan_says_so(bench):
    await bench.fill(1)
    plan = await bench.runner.plan("clear-queue")
    assert "which the server does not show" in plan.loses


async def test_twins_are_taken_out_all_and_put_back_once(make_bench):
    bench = await make_bench("0.8.0")
    # Twins kill a worker that takes them, so it is held by a long job.
    await bench.fill(0)
    twin = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
    for _ in range(3):
        # ComfyUI answers 500 and has queued it all the same.
        with contextlib.suppress(OSError):
            await bench.post(picture(1), number=50, prompt_id=twin)
    other = await bench.post(picture(2))
    assert len((await bench.raw_queue())[1]) == 4
    result = await bench.apply("clear-queue")
    assert result.outcome is FixOutcome.DONE, result
    undone = await bench.runner.undo(result.entry)
    assert undone.outcome is FixOutcome.DONE, undone
    _, waiting = await bench.raw_queue()
    assert sorted(item[1] for item in waiting) == sorted([twin, other])


async def test_a_refused_job_stays_parked_with_the_reason(make_bench):
    bench = await make_bench("0.33.0")
    await bench.fill(2)
    result = await bench.apply("clear-queue")
    path = bench.store.paths.parked / f"{result.entry}.json"
    body = json.loads(path.read_text())
    body["items"][0]["prompt_json"] = json.dumps(
        {"1": {"class_type": "NodeThatWasRemoved", "inputs": {}}}
    )
    path.write_text(json.dumps(body))
    bench.care.parking = Parking(bench.store.paths.parked)
    undone = await bench.runner.undo(result.entry)
    assert undone.outcome is FixOutcome.NOT_DONE
    assert undone.said == "1 of 2 jobs on the server; the others stay parked."
    assert "NodeThatWasRemoved" in undone.detail
    assert undone.undoable
    assert bench.store.parking.has(result.entry)


async def test_a_poisoned_job_is_left_out(bench):
    await bench.fill(1)
    poisoned = picture(3)
    poisoned["1"]["_meta"] = {"value": float("nan")}
    await bench.post(poisoned)
    result = await bench.apply("clear-queue")
    assert result.outcome is FixOutcome.DONE
    undone = await bench.runner.undo(result.entry)
    assert undone.outcome is FixOutcome.NOT_DONE
    assert "NaN" in undone.detail
    assert len((await bench.raw_queue())[1]) == 1
