"""The exit codes that scripts rely on."""

from comfydoctor.cli.exits import Exit
from comfydoctor.cli.parser import EXIT_CODES


def test_the_numbers_never_change():
    assert {code.name: int(code) for code in Exit} == {
        "OK": 0,
        "FOUND": 1,
        "USAGE": 2,
        "UNREACHABLE": 3,
        "INTERNAL": 4,
        "CANCELLED": 130,
    }


def test_the_help_names_every_one():
    assert all(f"{int(code)} " in EXIT_CODES for code in Exit)
