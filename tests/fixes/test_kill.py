"""Our process is killed, or the disk fails, at the system calls of apply and undo."""

import os
import random

import pytest

from comfydoctor.store.paths import Paths
from tests.fixes.faults import (
    LEVEL,
    Restarted,
    Victims,
    calls_of,
    failing,
    killing,
    sample,
    strace_missing,
)
from tests.fixes.stages import STAGES

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="kills by signal"),
    pytest.mark.timeout(3600 if LEVEL == "full" else 300),
    pytest.mark.slow,
]
needs_strace = pytest.mark.skipif(
    bool(strace_missing()), reason=strace_missing() or "-"
)
RESTORED = [n for n, stage in STAGES.items() if stage.undo_restores and stage.killable]
WRITES = ("write", "pwrite64", "fsync", "fdatasync", "openat", "rename", "mkdir")
ERRORS = ("ENOSPC", "EIO", "EACCES", "EROFS")
RANDOM_MOMENTS = {"quick": 12}.get(LEVEL, 200)


EVERY = [(fix, what) for fix in RESTORED for what in ("apply", "undo")]
TURNS = [(fix, ("apply", "undo")[place % 2]) for place, fix in enumerate(RESTORED)]
"""Each fix in one direction, for a quick run."""


@pytest.fixture
async def victims():
    made = Victims()
    await made.start()
    yield made
    await made.aclose()


@pytest.fixture
async def staged(make_bench, tmp_path):
    """A bench in the state that a fix is for, and the order to apply it."""
    benches = []

    async def make(name):
        stage = STAGES[name]
        plain = await make_bench(**stage.scenario)
        plain.store.close()
        await plain.client.aclose()
        home = tmp_path / "killed"
        bench = Restarted(plain.simulator, Paths.under(home), stage)
        benches.append(bench)
        bench.target = await stage.set_up(bench)
        bench.before = await stage.state(bench)
        bench.order = {
            "url": bench.simulator.url,
            "home": str(home),
            "what": "apply",
            "fix": name,
            "target": bench.target,
        }
        return bench

    yield make
    for bench in benches:
        await bench.away()


async def undo_order(bench):
    """Apply here, so that a child has something to undo."""
    result = await bench.apply(bench.order["fix"], bench.target)
    return bench.order | {"what": "undo", "entry": result.entry}


async def struck(bench, victims, order, *trace, kill_after=None):
    """One blow, then what the next start of our program does."""
    await bench.away()
    said = await victims.run(order, *trace, kill_after=kill_after)
    bench.back()
    await bench.settle()
    assert await bench.stage.state(bench) == bench.before, said
    return said


@needs_strace
@pytest.mark.parametrize(("fix", "what"), TURNS if LEVEL == "quick" else EVERY)
async def test_a_kill_at_a_system_call_loses_nothing(staged, victims, fix, what):
    bench = await staged(fix)
    order = bench.order if what == "apply" else await undo_order(bench)
    await bench.away()
    points = await calls_of(victims, order)
    bench.back()
    await bench.settle()
    assert len(points) > 50
    died = 0
    for call, when in sample(points, quick=3, ci=30):
        order = bench.order if what == "apply" else await undo_order(bench)
        said = await struck(bench, victims, order, *killing(call, when))
        died += said["signal"] == 9
    assert died


@needs_strace
@pytest.mark.parametrize("fix", RESTORED)
async def test_an_error_of_the_disk_ends_clean(staged, victims, fix):
    bench = await staged(fix)
    await bench.away()
    points = await calls_of(victims, bench.order)
    bench.back()
    await bench.settle()
    calls = [point for point in points if point[0] in WRITES]
    blows = [(call, error) for call in calls for error in ERRORS]
    for (call, when), error in sample(blows, quick=1, ci=12):
        trace = failing(call, error, when)
        said = await struck(bench, victims, bench.order, *trace)
        assert "crash" not in said, (call, when, error, said["crash"])


@pytest.mark.parametrize("fix", ["clear-queue", "reorder-queue"])
async def test_a_kill_at_a_random_moment_loses_nothing(staged, victims, fix):
    bench = await staged(fix)
    chance = random.Random(11)
    for round_ in range(RANDOM_MOMENTS // 2):
        order = await undo_order(bench) if round_ % 2 else bench.order
        pause = chance.random() * 0.05
        await struck(bench, victims, order, kill_after=pause)
