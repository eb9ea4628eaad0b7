"""Sources at their own pace; failures, hangs, sleep and clocks make gaps."""

import asyncio
import math

import pytest

from comfydoctor.model.metric import Sample
from comfydoctor.telemetry.sampler import Clock, Sampler, gap_between
from comfydoctor.telemetry.source import SourceTrouble


class Scripted:
    """Gives what each turn's entry says: a value, an exception, or a long wait."""

    timeout = 0.05

    def __init__(self, script, name="script", every=1.0):
        self.name = name
        self.every = every
        self._script = list(script)
        self.turns = 0
        self.gaps = 0
        self.closed = False

    async def read(self, time):
        step = self._script[min(self.turns, len(self._script) - 1)]
        self.turns += 1
        if isinstance(step, Exception):
            raise step
        if step == "hang":
            await asyncio.sleep(30)
        return () if step is None else (Sample("gpu.load", time, step, "gpu0"),)

    def gap(self):
        self.gaps += 1

    async def aclose(self):
        self.closed = True


class World:
    """Both clocks and a bench on which one source is turned."""

    def __init__(self, script, every=1.0):
        self.wall = 1_700_000_000.0
        self.steady = 50.0
        self.samples = []
        self.states = []
        self.gaps = []
        self.source = Scripted(script, every=every)
        self.sampler = Sampler(
            [self.source],
            self.samples.extend,
            on_state=self.states.append,
            on_gap=self.gaps.append,
            clock=Clock(lambda: self.wall, lambda: self.steady),
        )
        (self.track,) = self.sampler._tracks

    async def turn(self, count=1, wall=1.0, steady=1.0):
        for _ in range(count):
            await self.sampler.turn(self.track)
            self.wall += wall
            self.steady += steady

    @property
    def values(self):
        return [sample.value for sample in self.samples]


async def test_readings_are_delivered_with_their_time():
    world = World([10.0, 20.0])
    await world.turn(2)
    assert world.values == [10, 20]
    assert [s.time for s in world.samples] == [1_700_000_000, 1_700_000_001]
    assert world.states == []


async def test_a_failure_is_a_gap_told_once_and_so_is_the_recovery():
    broken = SourceTrouble("The card is gone.")
    world = World([10.0, broken, broken, 20.0, 30.0])
    await world.turn(5)
    assert world.values[0] == 10
    assert math.isnan(world.values[1])
    assert math.isnan(world.values[2])
    assert world.values[3:] == [20, 30]
    assert [s.reason for s in world.states] == ["The card is gone.", ""]
    assert world.states[0].since == 1_700_000_001


async def test_another_reason_is_told_again():
    world = World([SourceTrouble("a"), SourceTrouble("b"), ValueError("c")])
    await world.turn(3)
    assert [s.reason for s in world.states] == ["a", "b", "ValueError: c"]
    assert world.samples == [], "no series is known that could have a gap"


async def test_a_hanging_source_is_given_up():
    world = World([10.0, "hang", 20.0])
    await world.turn(3)
    assert math.isnan(world.values[1])
    assert world.states[0].reason == "No reading within 0.05 s."
    assert world.values[2] == 20


async def test_a_figure_that_fails_alone_has_a_gap():
    world = World([10.0, None, 20.0])
    await world.turn(3)
    assert math.isnan(world.values[1])
    assert world.states == []


async def test_sleep_breaks_the_curve_and_is_told_once():
    world = World([10.0])
    await world.turn()
    world.wall += 3600
    await world.turn(3)
    assert math.isnan(world.values[1])
    assert world.samples[1].time == 1_700_000_001
    assert world.values[2:] == [10, 10, 10]
    assert len(world.gaps) == 1
    assert world.gaps[0].seconds == pytest.approx(3601)
    assert world.source.gaps == 1


async def test_a_clock_set_back_breaks_the_curve():
    world = World([10.0])
    await world.turn()
    world.wall -= 7200
    await world.turn(2)
    assert math.isnan(world.values[1])
    assert world.samples[1].time < world.samples[2].time
    assert "set back" in world.gaps[0].reason
    assert world.gaps[0].seconds < 0
    assert len(world.gaps) == 1


async def test_a_stall_of_ours_breaks_the_curve():
    world = World([10.0])
    await world.turn()
    world.wall += 60
    world.steady += 60
    await world.turn(2)
    assert math.isnan(world.values[1])
    assert "too busy" in world.gaps[0].reason


async def test_a_slow_source_does_not_tell_a_known_sleep_again():
    world = World([10.0])
    slow = Scripted([1.0], "slow", every=15.0)
    world.sampler._tracks.append(type(world.track)(slow))
    late = world.sampler._tracks[1]
    await world.sampler.turn(late)
    await world.turn()
    world.wall += 3600
    await world.turn(12)
    await world.sampler.turn(late)
    assert slow.gaps == 1
    assert len(world.gaps) == 1


def test_small_shifts_are_no_gap():
    assert gap_between((100, 10), (101.2, 11.1), 1.0) is None
    assert gap_between((100, 10), (97, 11), 1.0) is None
    assert gap_between((100, 10), (104, 14), 1.0) is None
    assert gap_between((100, 10), (160, 70), 60.0) is None


async def test_each_source_runs_at_its_own_pace_and_all_are_closed():
    """The clock is turned by the sleeps themselves; twenty seconds pass at once."""
    now = 0.0
    waiting = []

    async def sleep(seconds):
        done = asyncio.get_running_loop().create_future()
        waiting.append((now + seconds, len(waiting), done))
        await done

    fast = Scripted([1.0], "fast", every=1.0)
    slow = Scripted([1.0], "slow", every=5.0)
    bad = Scripted([ValueError("no")], "bad", every=1.0)
    sampler = Sampler(
        [fast, slow, bad], lambda s: None, clock=Clock(lambda: now, lambda: now, sleep)
    )
    running = asyncio.get_running_loop().create_task(sampler.run())
    while now < 20:
        while len(waiting) < 3:  # the tasks run meanwhile
            await asyncio.sleep(0)
        waiting.sort(key=lambda entry: entry[:2])
        now, _, done = waiting.pop(0)
        done.set_result(None)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert 19 <= fast.turns <= 21
    assert 4 <= slow.turns <= 5
    assert bad.turns >= 19
    assert fast.closed and slow.closed and bad.closed
    assert [s.reason for s in sampler.states()] == ["", "", "ValueError: no"]


async def test_it_reads_this_computer_for_real():
    from comfydoctor.telemetry.sources.system import OwnSource, SystemSource

    seen = []
    enough = asyncio.Event()

    def take(samples):
        seen.extend(samples)
        if len({s.metric for s in seen}) >= 5:
            enough.set()

    sampler = Sampler([SystemSource(every=0.02), OwnSource(every=0.02)], take)
    running = asyncio.get_running_loop().create_task(sampler.run())
    await enough.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert {"host.ram_used", "host.ram_total", "own.ram"} <= {s.metric for s in seen}
