from comfydoctor.errors import DiskFull
from comfydoctor.fixes.base import done, not_done, unknown
from comfydoctor.fixes.ledger import Ledger
from comfydoctor.model.fix import EntryState, Plan, PlanStep, Risk

PLAN = Plan(
    "p1", "clear-queue", "Park", "http://x", (PlanStep("a", "POST /queue"),),
    "Nothing.", Risk.SAFE, "Puts back.", "b",
)  # fmt: skip


async def test_an_end_is_noted_in_journal_and_audit(bench):
    ledger = Ledger(bench.care)
    await ledger.begin(PLAN)
    result = await ledger.end(PLAN, done("5 jobs parked."))
    assert result.undoable
    entry = bench.care.journal.entry("p1")
    assert (entry.state, entry.said) == (EntryState.DONE, "5 jobs parked.")
    record = bench.care.audit.records()[0]
    assert record.action == "clear-queue: Park"
    assert record.detail == "Nothing. POST /queue"
    assert record.result == "done: 5 jobs parked."


async def test_what_was_not_done_has_nothing_to_undo_unless_said(bench):
    ledger = Ledger(bench.care)
    await ledger.begin(PLAN)
    assert not (await ledger.end(PLAN, not_done("no"))).undoable
    assert bench.care.journal.entry("p1").undo == ""
    half = not_done("half", undo="Puts half back.")
    assert (await ledger.end(PLAN, half)).undoable
    assert bench.care.journal.entry("p1").undo == "Puts half back."


async def test_an_undo_that_failed_leaves_the_entry_as_it_was(bench):
    ledger = Ledger(bench.care)
    await ledger.begin(PLAN)
    await ledger.end(PLAN, done("d"))
    before = bench.care.journal.entry("p1")
    await ledger.mark(before, EntryState.UNDOING)
    result = await ledger.end_undo(before, not_done("no"))
    assert result.undoable
    assert bench.care.journal.entry("p1").state is EntryState.DONE
    result = await ledger.end_undo(before, done("back"))
    assert not result.undoable
    assert bench.care.journal.entry("p1").state is EntryState.UNDONE


async def test_an_undo_of_something_unfinished_that_failed_is_unknown(bench):
    ledger = Ledger(bench.care)
    await ledger.begin(PLAN)
    await ledger.end_undo(bench.care.journal.entry("p1"), unknown("?"))
    assert bench.care.journal.entry("p1").state is EntryState.UNKNOWN


async def test_a_full_disk_at_the_end_is_told_with_the_result(bench, monkeypatch):
    ledger = Ledger(bench.care)
    await ledger.begin(PLAN)

    def full(*args, **options):
        raise DiskFull("The disk is full.")

    monkeypatch.setattr(bench.care.journal, "mark", full)
    result = await ledger.end(PLAN, done("parked"))
    assert result.said == "parked"
    assert "could not be recorded: The disk is full." in result.detail
