"""Check-ups that come by themselves, and what they look at."""

import asyncio
import contextlib

import pytest

from comfydoctor.doctor.examining import Examining
from comfydoctor.doctor.office import load_matcher
from comfydoctor.doctor.rounds import Pace
from comfydoctor.doctor.watching import Clocks, Watch
from comfydoctor.model.probe import Outcome
from comfydoctor.model.server import ServerProfile
from comfydoctor.store.paths import Paths
from comfydoctor.store.store import Store
from tests.simulator.bench import running

QUICK = Pace(length=0.1, stats=0.1, least=0.1, busy=0.1)


@pytest.fixture
def store(tmp_path):
    opened = Store.open(Paths.under(tmp_path / "home"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def matcher():
    return load_matcher()


class Ward:
    """A server that is watched and examined."""

    def __init__(self, store, matcher, url):
        self.began = []
        self.watch = Watch(
            ServerProfile("t", url),
            store=store,
            secret="",
            clocks=Clocks(),
            on_met=lambda known: self.examining.met(known),
            pace=QUICK,
        )
        self._matcher = matcher
        self.examining = Examining(
            self.watch, matcher=self.matcher, clocks=Clocks(), before=self.before
        )

    async def matcher(self):
        return self._matcher

    async def before(self):
        self.began.append(len(self.watch.fresh))

    @contextlib.asynccontextmanager
    async def going(self):
        run = self.watch.run(self.matcher, self.examining.run())
        task = asyncio.get_running_loop().create_task(run)
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait({task})
            await self.watch.client.aclose()


async def test_a_restart_calls_for_a_check_up_of_the_new_process(store, matcher, until):
    async with running("test-bench", speed=40.0) as talk:
        ward = Ward(store, matcher, talk.simulator.url)
        async with ward.going():
            await until(lambda: ward.began)
            await until(lambda: ward.watch.fresh)
            talk.simulator.life.crash(down=20.0)
            await until(lambda: len(ward.began) == 2)
            fresh, lines = list(ward.watch.fresh), list(ward.watch.lines)
    assert 0 < len(fresh) < len(lines)
    assert lines[-len(fresh) :] == fresh


async def test_a_check_up_on_demand_runs_what_is_asked(store, matcher):
    async with running("test-bench") as talk:
        ward = Ward(store, matcher, talk.simulator.url)
        try:
            report = await ward.examining.check(only={"memory", "clock"})
        finally:
            await ward.watch.client.aclose()
    assert {probe.id for probe in report.probes} == {"memory", "clock"}
    assert all(probe.outcome is Outcome.PASS for probe in report.probes)
