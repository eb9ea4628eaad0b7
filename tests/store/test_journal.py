from dataclasses import replace

import pytest

from comfydoctor.errors import NotUndoable
from comfydoctor.model.fix import EntryState, Plan, PlanStep, Risk
from comfydoctor.store.database import Database
from comfydoctor.store.journal import Journal

PLAN = Plan(
    id="p1",
    fix="clear-queue",
    title="Park 5 jobs",
    server="http://x",
    steps=(PlanStep("Write them", ""), PlanStep("Delete", "POST /queue")),
    loses="Nothing.",
    risk=Risk.SAFE,
    undo="Puts them back.",
    basis="abc",
    seconds=(0.5, 2.0),
    target="t",
    facts=(("Waiting", "5"),),
    payload='{"ids": ["a"]}',
)


@pytest.fixture
def journal(database, clock):
    return Journal(database, clock=clock)


def test_an_intent_is_there_with_its_plan_and_unfinished(journal, clock):
    entry = journal.intend(PLAN)
    assert journal.entry("p1") == entry
    assert journal.plan("p1") == PLAN
    assert entry.state is EntryState.INTENT
    assert entry.expires == clock.now + 90 * 86400
    assert journal.unfinished("http://x") == (entry,)
    assert journal.unfinished("http://y") == ()


def test_an_entry_goes_through_its_states(journal):
    journal.intend(PLAN)
    journal.mark("p1", EntryState.DONE, "5 jobs parked")
    assert journal.unfinished() == ()
    assert journal.entry("p1").said == "5 jobs parked"
    journal.mark("p1", EntryState.UNDOING)
    assert journal.entry("p1").said == "5 jobs parked"
    assert len(journal.unfinished()) == 1
    journal.mark("p1", EntryState.UNDONE, "back", undo="")
    assert journal.entry("p1").undo == ""


def test_it_is_on_disk_before_the_effect(tmp_path):
    path = tmp_path / "records.db"
    first = Database(path)
    Journal(first).intend(PLAN)
    # Another connection stands for another process: the first one never closes.
    second = Database(path, writer=False)
    assert Journal(second).entry("p1").state is EntryState.INTENT
    second.close()
    first.close()


def test_attempts_are_remembered_with_their_time(journal, clock):
    journal.intend(PLAN)
    journal.attempt("p1", "job-a")
    clock.now += 5
    journal.attempt("p1", "job-b")
    assert journal.attempts("p1") == {"job-a": clock.now - 5, "job-b": clock.now}
    assert journal.attempts("p2") == {}
    journal.forget_attempt("p1", "job-a")
    assert list(journal.attempts("p1")) == ["job-b"]


def test_data_is_kept_with_an_entry(journal):
    assert journal.kept("p1", "a") is None
    journal.intend(PLAN)
    journal.keep("p1", "a", {"new": 1})
    journal.keep("p1", "b", True)
    assert journal.kept("p1", "a") == {"new": 1}
    assert journal.kept("p1", "b") is True
    assert journal.kept("p1", "c") is None


def test_unknown_entries_are_not_undoable(journal):
    with pytest.raises(NotUndoable):
        journal.entry("nothing")
    with pytest.raises(NotUndoable):
        journal.plan("nothing")


def test_after_ninety_days_it_is_gone(journal, clock):
    journal.intend(PLAN)
    journal.attempt("p1", "a")
    clock.now += 89 * 86400
    journal.intend(replace(PLAN, id="p2"))
    assert journal.prune() == ()
    clock.now += 2 * 86400
    assert journal.prune() == ("p1",)
    assert journal.attempts("p1") == {}
    assert [entry.id for entry in journal.entries()] == ["p2"]


def test_newest_first_and_of_one_server(journal, clock):
    for number in range(4):
        clock.now += 1
        server = f"http://{number % 2}"
        journal.intend(replace(PLAN, id=str(number), server=server))
    assert [e.id for e in journal.entries()] == ["3", "2", "1", "0"]
    assert [e.id for e in journal.entries("http://1")] == ["3", "1"]
    assert [e.id for e in journal.entries(limit=1)] == ["3"]


def test_it_refuses_where_nothing_can_be_kept(journal, tmp_path):
    assert journal.refusal == ""
    memory = Database(None)
    assert "could be undone" in Journal(memory).refusal
    memory.close()
    (tmp_path / "other.db").touch()
    other = Database(tmp_path / "records.db", writer=False)
    assert Journal(other).refusal
    other.close()


def test_a_damaged_row_is_left_out(journal, database):
    journal.intend(PLAN)
    database.write(lambda c: c.execute("UPDATE journal SET state='?', plan='{'"))
    assert journal.entries() == ()
    with pytest.raises(NotUndoable):
        journal.plan("p1")
