import asyncio
import dataclasses

import pytest

from comfydoctor.comfy.limits import Limits
from comfydoctor.errors import (
    DiskFull,
    NotApplicable,
    NotUndoable,
    ReadOnly,
    StalePlan,
    TimedOut,
    Unreachable,
)
from comfydoctor.fixes.runner import SHOWN_PLANS, Runner
from comfydoctor.model.fix import EntryState, FixOutcome
from comfydoctor.model.server import ServerProfile
from comfydoctor.store.audit import Audit
from comfydoctor.store.paths import Paths
from comfydoctor.store.store import Store
from tests.fixes.jobs import picture


async def test_an_unknown_fix_is_told_with_those_there_are(bench):
    with pytest.raises(NotApplicable, match="no fix named") as caught:
        await bench.runner.plan("format-disk")
    assert "clear-queue" in caught.value.advice


async def test_only_a_plan_that_was_shown_is_applied(bench):
    await bench.fill(2)
    plan = await bench.runner.plan("clear-queue")
    for changed in (
        dataclasses.replace(plan, id="other"),
        dataclasses.replace(plan, payload='{"ids": ["x"]}'),
        dataclasses.replace(plan, loses="Nothing at all."),
    ):
        with pytest.raises(StalePlan, match="not made here"):
            await bench.runner.apply(changed)
    with pytest.raises(StalePlan):
        await Runner(bench.care).apply(plan)
    assert bench.http.changes == []


async def test_plans_are_forgotten_after_a_while(bench):
    await bench.fill(1)
    first = await bench.runner.plan("clear-queue")
    for _ in range(SHOWN_PLANS):
        await bench.runner.plan("clear-queue")
    with pytest.raises(StalePlan):
        await bench.runner.apply(first)


async def test_fixes_are_applied_one_at_a_time(bench):
    await bench.fill(3)
    one = await bench.runner.plan("clear-queue")
    two = await bench.runner.plan("clear-queue")
    results = await asyncio.gather(
        bench.runner.apply(one), bench.runner.apply(two), return_exceptions=True
    )
    assert [type(result).__name__ for result in results] == ["FixResult", "StalePlan"]
    assert len(bench.store.parking.entries()) == 1


async def test_nothing_is_done_that_could_not_be_noted(make_bench, tmp_path):
    bench = await make_bench()
    await bench.fill(2)
    plan = await bench.runner.plan("clear-queue")
    second = Store.open(Paths.under(tmp_path / "profile0"))
    bench.care.journal = second.journal
    with pytest.raises(ReadOnly, match="Another ComfyDoctor"):
        await bench.runner.apply(plan)
    second.close()
    assert bench.http.changes == []


async def test_a_full_disk_at_the_intent_changes_nothing(bench, monkeypatch):
    await bench.fill(2)
    plan = await bench.runner.plan("clear-queue")

    def full(plan):
        raise DiskFull("The disk is full.")

    monkeypatch.setattr(bench.care.journal, "intend", full)
    with pytest.raises(DiskFull):
        await bench.runner.apply(plan)
    assert bench.http.changes == []


async def test_what_was_done_is_told_even_when_it_cannot_be_recorded(
    bench, monkeypatch
):
    await bench.fill(2)

    def full(self, **texts):
        raise DiskFull("The disk is full.")

    monkeypatch.setattr(Audit, "append", full)
    result = await bench.apply("clear-queue")
    assert result.outcome is FixOutcome.DONE
    assert "could not be recorded" in result.detail


async def test_a_lost_answer_is_looked_up_and_not_sent_again(bench):
    await bench.fill(2)

    def lose(method, path):
        if method == "POST":
            raise Unreachable("The connection was cut.")

    bench.http.after = lose
    result = await bench.apply("clear-queue")
    assert result.outcome is FixOutcome.DONE
    assert "answer was lost" in result.detail
    assert bench.http.changes == [("POST", "/queue")]


async def test_a_request_that_never_arrived_is_not_done(bench):
    await bench.fill(2)

    def cut(method, path):
        if method == "POST":
            raise Unreachable("Nobody answers.")

    bench.http.before = cut
    result = await bench.apply("clear-queue")
    assert result.outcome is FixOutcome.NOT_DONE
    assert "Nobody answers." in result.detail
    assert not result.undoable


async def test_after_a_time_out_not_done_is_not_certain(bench):
    await bench.fill(2)

    def stall(method, path):
        if method == "POST":
            raise TimedOut("No answer within 15 s.")

    bench.http.before = stall
    result = await bench.apply("clear-queue")
    assert result.outcome is FixOutcome.UNKNOWN
    assert "may still do it" in result.said


async def test_a_stalled_server_is_never_a_false_answer(bench):
    await bench.fill(3)
    bench.http.limits = Limits(total=0.2)
    plan = await bench.runner.plan("clear-queue")
    frozen = []

    def freeze(method, path):
        if method == "POST" and not frozen:
            frozen.append(True)
            bench.simulator.life.freeze(0.6 * 40)

    bench.http.before = freeze
    result = await bench.runner.apply(plan)
    await asyncio.sleep(0.7)
    _, waiting = await bench.raw_queue()
    assert result.outcome is not FixOutcome.NOT_DONE
    if result.outcome is FixOutcome.DONE:
        assert waiting == []
    bench.http.limits = Limits()
    undone = await bench.runner.undo(result.entry)
    assert undone.outcome is FixOutcome.DONE
    assert len((await bench.raw_queue())[1]) == 3


async def test_undo_has_its_limits(bench):
    await bench.fill(2)
    with pytest.raises(NotUndoable, match="no such action"):
        await bench.runner.undo("nothing")
    result = await bench.apply("clear-queue")
    other = dataclasses.replace(
        bench.care, profile=ServerProfile("other", "http://other:1")
    )
    with pytest.raises(NotUndoable, match="another server"):
        await Runner(other).undo(result.entry)
    bench.now += 91 * 86400
    with pytest.raises(NotUndoable, match="90 days"):
        await bench.runner.undo(result.entry)


async def test_undo_with_the_server_away_can_be_tried_again(bench):
    await bench.fill(2)
    result = await bench.apply("clear-queue")
    url = bench.simulator.url
    bench.simulator._port = int(url.rpartition(":")[2])
    await bench.simulator.aclose()
    away = await bench.runner.undo(result.entry)
    assert away.outcome is FixOutcome.UNKNOWN
    assert away.undoable
    await bench.simulator.start()
    undone = await bench.runner.undo(result.entry)
    assert undone.outcome is FixOutcome.DONE


async def test_an_unfinished_action_is_finished_or_rolled_back(bench):
    _, waiting = await bench.fill(3)

    class Crash(BaseException):
        """Our process ends here."""

    def crash(method, path):
        if method == "POST":
            raise Crash

    for way in ("finish", "roll back"):
        plan = await bench.runner.plan("clear-queue")
        bench.http.before = crash
        with pytest.raises(Crash):
            await bench.runner.apply(plan)
        bench.http.before = lambda method, path: None
        runner = Runner(bench.care)
        assert [entry.id for entry in runner.unfinished()] == [plan.id]
        if way == "finish":
            result = await runner.finish(plan.id)
            assert result.outcome is FixOutcome.DONE
            assert (await bench.raw_queue())[1] == []
        undone = await runner.undo(plan.id)
        assert undone.outcome is FixOutcome.DONE
        assert runner.unfinished() == ()
        _, pending = await bench.raw_queue()
        assert [item[1] for item in pending] == waiting


async def test_a_half_undone_action_goes_on(bench):
    _, waiting = await bench.fill(4)
    result = await bench.apply("clear-queue")
    posts = []

    class Crash(BaseException):
        """Our process ends here."""

    def crash(method, path):
        if path == "/prompt":
            posts.append(path)
            if len(posts) == 3:
                raise Crash

    bench.http.before = crash
    with pytest.raises(Crash):
        await bench.runner.undo(result.entry)
    bench.http.before = lambda method, path: None
    runner = Runner(bench.care)
    (entry,) = runner.unfinished()
    assert entry.state is EntryState.UNDOING
    doubt = await runner.inspect(entry.id)
    assert doubt.outcome is FixOutcome.UNKNOWN
    # The third may have been sent: within a minute it is not sent again.
    again = await runner.finish(entry.id)
    assert again.outcome is FixOutcome.UNKNOWN
    assert len((await bench.raw_queue())[1]) == 3
    bench.now += 61
    final = await runner.undo(entry.id)
    assert final.outcome is FixOutcome.DONE
    assert [item[1] for item in (await bench.raw_queue())[1]] == waiting


async def test_what_must_not_be_done_twice_is_not_finished(bench):
    await bench.fill(1)
    with pytest.raises(NotUndoable):
        await bench.runner.finish("nothing")
    result = await bench.apply("clear-queue")
    with pytest.raises(NotApplicable):
        await bench.runner.finish(result.entry)
    with pytest.raises(NotApplicable):
        await bench.runner.inspect(result.entry)
    await bench.runner.give_up(result.entry)
    assert bench.care.journal.entry(result.entry).state is EntryState.DONE


async def test_the_server_changed_is_said_in_its_own_words(bench):
    await bench.fill(1)
    plan = await bench.runner.plan("clear-queue")
    await bench.client.clear_queue()
    with pytest.raises(StalePlan, match="No job is waiting"):
        await bench.runner.apply(plan)
    await bench.post(picture(9))
