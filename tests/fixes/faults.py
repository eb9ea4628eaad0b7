"""Kills and errors at chosen system calls of a fix, and what must hold after."""

import asyncio
import contextlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from comfydoctor.model.fix import EntryState, FixOutcome
from tests.fixes.conftest import Bench

LEVEL = os.environ.get("COMFYDOCTOR_FAULTS", "quick")
"""quick: a sample in a few seconds; ci: minutes; full: every system call."""
QUIET = {
    *("restart_syscall", "exit", "exit_group", "rt_sigreturn", "clock_gettime"),
}
ROOT = Path(__file__).parents[2]


def strace_missing():
    strace = shutil.which("strace")
    if strace is None:
        return "strace is not installed"
    command = [strace, "-qq", "-e", "inject=getppid:error=EPERM", "true"]
    done = subprocess.run(command, capture_output=True)
    return "" if done.returncode == 0 else "strace may not trace here"


def sample(points, quick, ci):
    """Some of the points, spread evenly; all of them when ``full``."""
    most = {"quick": quick, "ci": ci}.get(LEVEL, len(points))
    if len(points) <= most:
        return list(points)
    chance = random.Random(7)
    return sorted(chance.sample(list(points), most))


class Victims:
    """Runs fixes in children of a process that has everything loaded."""

    async def start(self):
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.fixes.victim"),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert (await self.process.stdout.readline()).strip() == b"ready"

    async def aclose(self):
        self.process.stdin.close()
        await self.process.wait()

    async def run(self, order, *trace, kill_after=None):
        """Do it, traced as given; returns what the child said, and its signal."""
        self._tell(json.dumps(order))
        pid = int(await self.process.stdout.readline())
        tracer = None
        if pid and trace:
            tracer = await attach(pid, *trace)
        if pid:
            self._tell("go")
        if pid and kill_after is not None:
            await asyncio.sleep(kill_after)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 9)
        said = json.loads(await self.process.stdout.readline())
        if tracer is not None:
            await tracer.wait()
        return said

    def _tell(self, text):
        self.process.stdin.write(text.encode() + b"\n")


async def attach(pid, *trace):
    tracer = await asyncio.create_subprocess_exec(
        *("strace", "-qq", "-p", str(pid), *trace),
        stderr=asyncio.subprocess.DEVNULL,
    )
    status = Path(f"/proc/{pid}/status")
    for _ in range(20_000):
        if f"TracerPid:\t{tracer.pid}\n" in status.read_text():
            return tracer
        await asyncio.sleep(0.001)
    raise AssertionError("strace did not attach")


async def calls_of(victims, order):
    """(name, number) of every system call, as one undisturbed run makes them."""
    with tempfile.NamedTemporaryFile() as log:
        said = await victims.run(order, "-o", log.name)
        text = Path(log.name).read_text()
    assert said.get("outcome") == "done", said
    counts: dict[str, int] = {}
    points = []
    for name in re.findall(r"^(\w+)\(", text, re.MULTILINE):
        counts[name] = counts.get(name, 0) + 1
        if name not in QUIET:
            points.append((name, counts[name]))
    return points


def killing(call, when):
    inject = f"inject={call}:signal=SIGKILL:when={when}"
    return ("-o", os.devnull, "-e", f"trace={call}", "-e", inject)


def failing(call, error, when):
    """From that call on, every one of them fails."""
    inject = f"inject={call}:error={error}:when={when}+"
    return ("-o", os.devnull, "-e", f"trace={call}", "-e", inject)


class Restarted(Bench):
    """A bench whose store is opened by another process now and then."""

    def __init__(self, simulator, paths, stage):
        self.home, self.paths, self.stage = paths.config, paths, stage
        super().__init__(simulator, paths)
        self.times = 200  # so that hundreds of rounds find the job running

    async def away(self):
        """Let go of everything, as a program that ended."""
        await self.client.aclose()
        self.store.close()

    def back(self):
        self.now += 3600  # so that no doubt is younger than a minute
        self.open_store(self.paths)
        self.connect()

    async def settle(self):
        """What the next start of our program does; ends with all undone."""
        assert self.store.records.notices == []
        for entry in self.runner.unfinished():
            result = await self.runner.inspect(entry.id)
            if result.outcome is FixOutcome.UNKNOWN:
                await self.runner.undo(entry.id)
        for entry in self.store.journal.entries():
            if entry.undo and entry.state is not EntryState.UNDONE:
                undone = await self.runner.undo(entry.id)
                assert undone.outcome is FixOutcome.DONE, undone
        assert self.runner.unfinished() == ()
        assert self.store.audit.verify() is None
