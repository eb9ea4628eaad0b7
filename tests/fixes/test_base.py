import threading

import pytest

from comfydoctor.errors import NotUndoable
from comfydoctor.fixes.base import basis_of, read_payload
from comfydoctor.fixes.interrupt_job import InterruptJob
from comfydoctor.model.fix import EntryState, JournalEntry, Plan, Risk


def test_the_basis_tells_states_apart_and_stays_the_same():
    assert basis_of("a", 1, ("x",)) == basis_of("a", 1, ["x"])
    assert basis_of("a", 1) != basis_of("a", 2)
    assert len(basis_of()) == 64


def test_a_plan_without_payload_has_an_empty_one():
    plan = Plan("i", "f", "t", "s", (), "n", Risk.SAFE, "", "b")
    assert read_payload(plan) == {}


async def test_our_own_writes_do_not_hold_up_the_loop(bench):
    thread = await bench.care.keep(threading.get_ident)
    assert thread != threading.get_ident()


async def test_what_is_irreversible_says_so(bench):
    entry = JournalEntry("i", 0.0, "f", "Stop it", "s", EntryState.DONE)
    with pytest.raises(NotUndoable, match="Stop it"):
        await InterruptJob().undo(bench.care, entry, bench.step)
    with pytest.raises(NotUndoable):
        await InterruptJob().verify_undo(bench.care, entry)
