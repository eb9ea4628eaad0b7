"""The strong remedies: each leads to its plan, unfit ones say why."""

from dataclasses import replace

from comfydoctor.model.fix import EntryState, JournalEntry
from comfydoctor.model.server import Connection, Reach
from comfydoctor.ui.dialogs.emergency import (
    PUT_BACK,
    REMEDIES,
    kept_jobs,
    remedies,
    unfit,
)
from tests.ui import examples

KEPT = JournalEntry(
    "e7", 1.0, "clear-queue", "Park 3 jobs", "s", EntryState.DONE, undo="Puts back."
)


def test_what_cannot_be_done_says_why():
    idle = examples.idle().snapshot
    assert unfit("stop-everything", idle) == "Nothing runs and nothing waits."
    assert unfit(PUT_BACK, replace(idle, activity=())) == "No jobs are kept here."


def test_with_jobs_and_kept_ones_everything_can_be_done():
    busy = examples.snapshot(activity=(KEPT,))
    if busy.info is not None:
        busy = replace(busy, info=replace(busy.info, simulated=""))
    assert [unfit(remedy.fix, busy) for remedy in REMEDIES] == [""] * len(REMEDIES)
    assert kept_jobs(busy) is KEPT


def test_every_remedy_says_what_is_lost():
    assert len(REMEDIES) == 5
    assert all(remedy.lost.startswith("Lost: ") for remedy in REMEDIES)


def test_a_press_leads_to_the_plan(window, qtbot):
    window.on_batch(examples.healthy())
    window.header.emergency.click()
    dialog = window.guide.dialog
    told = []
    dialog.chosen.disconnect()
    dialog.chosen.connect(told.append)
    dialog._on_chosen("free-memory", "Free the memory")
    assert told[0].id == "free-memory"
    assert not dialog.isVisible()


def test_kept_jobs_go_back_by_the_undo_of_what_keeps_them(window, qtbot):
    healthy = examples.healthy()
    snapshot = replace(healthy.snapshot, activity=(KEPT,))
    window.on_batch(healthy._replace(snapshot=snapshot))
    window.header.emergency.click()
    dialog = window.guide.dialog
    told = []
    dialog.undo_wanted.disconnect()
    dialog.undo_wanted.connect(told.append)
    dialog._on_chosen(PUT_BACK, "Put the jobs back")
    assert told == ["e7"]


def test_a_server_that_has_ended_is_started_first():
    down = replace(examples.idle().snapshot, connection=Connection(Reach.DOWN))
    shown = {remedy.fix: unfit(remedy.fix, down) for remedy in remedies(down)}
    assert "restart-server" not in shown
    assert shown["start-server"] == ""
    assert "start it first" in shown["free-memory"]
