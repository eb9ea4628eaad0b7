"""Waiting jobs: their words, waits, and what dragging asks for."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, Qt

from comfydoctor.model.fix import EntryState, JournalEntry
from comfydoctor.model.job import Job, JobState
from comfydoctor.model.server import ServerProfile
from comfydoctor.ui.panels.queue_table import WaitingModel, models_words, waits
from tests.ui import examples

WAITING = tuple(
    Job(f"job-{i}", JobState.PENDING, number=float(i), workflow_name=name)
    for i, name in enumerate(("portrait", "video", "portrait"))
)


def ended(name, seconds):
    return Job("x", JobState.SUCCEEDED, started=0.0, ended=seconds, workflow_name=name)


def queue(**changes):
    return replace(examples.snapshot(), pending=WAITING, **changes)


def test_waits_follow_from_how_long_jobs_took():
    recent = (ended("portrait", 10.0), ended("portrait", 30.0), ended("video", 100.0))
    running = replace(WAITING[0], id="r", started=995.0)
    assert waits(queue(recent=recent, running=running), 1000.0) == (15.0, 35.0, 135.0)
    assert waits(queue(recent=recent, running=None), 1000.0) == (0.0, 20.0, 120.0)


def test_nothing_is_guessed_where_nothing_has_run():
    assert waits(queue(recent=()), 1000.0) == (None, None, None)


def test_models_are_named_without_folders_and_endings():
    job = replace(WAITING[0], models=("sd\\a.safetensors", "b.gguf", "c.pt", "d.pt"))
    assert models_words(job) == "a, b, c and 1 more"
    assert models_words(WAITING[0]) == "–" or models_words(WAITING[0])


@pytest.mark.parametrize(
    ("dragged", "row", "place"), [(2, 0, 1), (0, 3, 3), (0, 2, 2), (1, 0, 1)]
)
def test_a_drop_asks_for_the_place_it_shows(dragged, row, place):
    model = WaitingModel()
    model.show_jobs(WAITING, (None,) * 3)
    asked = []
    model.moved.connect(lambda job, to: asked.append((job, to)))
    data = model.mimeData([model.index(dragged, 1)])
    taken = model.dropMimeData(data, Qt.DropAction.MoveAction, row, 0, QModelIndex())
    assert not taken
    assert asked == [(WAITING[dragged].id, place)]


@pytest.mark.parametrize(("dragged", "row"), [(1, 1), (1, 2), (2, -1)])
def test_a_drop_where_it_was_asks_nothing(dragged, row):
    model = WaitingModel()
    model.show_jobs(WAITING, (None,) * 3)
    asked = []
    model.moved.connect(lambda *told: asked.append(told))
    data = model.mimeData([model.index(dragged, 1)])
    model.dropMimeData(data, Qt.DropAction.MoveAction, row, 0, QModelIndex())
    assert asked == []


def opened(window, **changes):
    healthy = examples.healthy()
    snapshot = replace(healthy.snapshot, pending=WAITING, queue_remaining=4, **changes)
    window.on_batch(healthy._replace(snapshot=snapshot))
    panel = window.open_page("queue")
    told = []
    panel.fix_wanted.disconnect()
    panel.fix_wanted.connect(told.append)
    return panel, told


def test_buttons_ask_for_their_fix(window, qtbot):
    panel, told = opened(window)
    panel.table.selectRow(1)
    panel.next.click()
    panel.remove.click()
    panel.group.click()
    panel.hold.click()
    assert [ask.id for ask in told] == [
        "move-job",
        "cancel-job",
        "group-queue",
        "hold-queue",
    ]
    assert '"to": "front"' in told[0].target
    assert told[1].target == WAITING[1].id


def test_keys_move_the_chosen_job(window, qtbot):
    panel, told = opened(window)
    panel.table.selectRow(1)
    panel._shift(1)
    panel._shift(-1)
    assert ['"to": "3"' in told[0].target, '"to": "1"' in told[1].target] == [True] * 2


def test_jobs_can_be_sent_to_the_other_servers(window, qtbot):
    panel, told = opened(window)
    other = ServerProfile("Render box", "http://10.0.0.7:8188")
    panel.show_servers((panel.snapshot.profile, other))
    (action,) = panel.send.menu().actions()
    assert action.text() == "Render box"
    action.trigger()
    assert told[0].id == "send-jobs"
    assert "10.0.0.7" in told[0].target


def test_a_held_queue_says_so_and_is_released(window, qtbot):
    entry = JournalEntry(
        "h1", 1.0, "hold-queue", "Hold the queue", "s", EntryState.DONE, undo="Back."
    )
    panel, _ = opened(window, activity=(entry,))
    assert not panel.held.isHidden()
    assert panel.hold.text() == "Release…"
    released = []
    panel.undo_wanted.disconnect()
    panel.undo_wanted.connect(released.append)
    panel.hold.click()
    assert released == ["h1"]
