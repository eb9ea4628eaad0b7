"""The README promises what the program does."""

import argparse
import re
from pathlib import Path

from comfydoctor import __version__
from comfydoctor.cli.exits import Exit
from comfydoctor.cli.parser import build_parser

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
INNER = {"--stop-with-parent", "--help", "-h"}
"""Options that only our own window uses, or that everybody knows."""


def verbs():
    parser = build_parser()
    (action,) = (
        a for a in parser._actions if isinstance(a, argparse._SubParsersAction)
    )
    return action.choices


def described(verb):
    """The lines of the README's list that belong to one verb."""
    section = README.partition("## Command line")[2]
    lines = section.partition("```\n")[2].partition("```")[0]
    entries = re.split(r"\n(?=comfydoctor )", lines)
    found = [e for e in entries if e.split()[:2] == ["comfydoctor", verb]]
    assert found, f"{verb} is not in the README"
    return found[0]


def test_every_verb_is_described_with_its_options():
    for name, verb in verbs().items():
        text = described(name)
        options = {o for action in verb._actions for o in action.option_strings}
        missing = {o for o in options - INNER if o not in text}
        assert not missing, f"{name}: {missing}"
        invented = set(re.findall(r"--[a-z-]+", text)) - options
        assert not invented, f"{name}: {invented}"


def test_every_exit_code_is_described():
    table = README.partition("### Exit codes")[2].partition("### ")[0]
    codes = [int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)]
    assert codes == sorted(code.value for code in Exit)


def test_commands_and_files_it_names_are_there():
    for name in re.findall(r"packaging[/\\](\w+\.(?:sh|ps1))", README):
        assert (ROOT / "packaging" / name).is_file(), name
    for name in re.findall(r"\]\((\w[\w./-]*)\)", README):
        assert (ROOT / name).exists(), name


def test_the_change_log_is_in_order():
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    versions = re.findall(r"^## \[([^\]]+)\]", text, re.MULTILINE)
    assert versions[0] == "Unreleased" or versions[0] == __version__
    assert "### Added" in text
