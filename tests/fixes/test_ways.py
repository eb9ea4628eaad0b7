"""Restarts of a process of this computer, and by the person's own command."""

import asyncio
import os
import socket
import subprocess
import sys
from dataclasses import replace

import psutil
import pytest

from comfydoctor.comfy.client import Client
from comfydoctor.comfy.http import Http
from comfydoctor.errors import FixError, NotApplicable
from comfydoctor.fixes import ways
from comfydoctor.fixes.awaiting import wait_for_start
from comfydoctor.fixes.base import Care
from comfydoctor.fixes.runner import Runner
from comfydoctor.model.fix import EntryState, FixOutcome
from comfydoctor.model.server import ServerProfile
from comfydoctor.store.paths import Paths
from comfydoctor.store.store import Store
from tests.fixes.jobs import picture, sleeping

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="signals of POSIX"),
    pytest.mark.slow,
]


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Ward:
    """A simulated server in a process of its own, and a runner for it."""

    def __init__(self, port, folder):
        self.port, self.folder = port, folder
        self.log = folder / "server.log"
        with self.log.open("ab") as output:
            self.child = subprocess.Popen(
                (*(sys.executable, "-m", "comfydoctor", "simulate"), *self.arguments),
                stdout=output,
                stderr=output,
            )
        profile = ServerProfile("ward", f"http://127.0.0.1:{port}")
        self.store = Store.open(Paths.under(folder / "home"))
        self.client = Client(Http(profile))
        self.care = Care(
            self.client,
            profile,
            self.store.journal,
            self.store.audit,
            self.store.parking,
            logs=folder / "logs",
            sleep=lambda seconds: asyncio.sleep(seconds / 10),
        )
        self.runner = Runner(self.care)

    @property
    def arguments(self):
        return ("--scenario", "test-bench", "--port", str(self.port))

    def pid(self):
        for process in psutil.process_iter(["cmdline"]):
            named = str(self.port) in (process.info["cmdline"] or ())
            if named and process.status() != psutil.STATUS_ZOMBIE:
                return process.pid
        return None

    async def aclose(self):
        await self.client.aclose()
        self.store.close()
        if pid := self.pid():
            psutil.Process(pid).kill()
        self.child.wait()


@pytest.fixture
async def ward(port, tmp_path, monkeypatch):
    async def real(care, info, wanted=""):
        return await ways.local_process(care, info)

    # The demo's own process is not for restarting, so the choice is made here.
    monkeypatch.setattr("comfydoctor.fixes.restart_server.choose_way", real)
    made = Ward(port, tmp_path)
    await wait_for_start(made.care)
    yield made
    await made.aclose()


async def test_a_local_process_restarts_with_its_own_arguments(ward):
    running = await ward.client.submit(sleeping(500.0, "block"))
    waiting = [(await ward.client.submit(picture(i))).id for i in (1, 2)]
    before = ward.pid()
    plan = await ward.runner.plan("restart-server")
    assert dict(plan.facts)["Its output goes to"] == str(ward.log)
    assert f"--port {ward.port}" in plan.steps[1].request
    said = []
    result = await ward.runner.apply(plan, lambda index, text: said.append(text))
    assert result.outcome is FixOutcome.DONE, result
    assert "It ended when asked." in said
    assert ward.pid() not in {None, before}
    assert ward.log.read_text().count("simulator ready") == 2
    assert await ward.client.history_entry(running.id) is None
    for job in waiting:
        while (entry := await ward.client.history_entry(job)) is None:
            await asyncio.sleep(0.02)
        assert entry.state.value == "succeeded"


async def test_killed_between_end_and_start_it_is_started_by_undo(ward, monkeypatch):
    await ward.client.submit(sleeping(500.0, "block"))
    job = await ward.client.submit(sleeping(500.0, "block", 3))

    class Crash(BaseException):
        """Our process ends here."""

    async def crash(*args):
        raise Crash

    plan = await ward.runner.plan("restart-server")
    monkeypatch.setattr(ways, "start_again", crash)
    with pytest.raises(Crash):
        await ward.runner.apply(plan)
    assert ward.pid() is None
    (entry,) = ward.runner.unfinished()
    result = await ward.runner.inspect(entry.id)
    assert result.outcome is FixOutcome.NOT_DONE, result
    assert "undo starts it again" in result.said
    undone = await ward.runner.undo(entry.id)
    assert undone.outcome is FixOutcome.DONE, undone
    assert ward.pid() is not None
    queue = await ward.client.queue()
    assert job.id in {item.id for item in queue.running + queue.pending}
    assert ward.store.journal.entry(entry.id).state is EntryState.UNDONE


async def test_a_process_that_cannot_start_is_told_with_its_last_words(
    ward, monkeypatch
):
    plan = await ward.runner.plan("restart-server")
    start = ways.start_again

    async def start_wrongly(care, launch, log, tell):
        argv = [word.replace("test-bench", "no-such") for word in launch.argv]
        return await start(care, replace(launch, argv=tuple(argv)), log, tell)

    monkeypatch.setattr(ways, "start_again", start_wrongly)
    result = await ward.runner.apply(plan)
    assert result.outcome is FixOutcome.NOT_DONE, result
    assert result.undoable
    entry = ward.store.journal.entry(result.entry)
    assert entry.undo.startswith("Starts ComfyUI again")


async def test_the_person_s_command_is_run_as_it_is(tmp_path):
    mark = tmp_path / "a b;c"
    ways.run_command((sys.executable, "-c", f"open({str(mark)!r}, 'w').close()"))
    assert mark.exists()
    with pytest.raises(FixError, match="ended with 3: no such unit"):
        code = "import sys; sys.stderr.write('no such unit'); sys.exit(3)"
        ways.run_command((sys.executable, "-c", code))
    with pytest.raises(FixError, match="could not be run"):
        ways.run_command((str(tmp_path / "nothing"),))


async def test_a_server_elsewhere_has_no_process_here(port, tmp_path):
    ward = Ward(port, tmp_path)
    try:
        await wait_for_start(ward.care)
        info = await ward.client.system_stats()
        with pytest.raises(NotApplicable):
            await ways.choose_way(ward.care, info, "process")
    finally:
        await ward.aclose()
