"""What a person said of a checklist is on the disk at once."""

import pytest

from comfydoctor.errors import StoreError
from comfydoctor.model.checklist import TaskState, Tick
from comfydoctor.store.checklists import ChecklistRun, ChecklistRuns

TICK = Tick("disk", TaskState.GOOD, "80 GB", "jane", 20.0)


def test_runs_and_ticks_come_back(tmp_path):
    runs = ChecklistRuns(tmp_path / "c")
    runs.begin(ChecklistRun("a1", "go-live", "http://one", 10.0))
    runs.tick("a1", TICK)
    assert runs.load("a1") == ChecklistRun("a1", "go-live", "http://one", 10.0, (TICK,))
    assert [run.id for run in runs.list("http://one")] == ["a1"]
    assert runs.list("http://two") == ()


def test_secrets_in_a_note_and_unknown_states_are_left_out(tmp_path):
    runs = ChecklistRuns(tmp_path / "c")
    runs.begin(ChecklistRun("a1", "go-live", "", 10.0))
    runs.tick("a1", Tick("disk", TaskState.BAD, "hf_" + "a" * 30))
    path = tmp_path / "c" / "a1.jsonl"
    assert "hf_" not in path.read_text()
    with path.open("a") as file:
        file.write('{"task": "x", "state": "magic"}\n{"task"')
    assert [tick.task for tick in runs.load("a1").ticks] == ["disk"]


def test_without_a_folder_nothing_is_kept():
    runs = ChecklistRuns(None)
    runs.begin(ChecklistRun("a1", "go-live", "", 10.0))
    assert runs.list() == ()
    with pytest.raises(StoreError, match="no run"):
        runs.load("a1")
