"""Usage, help and what happens when things go wrong."""

import io

import pytest

from comfydoctor.cli.exits import Exit
from comfydoctor.cli.main import exit_for, say_error
from comfydoctor.cli.output import Printer
from comfydoctor.errors import (
    ContentError,
    SettingsError,
    StalePlan,
    Unreachable,
    UsageError,
)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Unreachable("x"), Exit.UNREACHABLE),
        (UsageError("x"), Exit.USAGE),
        (SettingsError("x"), Exit.USAGE),
        (ContentError("x"), Exit.INTERNAL),
        (StalePlan("x"), Exit.FOUND),
    ],
)
def test_each_error_has_its_exit_code(error, code):
    assert exit_for(error) is code


def test_errors_go_to_stderr_with_their_advice():
    out, err = io.StringIO(), io.StringIO()
    error = Unreachable("Nobody answers.", advice="Start ComfyUI.")
    say_error(error, Printer(out, err), as_json=False)
    assert out.getvalue() == ""
    assert err.getvalue() == "Nobody answers.\nStart ComfyUI.\n"


def test_an_unknown_verb_is_usage(run):
    ran = run("nonsense")
    assert ran.code == 2
    assert "usage" in ran.err


def test_help_names_the_exit_codes(run):
    ran = run("--help")
    assert ran.code == 0
    assert "3 server not reachable" in ran.out
