"""An incident is its lines: cut off anywhere, all that was written before stands."""

import pytest

from comfydoctor.errors import StoreError
from comfydoctor.model.incident import Entry, EntryKind, Gravity, Incident
from comfydoctor.store.incidents import IncidentFiles

NOTE = Entry(20.0, EntryKind.NOTE, "A customer called", who="jane")


@pytest.fixture
def files(tmp_path):
    files = IncidentFiles(tmp_path / "i")
    files.begin(Incident("a1", "Down", "http://one", 10.0))
    files.add("a1", NOTE)
    files.set("a1", gravity="critical", lead="Jane", title="All down")
    return files


def test_entries_and_changes_come_back(files):
    assert files.load("a1") == Incident(
        "a1", "All down", "http://one", 10.0, Gravity.CRITICAL, "Jane", entries=(NOTE,)
    )


def test_ending_and_opening_again_follow_the_lines(files):
    files.add("a1", Entry(30.0, EntryKind.ENDED, "Over"))
    assert files.load("a1").ended == 30.0
    files.add("a1", Entry(40.0, EntryKind.REOPENED, "Again"))
    assert files.load("a1").ended is None


def test_wherever_it_is_cut_off_what_stood_before_stays(files, tmp_path):
    path = tmp_path / "i" / "a1.jsonl"
    whole = path.read_bytes()
    head = whole.index(b"\n")
    for end in range(head, len(whole)):
        path.write_bytes(whole[:end])
        assert files.load("a1").title in {"Down", "All down"}
    path.write_bytes(whole[: head - 3])
    with pytest.raises(StoreError, match="cannot be read"):
        files.load("a1")


def test_newest_first_and_only_of_the_server(files):
    files.begin(Incident("b2", "Other", "http://two", 50.0))
    assert [one.id for one in files.list()] == ["b2", "a1"]
    assert [one.id for one in files.list("http://one")] == ["a1"]


def test_secrets_do_not_reach_the_disk(files, tmp_path):
    files.add("a1", Entry(21.0, EntryKind.NOTE, "password=hunter22!", "hf_" + "a" * 30))
    text = (tmp_path / "i" / "a1.jsonl").read_text()
    assert "hunter22" not in text and "hf_a" not in text
