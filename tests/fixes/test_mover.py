import os

import pytest

from comfydoctor.errors import NotApplicable, StoreError
from comfydoctor.fixes.mover import mark_of, move_of, rename
from tests.fixes.stages import write


def test_nothing_is_ever_moved_over_what_is_there(tmp_path):
    write(tmp_path / "a", "old")
    write(tmp_path / "b", "kept")
    with pytest.raises(NotApplicable, match="already"):
        move_of(tmp_path / "a", tmp_path / "b")
    with pytest.raises(NotApplicable, match="already"):
        rename(str(tmp_path / "a"), str(tmp_path / "b"), mark_of(tmp_path / "a"))
    assert (tmp_path / "b").read_text() == "kept"


def test_another_file_in_its_place_is_not_moved(tmp_path):
    write(tmp_path / "a", "old")
    mark = mark_of(tmp_path / "a")
    write(tmp_path / "a", "longer than before")
    with pytest.raises(NotApplicable, match="not what it was"):
        rename(str(tmp_path / "a"), str(tmp_path / "b"), mark)


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_links_are_left_to_the_person(tmp_path):
    write(tmp_path / "a", "x")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    with pytest.raises(NotApplicable, match="a link"):
        move_of(tmp_path / "link", tmp_path / "b")
    with pytest.raises(NotApplicable, match="not there"):
        move_of(tmp_path / "nothing", tmp_path / "b")


def test_a_disk_that_refuses_is_told(tmp_path, monkeypatch):
    write(tmp_path / "a", "x")

    def refuse(*args):
        raise PermissionError(13, "in use")

    monkeypatch.setattr(os, "rename", refuse)
    with pytest.raises(StoreError, match="in use") as caught:
        rename(str(tmp_path / "a"), str(tmp_path / "b"), mark_of(tmp_path / "a"))
    assert "Stop ComfyUI" in caught.value.advice
