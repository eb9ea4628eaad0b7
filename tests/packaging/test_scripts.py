"""The set-up scripts, in an empty world made of stand-ins for system tools."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted((ROOT / "packaging").glob("*.sh"))
TOOLS = ("sh", "cat", "rm", "mktemp", "tail", "cksum", "dirname", "uname", "env")

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="POSIX shell scripts; Windows has its own"
)


class World:
    """A PATH with a few harmless tools and the stand-ins a test adds."""

    def __init__(self, folder):
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.log = folder / "log"
        self.log.write_text("")
        self.venv = folder / "venv"
        for name in TOOLS:
            found = shutil.which(name)
            assert found, name
            (self.bin / name).symlink_to(found)

    def add(self, name, body):
        """A command whose calls are logged."""
        path = self.bin / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >>"{self.log}"\n{body}\n')
        path.chmod(0o755)

    def run(self, commands, **more):
        """Run shell commands after reading common.sh."""
        script = f'set -eu\nvenv="{self.venv}"\n. packaging/common.sh\n{commands}\n'
        return subprocess.run(
            [str(self.bin / "sh"), "-c", script],
            cwd=ROOT,
            env={"PATH": str(self.bin), "HOME": "/nonexistent", **more},
            capture_output=True,
            text=True,
        )

    @property
    def calls(self):
        return self.log.read_text().splitlines()


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_parse_in_a_plain_shell(script):
    subprocess.run(["sh", "-n", str(script)], check=True)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_shellcheck_finds_nothing(script):
    tool = shutil.which("shellcheck")
    if tool is None:
        pytest.skip("shellcheck is not installed")
    command = [tool, "-x", "-s", "sh", "-e", "SC2154", str(script)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_a_python_that_is_too_old_is_passed_over(world):
    world.add("python3", "exit 1")
    world.add("python3.12", "exit 0")
    done = world.run("find_python")
    assert done.stdout.strip() == str(world.bin / "python3.12")


def test_the_python_of_ones_choice_comes_first(world):
    world.add("python3", "exit 0")
    world.add("mine", "exit 0")
    done = world.run("find_python", COMFYDOCTOR_PYTHON=str(world.bin / "mine"))
    assert done.stdout.strip() == str(world.bin / "mine")


def test_a_real_python_is_judged_by_its_version(world):
    (world.bin / "python3").symlink_to(sys.executable)
    assert world.run("find_python").stdout.strip() == str(world.bin / "python3")


def test_without_python_and_without_rights_the_command_is_named(world):
    world.add("id", "echo 1000")
    world.add("apt-get", "exit 0")
    done = world.run("need_python; echo went on")
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed" in done.stderr
    command = "sudo apt-get update && sudo apt-get install -y python3 python3-venv"
    assert command in done.stderr
    assert "went on" not in done.stdout
    assert not [call for call in world.calls if call.startswith("apt-get")]


def test_beside_an_older_python_a_newer_one_is_named(world):
    world.add("id", "echo 1000")
    world.add("apt-get", "exit 0")
    world.add("python3", "exit 1")
    assert "python3.11 python3.11-venv" in world.run("need_python").stderr


def test_on_a_mac_the_way_there_is_named(world):
    (world.bin / "uname").unlink()
    world.add("uname", "echo Darwin")
    world.add("id", "echo 501")
    done = world.run("need_python")
    assert done.returncode == 1
    assert "brew install python@" in done.stderr


def test_root_installs_what_is_missing_once_the_lists_are_new(world):
    world.add("id", "echo 0")
    world.add("apt-get", "exit 0")
    done = world.run("install_packages one two; install_packages three")
    assert done.returncode == 0, done.stderr
    calls = [call for call in world.calls if call.startswith("apt-get")]
    assert calls[0] == "apt-get update -qq"
    assert calls[1].endswith("--no-install-recommends one two")
    assert calls[2].endswith("three")
    assert len(calls) == 3
    assert "one two" in done.stderr


def test_others_install_only_where_sudo_asks_nothing(world):
    world.add("id", "echo 1000")
    world.add("apt-get", "exit 0")
    world.add("sudo", '[ "$1" = -n ] && shift\nexec "$@"')
    (world.bin / "true").symlink_to(shutil.which("true"))
    assert world.run("install_packages one").returncode == 0
    assert "sudo -n apt-get update -qq" in world.calls
    world.add("sudo", "exit 1")
    world.log.write_text("")
    assert world.run("install_packages one").returncode == 1
    assert not [call for call in world.calls if call.startswith("apt-get")]


def test_a_failing_installation_shows_why(world):
    world.add("id", "echo 0")
    world.add("apt-get", 'echo "E: Unable to locate package $*" >&2; exit 100')
    done = world.run("install_packages nonsense")
    assert done.returncode == 1
    assert "Unable to locate package" in done.stderr


def test_missing_libraries_are_named_with_the_command_that_mends_it(world):
    world.add("id", "echo 1000")
    world.add("apt-get", "exit 0")
    done = world.run(
        "trial() { echo 'ImportError: libGL.so.1: not found'; return 1; }\n"
        "need_libraries trial 'libgl1 libegl1' 'no window can be opened'"
    )
    assert done.returncode == 1
    assert "so no window can be opened" in done.stderr
    assert "libGL.so.1" in done.stderr
    assert "apt-get install -y libgl1 libegl1" in done.stderr


def test_elsewhere_than_debian_the_missing_file_is_still_named(world):
    world.add("id", "echo 0")
    done = world.run(
        "trial() { echo 'ImportError: libGL.so.1: not found'; return 1; }\n"
        "need_libraries trial 'libgl1 libegl1' 'no window can be opened'"
    )
    assert done.returncode == 1
    assert "libGL.so.1" in done.stderr
    assert "what Debian and Ubuntu call: libgl1 libegl1" in done.stderr


def test_a_folder_that_is_no_environment_is_never_removed(world):
    world.venv.mkdir()
    (world.venv / "thesis.txt").write_text("years of work")
    (world.bin / "python3").symlink_to(sys.executable)
    done = world.run("need_venv")
    assert done.returncode == 1
    assert "is no virtual environment" in done.stderr
    assert (world.venv / "thesis.txt").read_text() == "years of work"


def test_an_environment_that_works_is_left_alone(world):
    subprocess.run([sys.executable, "-m", "venv", str(world.venv)], check=True)
    before = (world.venv / "pyvenv.cfg").stat().st_mtime_ns
    done = world.run("need_venv")
    assert (done.returncode, done.stderr) == (0, "")
    assert (world.venv / "pyvenv.cfg").stat().st_mtime_ns == before


def test_one_whose_python_is_gone_is_made_anew(world):
    (world.venv / "bin").mkdir(parents=True)
    (world.venv / "pyvenv.cfg").write_text("home = /nonexistent\n")
    (world.venv / "bin/python").symlink_to("/nonexistent/python3.11")
    (world.bin / "python3").symlink_to(os.path.realpath(sys.executable))
    done = world.run("need_venv")
    assert done.returncode == 0, done.stderr
    assert (world.venv / "bin/python").exists()


def test_parts_are_installed_once_until_something_changes(world):
    python = world.venv / "bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\n[ "$1" = -V ] || echo "pip $*" >>"{world.log}"\n')
    python.chmod(0o755)
    world.run("need_parts ''; need_parts ''")
    assert len(world.calls) == 1
    world.run("need_parts '[dev]'; need_parts '[dev]'")
    assert len(world.calls) == 2
    assert world.calls[1].endswith("--editable .[dev]")


def test_parts_whose_installation_broke_off_are_tried_again(world):
    python = world.venv / "bin/python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\n[ "$1" = -V ]\n')
    python.chmod(0o755)
    for _ in range(2):
        done = world.run("need_parts ''")
        assert done.returncode == 1
        assert "could not be installed" in done.stderr
