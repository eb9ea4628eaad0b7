import asyncio
import contextlib

import pytest

from comfydoctor.errors import NotApplicable
from comfydoctor.fixes import awaiting
from comfydoctor.model.fix import FixOutcome
from tests.fixes.jobs import faulty, picture


async def waiting_ids(bench):
    running, pending = await bench.raw_queue()
    return [item[1] for item in running + pending]


@pytest.mark.parametrize("manager", ["V3.41", "V4.0.4", "V4.2.2"])
async def test_the_queue_is_kept_and_the_poison_left_out(make_bench, manager):
    bench = await make_bench(manager=manager, restart_seconds=2.0)
    poison = await bench.post(faulty("FaultSleep", **BLOCK))
    await bench.until_running(poison)
    good = [await bench.post(faulty("FaultSleep", **BLOCK, nonce=i)) for i in (1, 2)]
    plan = await bench.runner.plan("restart-server")
    assert "finished jobs and all loaded models" in plan.loses
    assert "is stopped and not put back" in plan.loses
    result = await bench.runner.apply(plan, bench.step)
    assert result.outcome is FixOutcome.DONE, result
    assert result.said.startswith("ComfyUI answers again; 2 of 2 jobs")
    assert await waiting_ids(bench) == good
    assert sorted({index for index, _ in bench.steps}) == [0, 1, 2, 3]

    undone = await bench.runner.undo(result.entry)
    assert undone.outcome is FixOutcome.DONE
    assert poison in await waiting_ids(bench)


BLOCK = {"seconds": 600.0, "mode": "block", "steps": 10}


async def test_a_dead_worker_is_alive_afterwards(make_bench):
    bench = await make_bench(manager="V4.2.2", restart_seconds=1.0)
    dead = await bench.post(faulty("FaultRaise", kind="SystemExit", message=""))
    await bench.until_running(dead)
    job = await bench.post(picture(3))
    result = await bench.apply("restart-server")
    assert result.outcome is FixOutcome.DONE
    await bench.until_idle()
    assert (await bench.client.history_entry(job)).state.value == "succeeded"
    assert await bench.client.history_entry(dead) is None


async def test_an_idle_server_restarts_without_jobs(make_bench):
    bench = await make_bench(manager="V4.2.2", restart_seconds=1.0)
    result = await bench.apply("restart-server")
    assert result.outcome is FixOutcome.DONE
    assert result.said == "ComfyUI answers again; no job was waiting."
    assert not result.undoable


async def test_without_a_manager_the_way_by_hand_is_told(bench):
    with pytest.raises(NotApplicable) as caught:
        await bench.runner.plan("restart-server")
    assert "Ctrl+C" in caught.value.advice
    assert "main.py --cpu" in caught.value.advice


async def test_a_server_that_does_not_go_down_was_not_restarted(make_bench):
    bench = await make_bench(manager="V4.2.2")
    await bench.fill(1)

    async def nothing():
        return None

    bench.client.manager_reboot = nothing
    before = await waiting_ids(bench)
    result = await bench.apply("restart-server")
    assert result.outcome is FixOutcome.NOT_DONE
    assert result.said == "ComfyUI did not restart."
    assert await waiting_ids(bench) == before


async def test_a_server_that_stays_away_is_no_success(make_bench, monkeypatch):
    monkeypatch.setattr(awaiting, "PATIENCE", 20.0)
    bench = await make_bench(manager="V4.2.2", restart_seconds=100_000.0)
    await bench.fill(2)
    result = await bench.apply("restart-server")
    assert result.outcome is FixOutcome.UNKNOWN
    assert result.undoable
    assert len(bench.store.parking.load(result.entry).items) == 3


async def test_the_log_proves_a_restart_that_was_not_watched(make_bench):
    bench = await make_bench(manager="V4.2.2", restart_seconds=1.0)
    await bench.fill(1)

    class Crash(BaseException):
        """Our process ends here."""

    reboot = bench.client.manager_reboot

    async def crash():
        await reboot()
        raise Crash

    bench.client.manager_reboot = crash
    plan = await bench.runner.plan("restart-server")
    with contextlib.suppress(Crash):
        await bench.runner.apply(plan)
    for _ in range(100):
        with contextlib.suppress(OSError):
            if await bench.raw_queue() == ([], []):
                break
        await asyncio.sleep(0.05)
    result = await bench.runner.inspect(plan.id)
    assert result.outcome is FixOutcome.NOT_DONE
    assert result.said.startswith("ComfyUI answers again; 0 of 1 job on the server")
    undone = await bench.runner.undo(plan.id)
    assert undone.outcome is FixOutcome.DONE
    assert undone.said.startswith("2 of 2 jobs on the server")
