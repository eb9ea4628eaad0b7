"""Our process is killed at each system call that matters, and at random moments."""

import asyncio
import os
import random
import shutil
import subprocess
import sys

import pytest

from comfydoctor.model.fix import EntryState, FixOutcome
from comfydoctor.store.paths import Paths
from tests.fixes.conftest import Bench

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="kills by signal"),
    pytest.mark.timeout(300),
    pytest.mark.slow,
]

ACT = """
import asyncio, sys
from pathlib import Path
from comfydoctor.comfy.client import Client
from comfydoctor.comfy.http import Http
from comfydoctor.fixes.base import Care
from comfydoctor.fixes.runner import Runner
from comfydoctor.model.server import ServerProfile
from comfydoctor.store.paths import Paths
from comfydoctor.store.store import Store

async def main(url, home, what):
    store = Store.open(Paths.under(Path(home)))
    profile = ServerProfile("bench", url)
    client = Client(Http(profile))
    care = Care(client, profile, store.journal, store.audit, store.parking)
    runner = Runner(care)
    print("begin", flush=True)
    if what == "apply":
        result = await runner.apply(await runner.plan("clear-queue"))
    else:
        result = await runner.undo(store.journal.entries()[0].id)
    print(result.outcome.value, flush=True)
    await client.aclose()
    store.close()

asyncio.run(main(*sys.argv[1:]))
"""


def strace_missing():
    strace = shutil.which("strace")
    if strace is None:
        return "strace is not installed"
    command = [strace, "-qq", "-e", "inject=getppid:error=EPERM", "true"]
    done = subprocess.run(command, capture_output=True)
    return "" if done.returncode == 0 else "strace may not trace here"


needs_strace = pytest.mark.skipif(
    bool(strace_missing()), reason=strace_missing() or "-"
)


async def act(bench, what, *before, kill_after=None):
    """Apply or undo in a process of its own; returns what it said."""
    await bench.client.aclose()
    bench.store.close()
    process = await asyncio.create_subprocess_exec(
        *before,
        *(sys.executable, "-c", ACT, bench.simulator.url),
        *(str(bench.home), what),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    if kill_after is not None:
        await process.stdout.readline()
        await asyncio.sleep(kill_after)
        if process.returncode is None:
            process.kill()
    said, errors = await process.communicate()
    bench.reopen()
    return said.decode() + errors.decode()


class Restarted(Bench):
    """A bench whose store is opened by another process now and then."""

    def __init__(self, simulator, paths):
        self.home, self.paths = paths.config, paths
        super().__init__(simulator, paths)

    def reopen(self):
        self.now += 3600  # so that no doubt is younger than a minute
        self.open_store(self.paths)
        self.connect()


@pytest.fixture
async def bench(make_bench, tmp_path):
    plain = await make_bench()
    plain.store.close()
    await plain.client.aclose()
    bench = Restarted(plain.simulator, Paths.under(tmp_path / "killed"))
    yield bench
    await bench.client.aclose()
    bench.store.close()


async def settle(bench, waiting):
    """What the next start of our program does; afterwards every job must be there."""
    assert bench.store.records.notices == []
    for entry in bench.runner.unfinished():
        result = await bench.runner.inspect(entry.id)
        if result.outcome is FixOutcome.UNKNOWN:
            await bench.runner.undo(entry.id)
    for entry in bench.store.journal.entries():
        if entry.undo and entry.state is not EntryState.UNDONE:
            undone = await bench.runner.undo(entry.id)
            assert undone.outcome is FixOutcome.DONE, undone
    assert bench.runner.unfinished() == ()
    _, pending = await bench.raw_queue()
    assert [item[1] for item in pending] == waiting
    assert bench.store.audit.verify() is None


def killing(call, when):
    inject = f"inject={call}:signal=SIGKILL:when={when}"
    return (
        "strace",
        "-qq",
        "-f",
        "-o",
        os.devnull,
        "-e",
        f"trace={call}",
        "-e",
        inject,
    )


@needs_strace
@pytest.mark.parametrize(
    ("what", "call"),
    [
        *(("apply", call) for call in ("fdatasync", "fsync", "rename", "sendto")),
        *(("undo", call) for call in ("fdatasync", "sendto")),
    ],
)
async def test_a_kill_at_each_call_loses_no_job(bench, call, what):
    _, waiting = await bench.fill(2)
    for when in range(1, 40):
        if what == "undo":
            await bench.apply("clear-queue")
        said = await act(bench, what, *killing(call, when))
        await settle(bench, waiting)
        if "done" in said:  # it was never called that often
            assert when > 1
            break
    else:
        raise AssertionError("it never came to its end")


def faulting(fault, when):
    """From the given call on, every one of them fails."""
    call = fault.partition(":")[0]
    quiet = ("strace", "-qq", "-f", "-o", os.devnull)
    return (*quiet, "-e", f"trace={call}", "-e", f"inject={fault}:when={when}+")


@needs_strace
@pytest.mark.parametrize(
    ("fault", "calls"),
    [
        ("fdatasync:error=EIO", 10),
        ("pwrite64:error=ENOSPC", 12),
        ("fsync:error=EIO", 4),
    ],
)
async def test_an_error_of_each_call_ends_clean(bench, fault, calls):
    _, waiting = await bench.fill(2)
    for when in range(1, calls + 1):
        said = await act(bench, "apply", *faulting(fault, when))
        if "Traceback" in said:
            last = said.strip().splitlines()[-1]
            assert last.startswith("comfydoctor.errors."), said
        await settle(bench, waiting)


async def test_a_kill_at_a_random_moment_loses_no_job(bench):
    _, waiting = await bench.fill(4)
    chance = random.Random(11)
    for round_ in range(12):
        what = "undo" if round_ % 2 else "apply"
        if what == "undo":
            await bench.apply("clear-queue")
        await act(bench, what, kill_after=chance.random() * 0.08)
        await settle(bench, waiting)
