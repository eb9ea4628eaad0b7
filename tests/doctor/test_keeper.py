"""What was seen reaches the disk, and a failing disk is told once."""

import asyncio
import logging

import pytest

from comfydoctor.doctor import keeper
from comfydoctor.doctor.keeper import Keeper
from comfydoctor.errors import DiskFull
from comfydoctor.model.job import Job, JobState
from comfydoctor.model.metric import Sample
from comfydoctor.store.paths import Paths
from comfydoctor.store.store import Store

SERVER = "http://127.0.0.1:8188"


@pytest.fixture
def store(tmp_path):
    opened = Store.open(Paths.under(tmp_path / "home"))
    yield opened
    opened.close()


def job(name):
    return Job(name, JobState.SUCCEEDED, ended=10.0)


class FullDisk:
    """A store whose tables refuse while ``full``."""

    def __init__(self):
        self.full = True
        self.read_only = ""
        self.kept = []

    def jobs(self, server):
        return self

    samples = jobs

    def keep(self, *jobs):
        if self.full:
            raise DiskFull("no room")
        self.kept.extend(job.id for job in jobs)

    def add(self, samples):
        self.keep()
        self.readings = [sample.value for sample in samples]


def test_jobs_and_readings_reach_the_store(store):
    ours = Keeper(store, SERVER)
    ours.job(job("a"))
    ours.samples((Sample("gpu.load", 100.0, 50.0, "gpu0"),))
    ours.flush()
    assert store.jobs(SERVER).get("a") == job("a")
    assert store.samples(SERVER).range("gpu.load", "gpu0", 0.0, 200.0) == (
        [100.0],
        [50.0],
    )
    assert store.jobs("http://other").get("a") is None


async def test_what_is_left_is_written_at_the_end(store):
    ours = Keeper(store, SERVER)
    task = asyncio.get_running_loop().create_task(ours.run())
    await asyncio.sleep(0)
    ours.job(job("late"))
    task.cancel()
    await asyncio.wait({task})
    assert store.jobs(SERVER).get("late") is not None


async def test_it_is_written_again_and_again(store, monkeypatch, until):
    monkeypatch.setattr(keeper, "EVERY", 0.01)
    ours = Keeper(store, SERVER)
    task = asyncio.get_running_loop().create_task(ours.run())
    for name in ("a", "b"):
        ours.job(job(name))
        await until(lambda name=name: store.jobs(SERVER).get(name))
    task.cancel()
    await asyncio.wait({task})


def test_a_failing_disk_is_logged_once_and_its_return_makes_it_news_again(caplog):
    disk = FullDisk()
    ours = Keeper(disk, SERVER)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            ours.job(job("a"))
            ours.samples((Sample("gpu.load", 1.0, 1.0),))
            ours.flush()
    assert len(caplog.records) == 1
    disk.full = False
    ours.flush()
    disk.full = True
    ours.job(job("b"))
    with caplog.at_level(logging.WARNING):
        ours.flush()
    assert len(caplog.records) == 2


def test_jobs_wait_for_a_disk_that_refuses(caplog):
    disk = FullDisk()
    ours = Keeper(disk, SERVER)
    ours.job(job("a"))
    ours.flush()
    ours.job(job("b"))
    disk.full = False
    ours.flush()
    assert disk.kept == ["a", "b"]
    ours.flush()
    assert disk.kept == ["a", "b"]


def test_readings_wait_for_a_disk_that_refuses(caplog):
    disk = FullDisk()
    ours = Keeper(disk, SERVER)
    for number in range(3):
        ours.samples((Sample("host.cpu", float(number), float(number)),))
        ours.flush()
        assert "no room" in ours.trouble
    disk.full = False
    ours.flush()
    assert disk.readings == [0.0, 1.0, 2.0]
    assert ours.trouble == ""


async def test_hours_are_packed_by_and_by(store, monkeypatch, until):
    monkeypatch.setattr(keeper, "EVERY", 0.01)
    ours = Keeper(store, SERVER, wall=lambda: 1e6)
    ours.samples((Sample("host.cpu", 1000.0, 5.0),))
    task = asyncio.get_running_loop().create_task(ours.run())
    await until(lambda: store.readings.read("SELECT 1 FROM chunk"))
    task.cancel()
    await asyncio.wait({task})
    assert store.readings.read("SELECT 1 FROM tail") == []
    assert store.samples(SERVER).range("host.cpu", "", 0.0, 2e3) == ([1000.0], [5.0])


def test_what_waits_for_a_disk_is_bounded(monkeypatch):
    monkeypatch.setattr(keeper, "MOST_JOBS", 5)
    disk = FullDisk()
    ours = Keeper(disk, SERVER)
    for number in range(20):
        ours.job(job(str(number)))
        ours.flush()
    disk.full = False
    ours.flush()
    assert disk.kept == ["15", "16", "17", "18", "19"]


def test_too_many_readings_lose_the_oldest(store, monkeypatch):
    monkeypatch.setattr(keeper, "MOST", 3)
    ours = Keeper(store, SERVER)
    ours.samples(tuple(Sample("host.cpu", 100.0 + n, float(n)) for n in range(10)))
    ours.flush()
    _times, values = store.samples(SERVER).range("host.cpu", "", 0.0, 200.0)
    assert values == [7.0, 8.0, 9.0]


def test_a_second_instance_writes_nothing(tmp_path):
    first = Store.open(Paths.under(tmp_path / "home"))
    second = Store.open(Paths.under(tmp_path / "home"))
    ours = Keeper(second, SERVER)
    ours.job(job("a"))
    ours.flush()
    assert first.jobs(SERVER).get("a") is None
    second.close()
    first.close()
