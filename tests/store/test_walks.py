"""Each step of a guided diagnosis is on the disk before the next is asked."""

import pytest

from comfydoctor.errors import StoreError
from comfydoctor.model.flowchart import Step
from comfydoctor.model.guidance import WalkRecord
from comfydoctor.store.lines import LONGEST_FILE
from comfydoctor.store.walks import Walks

ASKED = Step("slow", "hot", "yes", "person", "I saw 95 °C", 20.0)
FIXED = Step("slow", "free", "done", "person", "VRAM 22 → 6 GB", 30.0)


@pytest.fixture
def walks(tmp_path):
    walks = Walks(tmp_path / "walks")
    walks.begin(WalkRecord("a1", "slow", "http://one", 10.0))
    walks.step("a1", ASKED)
    walks.step("a1", FIXED)
    return walks


def file_of(tmp_path):
    return tmp_path / "walks" / "a1.jsonl"


def test_what_was_kept_is_read(walks):
    assert walks.load("a1") == WalkRecord(
        "a1", "slow", "http://one", 10.0, (ASKED, FIXED)
    )


def test_steps_taken_back_are_gone_but_were_kept(walks, tmp_path):
    walks.back("a1", 1)
    assert walks.load("a1").steps == (ASKED,)
    assert "VRAM 22" in file_of(tmp_path).read_text("utf-8")
    walks.back("a1", 99)
    assert walks.load("a1").steps == ()


def test_a_line_cut_off_by_a_power_cut_is_left_out(walks, tmp_path):
    path = file_of(tmp_path)
    path.write_bytes(path.read_bytes()[:-20])
    assert walks.load("a1").steps == (ASKED,)


def test_secrets_in_a_note_do_not_reach_the_disk(walks, tmp_path):
    key = "sk-" + "x" * 24
    walks.step("a1", Step("slow", "more", "no", "person", f"key {key}", 40.0))
    assert key not in file_of(tmp_path).read_text("utf-8")


def test_newest_first_and_only_of_the_server(walks):
    walks.begin(WalkRecord("b2", "slow", "http://two", 50.0))
    walks.begin(WalkRecord("c3", "slow", "http://one", 60.0))
    assert [record.id for record in walks.list()] == ["c3", "b2", "a1"]
    assert [record.id for record in walks.list("http://one")] == ["c3", "a1"]
    assert [record.id for record in walks.list(limit=1)] == ["c3"]


@pytest.mark.parametrize(
    "content", [b"", b"[]\n", b'{"format": 99}\n', b"\xff\xfe\n", b"x" * 100]
)
def test_a_file_that_is_no_walk_is_refused_and_left_out(walks, tmp_path, content):
    file_of(tmp_path).write_bytes(content)
    with pytest.raises(StoreError, match="cannot be read"):
        walks.load("a1")
    assert walks.list() == ()


def test_a_gigantic_file_is_not_read(walks, tmp_path):
    with file_of(tmp_path).open("ab") as file:
        file.truncate(LONGEST_FILE + 1)
    with pytest.raises(StoreError, match="too long"):
        walks.load("a1")


@pytest.mark.parametrize("walk_id", ["../x", "", "a/b", "a" * 65])
def test_a_name_cannot_lead_out_of_the_folder(walks, walk_id):
    with pytest.raises(StoreError, match="no walk"):
        walks.load(walk_id)


def test_without_a_folder_nothing_is_kept():
    walks = Walks(None)
    walks.begin(WalkRecord("a1", "slow", "", 1.0))
    assert walks.list() == ()


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "walks").write_text("in the way")
    with pytest.raises(StoreError, match="could not be written"):
        Walks(tmp_path / "walks").begin(WalkRecord("a1", "slow", "", 1.0))
