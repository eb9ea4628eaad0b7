"""States of servers on disk: kept once, found again, never invented."""

import sqlite3
from pathlib import Path

import pytest

from comfydoctor.model.fingerprint import Event, Fingerprint
from comfydoctor.store.fingerprints import KEPT, Fingerprints

SERVER = "http://127.0.0.1:8188"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kept(tmp_path: Path, clock: Clock) -> Fingerprints:
    return Fingerprints(tmp_path / "fingerprints.db", clock=clock)


def state(torch: str, **more: str) -> Fingerprint:
    packages = {"torch": torch, **more}
    return Fingerprint(
        {"packages": packages, "flags": {"--lowvram": ""}}, {"nodes": "no answer"}
    )


def test_a_state_comes_back_as_it_was_kept(kept: Fingerprints) -> None:
    kept.keep(SERVER, Event.SUCCESS, state("2.9"), "flux")
    found = kept.last(SERVER)
    assert found is not None
    assert found.fingerprint == state("2.9")
    assert (found.event, found.workflow) == (Event.SUCCESS, "flux")
    assert kept.last("http://other") is None


def test_the_same_state_again_only_moves_its_time(
    kept: Fingerprints, clock: Clock, tmp_path: Path
) -> None:
    for _ in range(5):
        kept.keep(SERVER, Event.CONNECT, state("2.9"))
        clock.now += 10
    found = kept.last(SERVER)
    assert found and (found.first, found.time) == (1000.0, 1040.0)
    with sqlite3.connect(tmp_path / "fingerprints.db") as raw:
        assert raw.execute("SELECT count(*) FROM moment").fetchone() == (1,)
        assert raw.execute("SELECT count(*) FROM part").fetchone() == (2,)


def test_equal_parts_of_different_states_are_kept_once(
    kept: Fingerprints, tmp_path: Path
) -> None:
    kept.keep(SERVER, Event.CONNECT, state("2.9"))
    kept.keep(SERVER, Event.CONNECT, state("2.10"))
    kept.keep("http://other", Event.CONNECT, state("2.10"))
    with sqlite3.connect(tmp_path / "fingerprints.db") as raw:
        assert raw.execute("SELECT count(*) FROM part").fetchone() == (3,)


def test_the_last_of_a_kind_a_workflow_or_a_time_is_found(
    kept: Fingerprints, clock: Clock
) -> None:
    kept.keep(SERVER, Event.SUCCESS, state("1"), "a")
    clock.now = 2000.0
    kept.keep(SERVER, Event.SUCCESS, state("2"), "b")
    clock.now = 3000.0
    kept.keep(SERVER, Event.START, state("3"))

    def torch(**how) -> str | None:
        found = kept.last(SERVER, **how)
        return found.fingerprint.parts["packages"]["torch"] if found else None

    assert torch() == "3"
    assert torch(events=(Event.SUCCESS,)) == "2"
    assert torch(events=(Event.SUCCESS,), workflow="a") == "1"
    assert torch(before=2500.0) == "2"
    assert torch(before=10.0) is None


def test_old_moments_go_and_take_their_parts_along(
    kept: Fingerprints, clock: Clock, tmp_path: Path
) -> None:
    for number in range(KEPT + 20):
        clock.now += 1
        kept.keep(SERVER, Event.CONNECT, state(str(number)))
    with sqlite3.connect(tmp_path / "fingerprints.db") as raw:
        assert raw.execute("SELECT count(*) FROM moment").fetchone() == (KEPT,)
        assert raw.execute("SELECT count(*) FROM part").fetchone() == (KEPT + 1,)


def test_a_reader_changes_nothing(tmp_path: Path, kept: Fingerprints) -> None:
    kept.keep(SERVER, Event.SUCCESS, state("2.9"))
    reader = Fingerprints(tmp_path / "fingerprints.db", writer=False)
    reader.keep(SERVER, Event.SUCCESS, state("3.0"))
    reader.keep_abode(SERVER, {"root": "x"})
    found = reader.last(SERVER)
    assert found and found.fingerprint == state("2.9")
    assert reader.abode(SERVER) == {}
    assert Fingerprints(tmp_path / "none.db", writer=False).last(SERVER) is None
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE moment SET state = 'no json'",
        "UPDATE moment SET event = 'unheard of'",
        "UPDATE moment SET state = '[]'",
        "UPDATE moment SET time = 'never'",
    ],
)
def test_a_damaged_moment_is_none(
    kept: Fingerprints, tmp_path: Path, damage: str
) -> None:
    kept.keep(SERVER, Event.SUCCESS, state("2.9"))
    with sqlite3.connect(tmp_path / "fingerprints.db") as raw:
        raw.execute(damage)
    raw.close()
    events = tuple(Event)
    assert kept.last(SERVER, events) is None


def test_a_damaged_part_is_left_out_of_the_state(
    kept: Fingerprints, tmp_path: Path
) -> None:
    kept.keep(SERVER, Event.SUCCESS, state("2.9"))
    with sqlite3.connect(tmp_path / "fingerprints.db") as raw:
        raw.execute("UPDATE part SET body = x'00'")
    raw.close()
    found = kept.last(SERVER)
    assert found and found.fingerprint.parts == {}


def test_where_a_server_lives_is_kept(kept: Fingerprints) -> None:
    kept.keep_abode(SERVER, {"root": "/a", "logs": ["/b"]})
    kept.keep_abode(SERVER, {"root": "/c", "logs": []})
    assert kept.abode(SERVER) == {"root": "/c", "logs": []}
    assert kept.abode("http://other") == {}
