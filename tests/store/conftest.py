"""Real files in a folder of the test's own, and a clock it moves itself."""

import pytest

from comfydoctor.store.database import Database
from comfydoctor.store.paths import Paths
from comfydoctor.store.store import Store


class Clock:
    """Unix seconds that go on only when told."""

    def __init__(self, now=1_800_000_000.0):
        self.now = now

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def paths(tmp_path):
    return Paths.under(tmp_path / "profile")


@pytest.fixture
def database(tmp_path):
    database = Database(tmp_path / "records.db")
    yield database
    database.close()


@pytest.fixture
def store(paths, clock):
    store = Store.open(paths, clock=clock)
    yield store
    store.close()
