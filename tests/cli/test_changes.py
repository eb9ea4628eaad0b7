"""``comfydoctor changes`` against simulated servers, as people run it."""

from datetime import datetime

import pytest

from comfydoctor.cli.changes import when
from comfydoctor.errors import UsageError


def test_the_first_question_keeps_a_state_and_the_second_compares(
    run, simulated
) -> None:
    url = simulated("healthy-studio")
    first = run("changes", "--url", url)
    assert first.code == 0, first.err
    assert "nothing older is kept" in first.out
    second = run("changes", "--url", url, "--json")
    assert second.code == 0, second.err
    assert second.json["differences"] == []
    assert second.json["since"]["event"] == "asked"
    assert second.json["against"] is None


def test_two_servers_are_compared(run, simulated) -> None:
    url, other = simulated("healthy-studio"), simulated("out-of-memory")
    ran = run("changes", "--url", url, "--against", other, "--json")
    assert ran.code in {0, 1}, ran.err
    assert ran.json["against"] == other
    assert ran.code == int(bool(ran.json["differences"]))
    for difference in ran.json["differences"]:
        assert set(difference) == {
            *("part", "subject", "before", "after", "suspicion", "says"),
        }
    told = run("changes", "--url", url, "--against", other)
    assert told.out.startswith(f"{url} against {other}: ")


def test_a_server_that_is_nowhere_is_unreachable(run) -> None:
    ran = run("changes", "--url", "http://127.0.0.1:9")
    assert ran.code == 3


def test_times_are_read_in_every_form_that_help_names() -> None:
    assert when("last-good", 0.0) is None
    assert when("2h", 10_000.0) == 2800.0
    assert when("3d", 300_000.0) == 40_800.0
    noon = datetime(2026, 11, 20, 12).astimezone().timestamp()
    assert when("2026-11-20T12:00", 0.0) == noon
    for wrong in ("yesterday", "2026-13-40", "5y", ""):
        with pytest.raises(UsageError):
            when(wrong, 0.0)
