"""The list of benchmarks is shown when asked for, and names what is there."""

import subprocess
import sys
from pathlib import Path

from tests.benchmarks.__main__ import ALL

HERE = Path(__file__).parent


def asked(*arguments):
    argv = [sys.executable, "-m", "tests.benchmarks", *arguments]
    return subprocess.run(
        argv, capture_output=True, text=True, timeout=30, cwd=HERE.parents[1]
    )


def test_help_lists_the_benchmarks_and_runs_none():
    said = asked("--help")
    assert said.returncode == 0
    assert all(f"  {name} " in said.stdout for name in ALL)


def test_an_unknown_one_is_refused():
    said = asked("definitons")
    assert said.returncode == 2
    assert "definitons" in said.stderr


def test_every_listed_one_is_there():
    assert all((HERE / f"{name}.py").exists() for name in ALL)
