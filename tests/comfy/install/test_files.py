"""Reading foreign files: capped, never waiting, never failing."""

import os
import sys
from pathlib import Path

import pytest

from comfydoctor.comfy.install.files import entries, read_json, read_text, read_toml


def test_only_the_beginning_of_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"a" * 5000)
    assert len(read_text(tmp_path / "x", 100)) == 100


def test_utf16_of_windows_and_broken_bytes_are_text(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes("größe".encode("utf-16"))
    (tmp_path / "b").write_bytes(b"\xff\xfea\xc3")
    assert read_text(tmp_path / "a") == "größe"
    assert isinstance(read_text(tmp_path / "b"), str)


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes in folders")
@pytest.mark.timeout(10)
def test_a_pipe_holds_nobody_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pyproject.toml")
    assert read_text(tmp_path / "pyproject.toml") == ""
    assert read_toml(tmp_path / "pyproject.toml") == {}


def test_what_is_not_there_or_not_valid_is_empty(tmp_path: Path) -> None:
    assert read_text(tmp_path / "none") == ""
    assert read_text(tmp_path / "a\0b") == ""
    assert list(entries(tmp_path / "none")) == []
    (tmp_path / "deep.json").write_text("[" * 100_000, "utf-8")
    (tmp_path / "list.json").write_text("[1]", "utf-8")
    assert read_json(tmp_path / "deep.json") == {}
    assert read_json(tmp_path / "list.json") == {}
