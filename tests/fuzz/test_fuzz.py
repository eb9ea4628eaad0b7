"""A short run over every parser, and the harness on parsers that are broken."""

import sys

import pytest

from tests.fuzz import child
from tests.fuzz.fuzzing import fuzz
from tests.fuzz.mutation import LONGEST, Mutator
from tests.fuzz.target import Target, names

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the caps are those of Linux"
)


@pytest.mark.parametrize("name", names())
def test_a_parser_survives_mutated_files(name: str) -> None:
    outcome = fuzz(name, 200)
    assert outcome.problem == "", outcome.data[:200]
    assert outcome.done == 200


def test_an_input_is_known_by_its_number_and_bounded() -> None:
    one, same = (Mutator([b"abc" * 100, b"x"], [b"word"], 7) for _ in range(2))
    other = Mutator([b"abc" * 100, b"x"], [b"word"], 8)
    many = [one.input(index) for index in range(300)]
    assert many == [same.input(index) for index in range(300)]
    assert many != [other.input(index) for index in range(300)]
    assert many[:2] == [b"abc" * 100, b"x"]
    assert max(map(len, many)) <= LONGEST and len(set(many)) > 250


def test_a_crash_a_hang_and_a_swallowed_alarm_are_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def crash(data: bytes) -> None:
        raise KeyError(len(data))

    def hang(data: bytes) -> None:
        while True:
            try:
                list(range(10_000))
            except Exception:  # noqa: BLE001 - as careless parsers do
                continue

    child.signal.signal(child.signal.SIGVTALRM, child._on_alarm)
    monkeypatch.setattr(child, "SECONDS", 0.05)
    assert "KeyError" in child._run_one(Target("a", [b""], crash), b"")
    assert "more than" in child._run_one(Target("b", [b""], hang), b"")
    assert child._run_one(Target("c", [b""], len), b"") == ""  # type: ignore[arg-type]


def test_the_readers_of_logs_are_among_the_targets() -> None:
    assert "explain" in names() and "log_reading" in names()
