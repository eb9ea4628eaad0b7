import asyncio
import contextlib
import time

import psutil
import pytest

from comfydoctor.errors import NotApplicable
from comfydoctor.model.fix import EntryState, FixOutcome
from tests.fixes.jobs import faulty
from tests.fixes.small_comfy import EXITS, make, wish

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "ComfyUI"


def trials_running(folder):
    """Processes of trials that are still there."""
    found = []
    for process in psutil.process_iter(["cwd", "cmdline"]):
        if process.info["cwd"] == str(folder) and "main.py" in (
            process.info["cmdline"] or ()
        ):
            found.append(process)
    return [p for p in found if p.status() != psutil.STATUS_ZOMBIE]


async def test_two_packs_that_end_the_start_are_both_found(bench, folder):
    packs = {f"good_{i}": "" for i in range(4)}
    make(folder, packs | {"bad_a": EXITS, "bad_b": EXITS})
    before = sorted(folder.rglob("*"))
    result = await bench.apply("find-bad-pack", wish(folder, "start"))
    assert result.outcome is FixOutcome.DONE, result
    assert result.said.startswith("To blame: bad_a, bad_b. (")
    assert "bad_a: this pack wants a newer ComfyUI" in result.detail
    assert sorted(folder.rglob("*")) == before
    assert trials_running(folder) == []
    assert bench.steps[0][1].startswith("Start 1: Try without any node pack")


async def test_nothing_is_blamed_where_all_is_well(bench, folder):
    make(folder, {"good": "", "fine": ""})
    result = await bench.apply("find-bad-pack", wish(folder, "job"))
    assert result.outcome is FixOutcome.DONE, result
    assert "does not happen with all packs" in result.said


async def test_a_job_that_fails_by_itself_blames_no_pack(bench, folder):
    make(folder, {"good": ""})
    job = await bench.post(faulty("FaultRaise", kind="ValueError", message="no"))
    await bench.until_idle()
    result = await bench.apply("find-bad-pack", wish(folder, "job", job))
    assert result.outcome is FixOutcome.DONE, result
    assert "without any node pack too" in result.said


async def test_stopped_at_any_time_nothing_is_left(bench, folder):
    make(folder, {f"good_{i}": "" for i in range(3)} | {"bad": EXITS})
    plan = await bench.runner.plan("find-bad-pack", wish(folder, "start"))
    assert plan.stoppable
    work = asyncio.get_running_loop().create_task(bench.runner.apply(plan))
    while not trials_running(folder):
        await asyncio.sleep(0.02)
    work.cancel()
    result = await work
    assert result.outcome is FixOutcome.NOT_DONE, result
    assert result.said == "It was stopped before anything was found."
    assert trials_running(folder) == []
    assert bench.runner.unfinished() == ()


async def test_stopped_while_a_trial_starts_it_is_ended_too(bench, folder, monkeypatch):
    from comfydoctor.fixes import trial

    make(folder, {"good": "", "bad": EXITS})
    plan = await bench.runner.plan("find-bad-pack", wish(folder, "start"))
    loop, start = asyncio.get_running_loop(), trial.process.start

    def start_and_stop(*args):
        pid = start(*args)
        loop.call_soon_threadsafe(work.cancel)
        time.sleep(0.2)
        return pid

    monkeypatch.setattr(trial.process, "start", start_and_stop)
    work = loop.create_task(bench.runner.apply(plan))
    result = await work
    assert result.said == "It was stopped before anything was found."
    assert trials_running(folder) == []


async def test_after_a_kill_of_ours_the_trial_that_runs_on_is_ended(
    bench, folder, monkeypatch
):
    from comfydoctor.fixes import trial

    class Crash(BaseException):
        """Our process ends here."""

    async def crash(*args):
        raise Crash

    async def too_late(*args):
        return None

    make(folder, {"good": "", "bad": EXITS})
    plan = await bench.runner.plan("find-bad-pack", wish(folder, "start"))
    monkeypatch.setattr(trial.Trials, "_watch", crash)
    end = trial.process.end
    monkeypatch.setattr(trial.process, "end", lambda *args: "")
    monkeypatch.setattr(trial.Trials, "_note", _first_note_only(trial.Trials._note))
    with contextlib.suppress(Crash):
        await bench.runner.apply(plan)
    monkeypatch.setattr(trial.process, "end", end)
    assert len(trials_running(folder)) == 1
    (entry,) = bench.runner.unfinished()
    result = await bench.runner.inspect(entry.id)
    assert result.outcome is FixOutcome.NOT_DONE
    assert "still runs" in result.said
    undone = await bench.runner.undo(entry.id)
    assert undone.outcome is FixOutcome.DONE, undone
    assert trials_running(folder) == []
    assert bench.care.journal.entry(entry.id).state is EntryState.UNDONE


def _first_note_only(note):
    async def noting(self, pid, started):
        if pid:
            await note(self, pid, started)

    return noting


async def test_what_cannot_be_looked_for_is_told(bench, folder):
    make(folder, {})
    (folder / "custom_nodes").mkdir()
    for target, words in (
        (wish(folder, "beauty"), "not looked for"),
        (wish(folder, "start"), "no node pack to try"),
        (wish("/nowhere/at/all", "start"), "No ComfyUI was found"),
        ("", "simulated"),
    ):
        with pytest.raises(NotApplicable, match=words):
            await bench.runner.plan("find-bad-pack", target)
