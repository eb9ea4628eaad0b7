"""Start flags out of launchers of every kind."""

from pathlib import Path

import pytest

from comfydoctor.comfy.install.launchers import (
    parse_launcher,
    read_launcher,
    read_services,
)
from comfydoctor.model.installation import flag_value, port_of
from tests.comfy.install.trees import write


@pytest.mark.parametrize(
    ("source", "flags", "python"),
    [
        (
            (
                "@echo off\r\nREM main.py --old\r\n.\\python_embeded\\python.exe -s "
                "ComfyUI\\main.py --windows-standalone-build ^\r\n"
                " --lowvram\r\npause\r\n"
            ),
            ("--windows-standalone-build", "--lowvram"),
            ".\\python_embeded\\python.exe",
        ),
        (
            (
                '#!/bin/sh\ncd /x\nexec "$HOME/v/bin/python3" main.py \\\n  --listen '
                '"0.0.0.0" --output-directory "/a b/out" "$@" > log 2>&1\n'
            ),
            ("--listen", "0.0.0.0", "--output-directory", "/a b/out"),
            "$HOME/v/bin/python3",
        ),
        (
            (
                "[Service]\nWorkingDirectory=/opt/ComfyUI\n"
                "ExecStart=/opt/venv/bin/python /opt/ComfyUI/main.py --port 8189\n"
            ),
            ("--port", "8189"),
            "/opt/venv/bin/python",
        ),
        ("python main.py && echo done\n", (), "python"),
        ('python "main.py --broken quote\n', ("--broken", "quote"), "python"),
    ],
)
def test_the_flags_behind_main_are_read(
    source: str, flags: tuple[str, ...], python: str
) -> None:
    found = parse_launcher(source)
    assert found and (found.flags, found.python) == (flags, python)


@pytest.mark.parametrize(
    "source", ["", "echo hi", "# python main.py --x", "notmain.py"]
)
def test_a_script_that_starts_nothing_is_no_launcher(source: str) -> None:
    assert parse_launcher(source) is None


def test_services_that_name_the_folder_are_found(tmp_path: Path) -> None:
    root = tmp_path / "ComfyUI"
    units = tmp_path / "units"
    write(units / "a.service", f"ExecStart=/p/python {root}/main.py --port 9000\n")
    write(units / "b.service", "ExecStart=/p/python /other/main.py\n")
    found = [x for x in read_services(root, [units]) if x.path.startswith(str(units))]
    assert [port_of(x.flags) for x in found] == [9000]


def test_a_file_that_is_not_there_is_none(tmp_path: Path) -> None:
    assert read_launcher(tmp_path / "run.bat") is None


def test_values_of_flags_are_found_in_both_forms() -> None:
    flags = ("--port=8200", "--base-directory", "/x", "--lowvram", "--listen")
    assert port_of(flags) == 8200
    assert flag_value(flags, "--base-directory") == "/x"
    assert flag_value(flags, "--lowvram") == ""
    assert flag_value(flags, "--listen") == ""
    assert port_of(("--port", "eighty")) == 8188
