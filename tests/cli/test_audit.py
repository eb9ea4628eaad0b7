"""``comfydoctor audit``: the trail, and whether it is whole."""

import json
import sqlite3
from contextlib import closing

import pytest

from comfydoctor.cli.main import run as run_here
from comfydoctor.store.paths import Paths
from comfydoctor.store.store import Store


@pytest.fixture
def trail(home):
    """Three records."""
    with closing(Store.open(Paths.find())) as store:
        for number in range(3):
            store.audit.append(
                who="anna",
                server="http://127.0.0.1:8188",
                action=f"clear-queue: Park {number} jobs",
                detail="Nothing.",
                result="done: 3 → 0",
            )


@pytest.fixture
def said(capsys):
    """``said("audit", ...)`` -> exit code, out, err; in this process."""

    def go(*arguments):
        code = run_here(list(arguments))
        return code, *capsys.readouterr()

    return go


def damage(statement):
    with closing(sqlite3.connect(Paths.find().records)) as database, database:
        database.execute(statement)


def test_an_empty_trail_is_whole(said):
    code, out, err = said("audit")
    assert (code, out) == (0, "")
    assert "whole" in err


def test_the_newest_comes_first_and_only_so_many(said, trail):
    code, out, _ = said("audit", "--limit", "2")
    assert code == 0
    lines = out.splitlines()
    assert len(lines) == 2
    assert "Park 2 jobs" in lines[0] and "anna" in lines[0]


def test_json_carries_the_chain(said, trail):
    code, out, _ = said("audit", "--json")
    told = json.loads(out)
    assert code == 0 and told["schema"] == 1 and told["first_bad"] is None
    newest, middle, _oldest = told["records"]
    assert newest["previous"] == middle["hash"]


@pytest.mark.parametrize(
    ("statement", "bad"),
    [
        ("UPDATE audit SET detail = 'x' WHERE idx = 1", 1),
        ("DELETE FROM audit WHERE idx = 0", 0),
        ("DELETE FROM audit WHERE idx = 2", 2),
    ],
)
def test_a_damaged_trail_gives_one(said, trail, statement, bad):
    damage(statement)
    code, _, err = said("audit")
    assert code == 1
    assert f"from record {bad} on" in err
    code, out, _ = said("audit", "--json")
    assert code == 1
    assert json.loads(out)["first_bad"] == bad


def test_it_may_be_read_while_the_window_is_open(said, trail):
    with closing(Store.open(Paths.find())):
        code, out, _ = said("audit")
    assert code == 0 and len(out.splitlines()) == 3
