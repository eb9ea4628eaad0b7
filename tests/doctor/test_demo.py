"""The demo is a child of ours: it comes up, and it never outlives us."""

import asyncio
import os
import signal
import socket
import sys
import time
from urllib.parse import urlsplit

import pytest

from comfydoctor.doctor import demo
from comfydoctor.doctor.demo import Demo
from comfydoctor.errors import DoctorError

PARENT = """
import asyncio, sys
from comfydoctor.doctor.demo import Demo

async def main():
    demo = await Demo.start("test-bench", speed=8)
    print(demo.url, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


def listens(url):
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname, parts.port), timeout=1).close()
    except OSError:
        return False
    return True


def ends(url, seconds=10.0):
    until = time.monotonic() + seconds
    while listens(url):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def like(monkeypatch, script):
    """Run another program in place of ours."""
    monkeypatch.setattr(demo, "command", lambda *a: [sys.executable, "-c", script])


async def test_it_listens_until_it_is_closed():
    running = await Demo.start("test-bench", speed=8)
    assert listens(running.url)
    await running.aclose()
    assert not listens(running.url)
    await running.aclose()


@pytest.mark.skipif(os.name != "posix", reason="there is no kill -9")
async def test_the_child_ends_when_we_are_killed():
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PARENT), stdout=asyncio.subprocess.PIPE
    )
    url = (await parent.stdout.readline()).decode().strip()
    assert listens(url)
    parent.send_signal(signal.SIGKILL)
    await parent.wait()
    assert await asyncio.to_thread(ends, url)


async def test_what_it_complained_about_is_told_when_it_cannot_start():
    with pytest.raises(DoctorError) as caught:
        await Demo.start("no-such-scenario")
    assert "could not be started" in str(caught.value)
    assert "no-such-scenario" in str(caught.value)


async def test_a_program_that_is_not_there_is_told(monkeypatch):
    monkeypatch.setattr(demo, "command", lambda *arguments: ["/nowhere/at/all"])
    with pytest.raises(DoctorError, match="could not be started"):
        await Demo.start("test-bench")


async def test_one_that_says_nothing_is_given_up(monkeypatch):
    like(monkeypatch, "import time; time.sleep(60)")
    monkeypatch.setattr(demo, "START_SECONDS", 0.2)
    with pytest.raises(DoctorError, match="could not be started"):
        await Demo.start("test-bench")


async def test_a_start_that_is_cancelled_leaves_nothing_behind(monkeypatch, tmp_path):
    mark = tmp_path / "pid"
    like(
        monkeypatch,
        "import os, pathlib, time\n"
        f"pathlib.Path({str(mark)!r}).write_text(str(os.getpid()))\n"
        "time.sleep(60)",
    )
    task = asyncio.get_running_loop().create_task(Demo.start("test-bench"))
    while not (mark.exists() and mark.read_text()):
        await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)


async def test_many_complaints_do_not_stop_it(monkeypatch):
    """A pipe holds 64 kB; a child that writes more into an unread one stands still."""
    like(
        monkeypatch,
        "import sys\n"
        "sys.stderr.write('x' * 1_000_000)\n"
        "sys.stderr.flush()\n"
        "print('simulator ready http://127.0.0.1:1', flush=True)\n"
        "sys.stdin.read()",
    )
    running = await Demo.start("test-bench")
    assert running.url == "http://127.0.0.1:1"
    await running.aclose()


async def test_one_that_does_not_heed_is_killed(monkeypatch):
    like(
        monkeypatch,
        "import signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('simulator ready http://127.0.0.1:1', flush=True)\n"
        "time.sleep(60)",
    )
    monkeypatch.setattr(demo, "STOP_SECONDS", 0.2)
    running = await Demo.start("test-bench")
    await asyncio.wait_for(running.aclose(), 10)


def test_a_frozen_program_runs_itself(monkeypatch):
    assert demo.command("simulate")[1:] == ["-m", "comfydoctor", "simulate"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert demo.command("simulate") == [sys.executable, "simulate"]
