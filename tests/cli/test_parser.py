"""The words of the command line."""

import subprocess
import sys

import pytest

from comfydoctor import __version__
from comfydoctor.cli.main import verb
from comfydoctor.cli.parser import PROFILES, build_parser
from comfydoctor.errors import UsageError
from comfydoctor.simulator.version import VERSIONS

WITHOUT_WINDOW = (
    *("check", "watch", "explain", "fix", "undo", "audit", "simulate", "demo"),
)


def parse(*arguments):
    return build_parser().parse_args(arguments)


def refused(capsys, *arguments):
    """What is said to a command line that is off."""
    with pytest.raises(SystemExit) as caught:
        parse(*arguments)
    assert caught.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    return said.err


def test_every_verb_has_a_function_behind_it():
    assert all(callable(verb(name)) for name in WITHOUT_WINDOW)
    with pytest.raises(UsageError):
        verb("open")


def test_a_verb_is_needed(capsys):
    assert "VERB" in refused(capsys)


def test_the_version_is_ours(capsys):
    with pytest.raises(SystemExit) as caught:
        parse("--version")
    assert caught.value.code == 0
    assert __version__ in capsys.readouterr().out


def test_defaults_ask_nothing_of_the_person():
    assert parse("check").url is None
    assert parse("explain").file == "-"
    assert parse("fix").id is None
    assert parse("audit").limit == 50
    assert parse("demo").scenario == "out-of-memory"
    assert parse("simulate").port == 0
    assert parse("watch").seconds is None


def test_a_fix_has_a_target_and_is_planned_or_applied_not_both(capsys):
    given = parse("fix", "interrupt-job", "abc", "--yes")
    assert (given.id, given.target, given.yes) == ("interrupt-job", "abc", True)
    assert "not allowed" in refused(capsys, "fix", "clear-queue", "--plan", "--yes")


@pytest.mark.parametrize(
    "arguments",
    [
        ("simulate", "--speed", "0"),
        ("simulate", "--speed", "-1"),
        ("simulate", "--speed", "nan"),
        ("simulate", "--speed", "inf"),
        ("simulate", "--port", "70000"),
        ("simulate", "--port", "-1"),
        ("simulate", "--profile", "9.9"),
        ("demo", "--speed", "fast"),
        ("demo", "--seconds", "0"),
        ("watch", "--seconds", "-5"),
        ("audit", "--limit", "0"),
        ("audit", "--limit", "-3"),
        ("undo",),
    ],
)
def test_numbers_without_sense_are_usage(capsys, arguments):
    assert "error" in refused(capsys, *arguments)


def test_the_versions_are_those_of_the_simulator():
    assert set(PROFILES) == set(VERSIONS)


def test_parsing_loads_nothing_heavy():
    script = (
        "import sys\n"
        "from comfydoctor.cli.parser import build_parser\n"
        "build_parser().parse_args(['check'])\n"
        "heavy = {'httpx', 'aiohttp', 'pydantic', 'asyncio', 'PySide6', 'psutil'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "[]", done.stderr
