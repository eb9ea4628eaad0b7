"""Cheap probes look at their own intervals."""

import asyncio
from itertools import pairwise

import pytest

from comfydoctor.diagnosis.probe import Probe
from comfydoctor.doctor.patrol import Patrol, pause
from comfydoctor.model.change import ConnectionChanged
from comfydoctor.model.finding import Confidence, Finding, Severity
from comfydoctor.model.probe import Outcome, ProbeResult
from comfydoctor.model.server import Connection, Reach

FULL = Finding("full", "full", "Full", Severity.WARNING, Confidence.CERTAIN)


class Quick(Probe):
    """Not run: only its name and its interval count."""

    id = "quick"
    every = 15.0
    wavers = True

    async def run(self, look):
        raise AssertionError


class Slow(Quick):
    """Minutes apart."""

    id = "slow"
    every = 60.0
    wavers = False


class Checked(Quick):
    """Only in check-ups."""

    id = "checked"
    every = 600.0


class Ward:
    """A patrol whose seconds are turns of the loop."""

    def __init__(self, found=()):
        self.now = 0.0
        self.asked = []
        self.told = []
        self.found = list(found)
        self.patrol = Patrol(
            self.look,
            self.told.extend,
            steady=lambda: self.now,
            probes=(Quick(), Slow(), Checked()),
            tick=0.0,
        )

    async def look(self, only):
        self.asked.append((self.now, *sorted(only)))
        return tuple(
            ProbeResult(name, "?", Outcome.WARN, "", findings=tuple(self.found))
            for name in only
        )

    async def pass_time(self, seconds):
        running = asyncio.get_running_loop().create_task(self.patrol.run())
        for _ in range(int(seconds)):
            self.now += 1.0
            for _ in range(4):
                await asyncio.sleep(0)
        running.cancel()
        await asyncio.wait({running})

    def hear(self, reach):
        self.patrol.on_change(ConnectionChanged(Connection(reach)))


@pytest.fixture
def ward():
    return Ward()


async def test_each_looks_at_its_own_interval(ward):
    ward.hear(Reach.CONNECTED)
    await ward.pass_time(61)
    quick = [time for time, *names in ward.asked if "quick" in names]
    slow = [time for time, *names in ward.asked if "slow" in names]
    assert [b - a for a, b in pairwise(quick)] == [15.0] * 4
    assert [b - a for a, b in pairwise(slow)] == [60.0]
    assert not any("checked" in names for _, *names in ward.asked)


async def test_a_check_up_counts_as_a_look(ward):
    ward.hear(Reach.CONNECTED)
    ward.patrol.told([ProbeResult("quick", "?", Outcome.PASS, "")])
    await ward.pass_time(14)
    assert ward.asked == [(1.0, "slow")]


async def test_a_server_that_is_not_heard_is_left_alone(ward):
    for reach in (Reach.CONNECTING, Reach.DOWN, Reach.SLOW):
        ward.hear(reach)
        await ward.pass_time(20)
    assert ward.asked == []


async def test_figures_are_told_when_they_show_twice_and_facts_at_once(ward):
    ward.found = [FULL]
    ward.hear(Reach.CONNECTED)
    await ward.pass_time(20)
    told = [(r.id, bool(r.findings)) for r in ward.told]
    assert sorted(told) == [("quick", False), ("quick", True), ("slow", True)]


async def test_being_heard_again_calls_for_a_check_up(ward):
    for reach in (Reach.CONNECTING, Reach.CONNECTED, Reach.SLOW, Reach.CONNECTED):
        ward.hear(reach)
        ward.patrol.met()
    assert not ward.patrol.again.is_set()
    ward.hear(Reach.DOWN)
    ward.hear(Reach.CONNECTED)
    assert not ward.patrol.again.is_set()  # it has not told yet who it is
    ward.patrol.met()
    assert ward.patrol.again.is_set()
    await asyncio.wait_for(pause(ward.patrol.again, 600.0), 5.0)
    assert not ward.patrol.again.is_set()


async def test_a_pause_ends_by_itself():
    await pause(asyncio.Event(), 0.0)
