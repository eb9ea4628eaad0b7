"""What was changed last, by files and git's own record."""

import os
from pathlib import Path

from comfydoctor.comfy.install.find import read_folder
from comfydoctor.diagnosis.crashnewest import newest_changes
from tests.comfy.install.trees import comfyui, git, venv, write

NOW = 1_780_000_000.0


def age(path: Path, days: float) -> Path:
    os.utime(path, (NOW - days * 86400, NOW - days * 86400))
    return path


def test_packs_packages_and_core_come_newest_first(tmp_path: Path) -> None:
    root = git(comfyui(tmp_path / "ComfyUI"))
    line = f"{'0' * 40} {'1' * 40} x <x@y> {int(NOW - 3 * 86400)} +0000\tpull: Fast"
    write(root / ".git/logs/HEAD", f"old\n{line}\n")
    pack = git(root / "custom_nodes/impact")
    age(pack, 1)
    site = venv(root / "venv", "torch-2.13.0", "numpy-2.3.0", "old-1.0")
    age(site / "torch-2.13.0.dist-info", 2.0)
    age(site / "numpy-2.3.0.dist-info", 2.001)
    age(site / "old-1.0.dist-info", 50)
    found = read_folder(root, running=lambda: ())
    assert found is not None
    changes = newest_changes(found, before=NOW, since=NOW - 10 * 86400)
    assert [c.what for c in changes] == ["pack", "packages", "core"]
    assert changes[0].subject == "impact"
    assert "numpy 2.3.0, torch 2.13.0" in changes[1].says
    assert changes[2].says == "ComfyUI itself: pull: Fast"


def test_what_came_after_the_end_cannot_have_caused_it(tmp_path: Path) -> None:
    root = comfyui(tmp_path / "ComfyUI")
    (root / "custom_nodes/late").mkdir()
    age(root / "comfyui_version.py", 9)
    found = read_folder(root, running=lambda: ())
    assert found is not None
    assert newest_changes(found, before=NOW, since=NOW - 86400) == ()
