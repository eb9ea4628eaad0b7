"""How often a server is asked, and what its silence makes of the curves."""

import asyncio
import contextlib
import math

import pytest

from comfydoctor.comfy import trouble
from comfydoctor.doctor.pulse import PulseKeeper
from comfydoctor.doctor.rounds import Pace, Rounds
from comfydoctor.doctor.state import State
from comfydoctor.model.change import ConnectionChanged, QueueChanged
from comfydoctor.model.job import Queue
from comfydoctor.model.server import Device, Reach, ServerInfo, ServerProfile

CARD = Device("NVIDIA GeForce RTX 4090", "cuda", 0, 24, 20, 2, 1)
INFO = ServerInfo("0.33.0", "", "", "", ("main.py",), False, 32, 8, (CARD,))
URL = "http://127.0.0.1:8188"
FAST = 50.0
"""How much faster than real the rounds go here."""
QUICK = Pace(
    length=2.5 / FAST,
    stats=2.5 / FAST,
    stats_total=5.0 / FAST,
    least=2.0 / FAST,
    busy=3.0 / FAST,
)


class Server:
    """Stands for a server: answers at once, unless it is told to fail.

    A real one would spend the time on sockets; here requests are counted against
    a clock that runs fifty times as fast.
    """

    def __init__(self):
        self.asked = []
        self.error = None
        self.hangs = False
        self.remaining = 0

    async def _answer(self, path, value):
        self.asked.append(path)
        if self.error is not None:
            raise self.error
        return value

    async def queue_remaining(self):
        return await self._answer("/prompt", self.remaining)

    async def queue(self):
        return await self._answer("/queue", Queue())

    async def history(self, most):
        return await self._answer("/history", ())

    async def jobs(self, limit):
        return await self._answer("/api/jobs", ())

    async def system_stats(self):
        if self.hangs:
            self.asked.append("/system_stats")
            await asyncio.sleep(60)
        return await self._answer("/system_stats", INFO)


class Bench:
    def __init__(self):
        self.server = Server()
        self.changes, self.samples, self.looks = [], [], []
        self.meetings = self.moved = 0
        self.meet_error = None
        self.met_well = False
        loop = asyncio.get_running_loop()
        self.state = State(ServerProfile("a", URL), loop.time)
        self.pulse = PulseKeeper(
            self.state, announce=self.changes.append, steady=loop.time
        )
        self.rounds = Rounds(
            self.server,
            self.state,
            self.pulse,
            meet=self._meet,
            announce=self.changes.append,
            deliver=self.samples.extend,
            on_look=self.looks.append,
            on_queue_moved=self._moved,
            on_info=lambda info: None,
            cards=lambda: True,
            steady=loop.time,
            pace=QUICK,
        )

    async def _meet(self):
        self.meetings += 1
        if self.meet_error is not None:
            raise self.meet_error
        self.met_well = True

    def _moved(self):
        self.moved += 1

    def values(self, metric):
        return [s.value for s in self.samples if s.metric == metric]

    @contextlib.asynccontextmanager
    async def going(self):
        task = asyncio.get_running_loop().create_task(self.rounds.run())
        try:
            yield self
        finally:
            task.cancel()
            await asyncio.wait({task})
            assert task.cancelled(), task.exception()

    async def for_seconds(self, seconds):
        """Of the server's time."""
        async with self.going():
            await asyncio.sleep(seconds / FAST)


@pytest.fixture
async def bench():
    return Bench()


async def test_an_idle_server_is_asked_less_than_once_a_second(bench):
    await bench.for_seconds(30)
    assert len(bench.server.asked) <= 30
    assert set(bench.server.asked) == {
        *("/prompt", "/system_stats", "/queue", "/history")
    }
    assert bench.server.asked.count("/queue") <= 2, "jobs are not asked for in vain"


async def test_a_storm_of_events_costs_at_most_two_requests_a_second(bench):
    async with bench.going():
        until = asyncio.get_running_loop().time() + 40 / FAST
        while asyncio.get_running_loop().time() < until:
            bench.server.remaining += 1
            bench.rounds.wake()
            await asyncio.sleep(0.001)
    assert len(bench.server.asked) <= 2 * 40 + 4
    looks = bench.server.asked.count("/queue") + bench.server.asked.count("/api/jobs")
    assert looks >= 5


async def test_a_busy_server_is_looked_at_though_nothing_is_heard(bench):
    bench.server.remaining = 1
    await bench.for_seconds(30)
    assert 4 <= bench.server.asked.count("/queue") <= 16
    assert bench.looks


async def test_a_change_seen_by_the_poll_doubts_the_event_channel(bench, until):
    async with bench.going():
        await until(lambda: bench.state.queue_remaining == 0)
        before = bench.moved
        bench.server.remaining = 4
        await until(lambda: bench.moved > before)
    assert QueueChanged(4) in bench.changes


async def test_a_failing_server_gives_gaps_and_no_exception(bench, until):
    async with bench.going():
        await until(lambda: bench.values("gpu.vram_used"))
        bench.server.error = trouble.refused(URL)
        bench.samples.clear()
        await until(lambda: len(bench.values("gpu.vram_used")) >= 2)
        await until(lambda: len(bench.values("queue.remaining")) >= 2)
    assert all(math.isnan(sample.value) for sample in bench.samples)
    assert math.isnan(bench.values("server.latency")[-1])
    assert bench.state.connection.reach is Reach.DOWN


async def test_figures_that_hang_are_gaps_while_the_queue_goes_on(bench, until):
    async with bench.going():
        await until(lambda: bench.values("server.ram_used"))
        bench.server.hangs = True
        bench.samples.clear()
        await until(lambda: bench.values("server.ram_used"))
        await until(lambda: len(bench.values("queue.remaining")) >= 2)
    assert math.isnan(bench.values("server.ram_used")[0])
    assert bench.values("queue.remaining")[-1] == 0.0


async def test_a_server_is_met_once_and_again_after_it_was_lost(bench, until):
    async with bench.going():
        await until(lambda: len(bench.values("queue.remaining")) >= 4)
        assert bench.meetings == 1
        bench.server.error = trouble.refused(URL)
        await until(lambda: bench.state.connection.reach is Reach.DOWN)
        bench.server.error = None
        await until(lambda: bench.state.connection.reach is Reach.CONNECTED)
        await until(lambda: bench.meetings == 2)
    heard = [c.connection.reach for c in bench.changes if _is_connection(c)]
    assert heard == [Reach.CONNECTED, Reach.DOWN, Reach.CONNECTED]


def _is_connection(change):
    return isinstance(change, ConnectionChanged)


async def test_a_meeting_that_failed_is_tried_again(bench, until):
    bench.meet_error = trouble.too_slow(URL, 15.0)
    async with bench.going():
        await until(lambda: bench.meetings >= 3)
        assert bench.values("queue.remaining")[:2] == [0.0, 0.0], "no gaps for that"
        bench.meet_error = None
        await until(lambda: bench.met_well)
        met = bench.meetings
        await until(lambda: len(bench.values("queue.remaining")) >= 8)
    assert bench.meetings == met


async def test_an_error_status_does_not_hide_that_it_began_anew(bench, until):
    async with bench.going():
        await until(lambda: bench.meetings == 1)
        bench.server.error = trouble.rejected(URL, 500, b"")
        await until(lambda: any(map(math.isnan, bench.values("queue.remaining"))))
        bench.server.error = None
        await until(lambda: bench.meetings == 2)


async def test_jobs_are_not_looked_at_before_it_is_known_whose_they_are(bench, until):
    async with bench.going():
        await until(lambda: bench.looks)
        bench.server.error = trouble.refused(URL)
        await until(lambda: bench.state.connection.reach is Reach.DOWN)
        met = bench.meetings
        bench.looks.clear()
        bench.server.error = None
        bench.rounds.wake()
        await until(lambda: bench.looks)
        assert bench.meetings == met + 1


async def test_a_server_that_would_not_be_met_is_looked_at_nevertheless(bench, until):
    bench.meet_error = trouble.too_slow(URL, 15.0)
    async with bench.going():
        await until(lambda: bench.looks)
    assert not bench.met_well
