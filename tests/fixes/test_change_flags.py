import os

import pytest

from comfydoctor.errors import NotApplicable, NotUndoable
from comfydoctor.fixes.change_flags import _flags, changed
from comfydoctor.model.fix import FixOutcome
from comfydoctor.model.wish import Wish
from tests.fixes.small_comfy import make

PORTABLE = (
    "@echo off\r\n"
    ".\\python_embeded\\python.exe -s ComfyUI\\main.py --windows-standalone-build\r\n"
    "pause\r\n"
)


@pytest.mark.parametrize(
    ("text", "add", "remove", "expected"),
    [
        (PORTABLE, "--lowvram", "", "--windows-standalone-build --lowvram\r\npause"),
        ('python main.py "$@"\n', "--cpu", "", 'python main.py --cpu "$@"\n'),
        ("python main.py %*", "--cpu", "", "python main.py --cpu %*"),
        ("python main.py --fast | tee log", "--cpu", "", "main.py --fast --cpu | tee"),
        ("python main.py --port 1 --cpu", "--port 9", "", "main.py --cpu --port 9"),
        ("python main.py --port=1", "--port 9", "", "main.py --port 9"),
        ("py main.py --a --lowvram --b", "", "--lowvram", "py main.py --a --b"),
        ("py main.py --a x y --b", "", "--a", "py main.py --b"),
        ("py main.py --ab --a", "", "--a", "py main.py --ab"),
        ("ExecStart=/v/python main.py", "--cpu", "", "main.py --cpu"),
        ("# main.py --x\npy main.py\n", "--y", "", "# main.py --x\npy main.py --y\n"),
        (
            "py main.py",
            '--base-directory "/a b"',
            "",
            'main.py --base-directory "/a b"',
        ),
    ],
)
def test_only_the_flags_change(text, add, remove, expected):
    made = changed(text, _flags(add), _flags(remove))
    assert expected in made
    assert made.count("\n") == text.count("\n")


def test_a_flag_is_not_added_twice():
    once = changed(PORTABLE, _flags("--lowvram"), [])
    assert changed(once, _flags("--lowvram"), []) == once


def test_a_script_without_a_start_is_refused():
    with pytest.raises(NotApplicable, match=r"main\.py"):
        changed("echo hello", _flags("--cpu"), [])
    with pytest.raises(NotApplicable, match="no flag"):
        _flags("lowvram")


@pytest.fixture
def launcher(tmp_path):
    root = make(tmp_path / "ComfyUI", {})
    path = root / "start.sh"
    path.write_text("#!/bin/sh\npython main.py --port 8188\n")
    path.chmod(0o755)
    return path


def wish(path, **options):
    return Wish(str(path), options).write()


async def test_the_difference_is_shown_and_undo_restores_it(bench, launcher):
    before = launcher.read_bytes()
    target = wish(launcher, add="--disable-auto-launch")
    plan = await bench.runner.plan("change-flags", target)
    assert "-python main.py --port 8188" in plan.difference
    assert "+python main.py --port 8188 --disable-auto-launch" in plan.difference
    result = await bench.runner.apply(plan)
    assert result.outcome is FixOutcome.DONE, result
    assert b"--disable-auto-launch" in launcher.read_bytes()
    if os.name != "nt":
        assert launcher.stat().st_mode & 0o777 == 0o755
    await bench.runner.undo(result.entry)
    assert launcher.read_bytes() == before


async def test_a_file_that_somebody_changed_since_is_left_alone(bench, launcher):
    target = wish(launcher, add="--disable-auto-launch")
    result = await bench.apply("change-flags", target)
    launcher.write_text("python main.py --mine\n")
    with pytest.raises(NotUndoable, match="changed by somebody"):
        await bench.runner.undo(result.entry)
    assert launcher.read_text() == "python main.py --mine\n"


async def test_a_flag_that_would_end_the_start_is_refused(bench, launcher):
    with pytest.raises(NotApplicable, match="would not start"):
        await bench.runner.plan("change-flags", wish(launcher, add="--no-such"))
    for target, words in (
        (wish(launcher), "Name flags"),
        (wish(launcher.with_suffix(".txt"), add="--port 1"), "no start script"),
        (wish(launcher.with_name("none.sh"), add="--port 1"), "not there"),
        (wish(launcher, remove="--lowvram"), "like that already"),
    ):
        with pytest.raises(NotApplicable, match=words):
            await bench.runner.plan("change-flags", target)
