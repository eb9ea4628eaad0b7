"""Log files of an installation."""

import os
from pathlib import Path

from comfydoctor.comfy.install.logs import find_logs
from tests.comfy.install.trees import write


def test_logs_come_newest_first_with_their_generation(tmp_path: Path) -> None:
    for age, name in enumerate(
        ["user/comfyui_8190.log", "user/comfyui_8190.prev.log", "x.log"]
    ):
        write(tmp_path / name, "text")
        os.utime(tmp_path / name, (1000 - age, 1000 - age))
    write(tmp_path / "user/comfyui.db")
    write(tmp_path / "user/other.log")
    found = find_logs(users=[tmp_path / "user"], folders=[tmp_path])
    assert [(Path(x.path).name, x.source, x.generation) for x in found] == [
        ("comfyui_8190.log", "manager", 0),
        ("comfyui_8190.prev.log", "manager", 1),
        ("x.log", "console", 0),
    ]


def test_folders_and_files_that_are_gone_are_no_logs(tmp_path: Path) -> None:
    (tmp_path / "a.log").mkdir()
    assert find_logs(folders=[tmp_path], files=[str(tmp_path / "gone")]) == ()
