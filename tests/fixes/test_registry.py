"""The contract that every fix keeps; a new fix needs only a stage of its own."""

import contextlib

import pytest

from comfydoctor.errors import DoctorError, NotApplicable, ServerError, StalePlan
from comfydoctor.fixes import FIXES, awaiting, close_program
from comfydoctor.fixes.runner import Runner
from comfydoctor.model.fix import EntryState, FixOutcome, Risk
from comfydoctor.store.database import Database
from comfydoctor.store.journal import Journal
from tests.fixes.stages import STAGES, comparable


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """A server that stays away is waited for a shorter time."""
    holders = close_program.holders_of_memory
    monkeypatch.setattr(close_program, "holders_of_memory", holders)  # and set back
    monkeypatch.setattr(awaiting, "PATIENCE", 25.0)


every_fix = pytest.mark.parametrize("fix", FIXES, ids=lambda fix: fix.id)


async def staged(make_bench, fix):
    stage = STAGES[fix.id]
    bench = await make_bench(**stage.scenario)
    target = await stage.set_up(bench)
    bench.http.log.clear()
    return bench, stage, target


def test_every_fix_has_a_stage_and_ids_are_unique():
    assert sorted(fix.id for fix in FIXES) == sorted(STAGES)


@every_fix
def test_it_introduces_itself(fix):
    assert fix.__module__.endswith(fix.id.replace("-", "_"))
    assert fix.title
    assert fix.about.endswith(".")
    assert isinstance(fix.risk, Risk)


@every_fix
async def test_a_plan_changes_nothing_and_names_the_loss(make_bench, fix):
    bench, stage, target = await staged(make_bench, fix)
    before, state = await bench.raw_queue(), await stage.state(bench)
    plan = await bench.runner.plan(fix.id, target)
    assert bench.http.changes == []
    assert await bench.raw_queue() == before
    assert await stage.state(bench) == state
    assert bench.care.journal.entries() == ()
    assert plan.loses
    assert plan.steps
    assert any(step.request for step in plan.steps)
    assert plan.basis
    assert 0 <= plan.seconds[0] <= plan.seconds[1]
    assert (plan.fix, plan.server) == (fix.id, bench.care.profile.key)


remote_fix = pytest.mark.parametrize(
    "fix", [f for f in FIXES if STAGES[f.id].remote], ids=lambda fix: fix.id
)


@remote_fix
async def test_it_is_noted_before_anything_is_sent(make_bench, fix):
    bench, _, target = await staged(make_bench, fix)
    states = []

    def look(method, path):
        if method != "GET":
            other = Database(bench.store.paths.records, writer=False)
            states.append([entry.state for entry in Journal(other).entries()])
            other.close()

    bench.http.before = look
    result = await bench.apply(fix.id, target)
    assert states
    assert all(seen == [EntryState.INTENT] for seen in states)
    entry = bench.care.journal.entry(result.entry)
    assert entry.state is EntryState(result.outcome.value)
    assert entry.said == result.said
    record = bench.care.audit.records()[0]
    assert record.who == "tester"
    assert record.server == bench.care.profile.key
    assert record.result == f"{result.outcome.value}: {result.said}"
    assert bench.care.audit.verify() is None


@every_fix
async def test_the_same_plan_is_applied_once(make_bench, fix):
    bench, stage, target = await staged(make_bench, fix)
    plan = await bench.runner.plan(fix.id, target)
    await bench.runner.apply(plan)
    changes = list(bench.http.changes)
    queue, state = await bench.raw_queue(), await stage.state(bench)
    with pytest.raises(StalePlan):
        await bench.runner.apply(plan)
    assert bench.http.changes == changes
    assert comparable(await bench.raw_queue()) == comparable(queue)
    assert await stage.state(bench) == state


@every_fix
async def test_applied_again_it_changes_nothing_more(make_bench, fix):
    bench, stage, target = await staged(make_bench, fix)
    if not fix.repeatable:
        return
    await bench.apply(fix.id, target)
    queue, state = await bench.raw_queue(), await stage.state(bench)
    with contextlib.suppress(NotApplicable):
        await bench.apply(fix.id, target)
    assert comparable(await bench.raw_queue()) == comparable(queue)
    assert await stage.state(bench) == state


@every_fix
async def test_a_plan_for_another_state_is_refused(make_bench, fix):
    bench, stage, target = await staged(make_bench, fix)
    if stage.disturb is None:
        return
    plan = await bench.runner.plan(fix.id, target)
    await stage.disturb(bench)
    changes = len(bench.http.changes)
    with pytest.raises(StalePlan):
        await bench.runner.apply(plan)
    assert len(bench.http.changes) == changes
    assert bench.care.journal.entries() == ()


@every_fix
async def test_undo_brings_back_what_was(make_bench, fix):
    bench, stage, target = await staged(make_bench, fix)
    before = await stage.state(bench)
    result = await bench.apply(fix.id, target)
    entry = bench.care.journal.entry(result.entry)
    assert result.undoable == bool(entry.undo)
    if not stage.undo_restores:
        return
    undone = await bench.runner.undo(result.entry)
    assert undone.outcome is FixOutcome.DONE, undone
    assert await stage.state(bench) == before
    assert bench.care.journal.entry(result.entry).state is EntryState.UNDONE
    with pytest.raises(DoctorError):
        await bench.runner.undo(result.entry)


@remote_fix
@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_server_that_dies_on_the_way_is_never_a_success(
    make_bench, fix, moment
):
    bench, _, target = await staged(make_bench, fix)
    plan = await bench.runner.plan(fix.id, target)

    async def die(method, path):
        if method != "GET":
            await bench.simulator.aclose()

    setattr(bench.http, moment, die)
    result = await bench.runner.apply(plan)
    assert result.outcome is FixOutcome.UNKNOWN, result
    assert bench.care.journal.entry(plan.id).state is EntryState.UNKNOWN
    assert bench.care.audit.verify() is None


@remote_fix
async def test_a_server_that_is_away_gets_no_plan_and_no_entry(make_bench, fix):
    bench, _, target = await staged(make_bench, fix)
    plan = await bench.runner.plan(fix.id, target)
    await bench.simulator.aclose()
    with pytest.raises(ServerError):
        await bench.runner.plan(fix.id, target)
    with pytest.raises(ServerError):
        await bench.runner.apply(plan)
    assert bench.care.journal.entries() == ()


@remote_fix
async def test_what_was_begun_is_looked_at_after_a_crash_of_ours(make_bench, fix):
    bench, _, target = await staged(make_bench, fix)
    plan = await bench.runner.plan(fix.id, target)

    class Crash(BaseException):
        """Our process ends here."""

    def crash(method, path):
        if method != "GET":
            raise Crash

    bench.http.before = crash
    with pytest.raises(Crash):
        await bench.runner.apply(plan)
    bench.http.before = lambda method, path: None
    runner = Runner(bench.care)
    (entry,) = runner.unfinished()
    result = await runner.inspect(entry.id)
    assert result.outcome is not FixOutcome.DONE, result
    if result.outcome is FixOutcome.NOT_DONE:
        assert runner.unfinished() == ()
    else:
        await runner.give_up(entry.id)
        assert runner.unfinished() == ()
        assert bench.care.journal.entry(entry.id).state is EntryState.UNKNOWN
