"""Fixes with their announcements, and the lists of what was done."""

import contextlib
from dataclasses import replace

import pytest

from comfydoctor.doctor import treatment
from comfydoctor.doctor.treatment import Treatment, user_name
from comfydoctor.errors import NotApplicable, NotUndoable, StalePlan
from comfydoctor.fixes.base import Care
from comfydoctor.model.change import ActivityChanged, FixEnded, FixStepped
from comfydoctor.model.fix import EntryState, FixOutcome
from comfydoctor.store.paths import Paths
from comfydoctor.store.store import Store
from tests.doctor.bench import bench
from tests.simulator.bench import picture, sleeping, until


class Bench:
    def __init__(self, ours, store):
        self.ours = ours
        self.store = store
        self.changes = []
        self.care = Care(
            client=ours.client,
            profile=ours.http.profile,
            journal=store.journal,
            audit=store.audit,
            parking=store.parking,
        )
        self.treatment = Treatment(self.care, self.changes.append)

    async def fill(self):
        await self.ours.talk.submit(sleeping(600.0, mode="poll"))
        ids = [await self.ours.talk.submit(picture(n)) for n in range(3)]

        async def waiting():
            return len((await self.ours.client.queue()).pending) == 3

        await until(waiting)
        return ids

    async def pending(self):
        return [item.id for item in (await self.ours.client.queue()).pending]

    def heard(self, kind):
        return [change for change in self.changes if isinstance(change, kind)]


@pytest.fixture
async def patient(tmp_path):
    store = Store.open(Paths.under(tmp_path / "home"))
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(store.close)
        yield Bench(await stack.enter_async_context(bench()), store)


async def test_a_fix_is_announced_step_by_step_and_listed(patient):
    await patient.fill()
    plan = await patient.treatment.plan("clear-queue")
    assert patient.changes == [], "a plan changes nothing"
    result = await patient.treatment.apply(plan)
    assert result.outcome is FixOutcome.DONE
    steps = patient.heard(FixStepped)
    assert steps and {step.plan for step in steps} == {plan.id}
    assert [step.step for step in steps] == sorted({step.step for step in steps})
    assert patient.heard(FixEnded) == [FixEnded(result)]
    assert isinstance(patient.changes[-1], FixEnded)
    [entry] = patient.treatment.activity
    assert (entry.id, entry.state) == (result.entry, EntryState.DONE)
    assert patient.treatment.unfinished == ()


async def test_an_undo_is_announced_and_listed_too(patient):
    ids = await patient.fill()
    plan = await patient.treatment.plan("clear-queue")
    result = await patient.treatment.apply(plan)
    patient.changes.clear()
    undone = await patient.treatment.undo(result.entry)
    assert undone.outcome is FixOutcome.DONE
    assert patient.heard(FixStepped) and patient.heard(FixEnded) == [FixEnded(undone)]
    assert patient.treatment.activity[0].state is EntryState.UNDONE
    assert await patient.pending() == ids
    with pytest.raises(NotUndoable):
        await patient.treatment.undo(result.entry)


async def test_a_plan_that_is_not_ours_ends_nothing(patient):
    await patient.fill()
    plan = await patient.treatment.plan("clear-queue")
    with pytest.raises(StalePlan):
        await patient.treatment.apply(replace(plan, title="another"))
    assert patient.heard(FixEnded) == []
    assert len(await patient.pending()) == 3


async def test_an_action_that_was_cut_off_is_listed_and_looked_at(patient):
    await patient.fill()
    plan = await patient.treatment.plan("clear-queue")
    patient.store.journal.intend(plan)
    patient.treatment.refresh()
    assert [entry.id for entry in patient.treatment.unfinished] == [plan.id]
    assert patient.heard(ActivityChanged)
    result = await patient.treatment.inspect(plan.id)
    assert result.outcome is not FixOutcome.DONE, "the jobs still wait"
    assert patient.heard(FixEnded) == [FixEnded(result)]


async def test_giving_up_takes_it_from_the_list(patient):
    await patient.fill()
    plan = await patient.treatment.plan("clear-queue")
    patient.store.journal.intend(plan)
    patient.treatment.refresh()
    await patient.treatment.give_up(plan.id)
    assert patient.treatment.unfinished == ()
    assert patient.treatment.activity[0].state is EntryState.UNKNOWN


async def test_an_action_that_was_cut_off_can_be_gone_on_with(patient):
    await patient.fill()
    plan = await patient.treatment.plan("clear-queue")
    patient.store.journal.intend(plan)
    result = await patient.treatment.finish(plan.id)
    assert result.outcome is FixOutcome.DONE
    assert await patient.pending() == []
    assert patient.heard(FixStepped) and patient.heard(FixEnded) == [FixEnded(result)]


async def test_going_on_with_what_must_not_be_done_twice_is_refused(patient):
    job = await patient.ours.talk.submit(picture(1))
    await patient.ours.talk.ended(job)
    plan = await patient.treatment.plan("resubmit-job", job)
    patient.store.journal.intend(plan)
    with pytest.raises(NotApplicable):
        await patient.treatment.finish(plan.id)
    assert patient.heard(FixEnded) == []


async def test_the_trail_says_who(patient):
    assert patient.care.who == user_name()
    await patient.fill()
    plan = await patient.treatment.plan("clear-queue")
    await patient.treatment.apply(plan)
    assert patient.store.audit.records(limit=1)[0].who == user_name()


def test_where_there_is_no_login_name_it_is_empty(monkeypatch):
    def nobody():
        raise KeyError("uid not found")

    monkeypatch.setattr(treatment.getpass, "getuser", nobody)
    assert user_name() == ""
