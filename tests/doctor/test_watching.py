"""Watching one server: what is heard becomes known, and what ends it is said."""

import asyncio
import contextlib
import math

import pytest

from comfydoctor.doctor.office import load_matcher
from comfydoctor.doctor.rounds import Pace
from comfydoctor.doctor.watching import Clocks, Watch, first_of
from comfydoctor.errors import SettingsError, StoreError
from comfydoctor.model.change import ConnectionChanged, JobEnded, LinesAdded
from comfydoctor.model.job import JobState
from comfydoctor.model.server import AuthKind, Reach, ServerProfile
from comfydoctor.store.paths import Paths
from comfydoctor.store.store import Store
from tests.simulator.bench import picture, running, sleeping, with_fault

QUICK = Pace(length=0.1, stats=0.1, least=0.1, busy=0.1)
RAISING = with_fault("FaultRaise", kind="ValueError", message="no such thing")


@pytest.fixture
def store(tmp_path):
    opened = Store.open(Paths.under(tmp_path / "home"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def matcher():
    return load_matcher()


class Ward:
    def __init__(self, watch, matcher):
        self.watch = watch
        self.changes = []
        self.met = []
        self._matcher = matcher
        watch.on_change(self.changes.append)

    async def matcher(self):
        return self._matcher

    def heard(self, kind):
        return [change for change in self.changes if isinstance(change, kind)]

    @contextlib.asynccontextmanager
    async def going(self):
        async def nothing():
            await asyncio.sleep(0)

        run = self.watch.run(self.matcher, nothing())
        task = asyncio.get_running_loop().create_task(run)
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.wait({task})
            await self.watch.client.aclose()


def ward(store, matcher, url, secret="", **profile):
    met = []
    watch = Watch(
        ServerProfile("t", url, **profile),
        store=store,
        secret=secret,
        clocks=Clocks(),
        on_met=met.append,
        pace=QUICK,
    )
    made = Ward(watch, matcher)
    made.met = met
    return made


async def test_jobs_and_lines_are_heard_and_kept(store, matcher, until):
    async with running("test-bench") as talk:
        ours = ward(store, matcher, talk.simulator.url)
        async with ours.going():
            await until(lambda: ours.watch.state.looked)
            job_id = await talk.submit(picture(1))
            await until(lambda: ours.heard(JobEnded))
            await until(lambda: any("got prompt" in x.text for x in ours.watch.lines))
        [ended] = ours.heard(JobEnded)
        assert (ended.job.id, ended.job.state) == (job_id, JobState.SUCCEEDED)
        assert ours.heard(LinesAdded)
        assert not [line for line in ours.watch.lines if line.transient]
        assert store.jobs(ours.watch.profile.key).get(job_id) is not None
        assert ours.met[0].info.simulated == "test-bench"


async def test_a_failed_job_is_explained(store, matcher, until):
    async with running("test-bench") as talk:
        ours = ward(store, matcher, talk.simulator.url)
        async with ours.going():
            await until(lambda: ours.watch.state.looked)
            await talk.submit(RAISING)
            await until(lambda: ours.watch.board.open(), what=lambda: ours.changes)
        assert ours.watch.board.open()[0].evidence


async def test_a_job_that_waits_at_a_restart_is_lost(store, matcher, until):
    async with running("test-bench", speed=40.0) as talk:
        ours = ward(store, matcher, talk.simulator.url)
        async with ours.going():
            await until(lambda: ours.watch.state.looked)
            job_id = await talk.submit(sleeping(600.0, mode="poll"))
            await until(lambda: ours.watch.state.waiting)
            talk.simulator.life.crash(down=20.0)
            await until(lambda: ours.heard(JobEnded), what=lambda: ours.changes)
        [ended] = ours.heard(JobEnded)
        assert (ended.job.id, ended.job.state) == (job_id, JobState.LOST)
        assert not ours.watch.state.waiting
        assert len(ours.met) == 2


async def test_what_makes_watching_impossible_is_raised_and_said(store, matcher):
    url = "http://192.0.2.1:8188"
    ours = ward(store, matcher, url, "s3cret", auth=AuthKind.BEARER)
    async with ours.going() as task:
        with pytest.raises(SettingsError, match="unencrypted") as caught:
            await asyncio.wait_for(task, 10)
    last = ours.heard(ConnectionChanged)[-1].connection
    assert last.reach is Reach.PROBLEM
    assert last.detail == str(caught.value)
    assert "s3cret" not in repr(ours.changes)


async def test_nobody_there_is_said_and_nothing_is_raised(store, matcher, until):
    ours = ward(store, matcher, "http://127.0.0.1:9")
    async with ours.going() as task:
        await until(lambda: ours.watch.state.connection.reach is Reach.DOWN)
        assert not task.done()
    assert math.isnan(ours.watch.series.last("server.latency", age=math.inf))
    assert ours.met == []


async def test_a_listener_may_leave_even_twice(store, matcher):
    ours = ward(store, matcher, "http://127.0.0.1:9")
    heard = []
    leave = ours.watch.on_change(heard.append)
    leave()
    leave()
    ours.watch.announce(LinesAdded(()))
    assert heard == []
    assert ours.heard(LinesAdded)


def test_one_error_of_ours_is_told_and_a_bug_is_not_hidden():
    ours = StoreError("full")
    deep = ExceptionGroup("", [ExceptionGroup("", [ours])])
    assert first_of(deep) is ours
    assert first_of(ExceptionGroup("", [ours, KeyError("a bug")])) is None
