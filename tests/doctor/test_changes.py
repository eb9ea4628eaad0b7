"""The memory of a server: kept at meetings and successes, told beside findings."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from comfydoctor.comfy.client import Client
from comfydoctor.comfy.http import Http
from comfydoctor.diagnosis.crash import CrashReport
from comfydoctor.doctor.abodes import Abode
from comfydoctor.doctor.changes import SOURCE, ChangeBoard, Changes, with_changes
from comfydoctor.doctor.meeting import Acquaintance, meet
from comfydoctor.host.local import Place, Whereabouts
from comfydoctor.model.change import FindingOpened, FindingUpdated, JobEnded
from comfydoctor.model.finding import Confidence, Finding, Severity
from comfydoctor.model.fingerprint import Event
from comfydoctor.model.job import Job, JobState
from comfydoctor.model.server import ServerProfile
from comfydoctor.store.fingerprints import Fingerprints
from tests.comfy.install.trees import comfyui, git, venv

BROKEN = Finding("x", "x", "Something broke", Severity.ERROR, Confidence.LIKELY)


async def no_wait(seconds: float) -> None:
    """No longer pause than a turn of the loop."""
    await asyncio.sleep(0)


class Memory:
    """A memory of a simulated server that is taken for a real one elsewhere."""

    def __init__(self, url: str, folder: Path) -> None:
        self.kept = Fingerprints(folder / "fingerprints.db")
        self.client = Client(Http(ServerProfile("x", url)))
        self.url = url
        self.busy = False
        self.changes = self.fresh()

    def fresh(self) -> Changes:
        return Changes(
            self.url,
            self.client,
            self.kept,
            busy=lambda: self.busy,
            sleep=no_wait,
        )

    async def known(self, *, demo: bool = False, **info: object) -> Acquaintance:
        known = await meet(self.client)
        real = known.info if demo else replace(known.info, simulated="", **info)
        where = Whereabouts(Place.ELSEWHERE, "")
        return replace(known, info=real, whereabouts=where)

    async def until(self, holds: Callable[[], object]) -> None:
        async with asyncio.timeout(30):
            while not holds():
                await asyncio.sleep(0.02)


@pytest.fixture
async def memory(simulated, tmp_path: Path):
    async with simulated("healthy-studio") as url:
        made = Memory(url, tmp_path)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(made.changes.run())
            yield made
            task.cancel()
        await made.client.aclose()


def ended(name: str, state: JobState = JobState.SUCCEEDED) -> JobEnded:
    return JobEnded(Job("1", state, workflow_name=name))


async def test_a_meeting_and_a_success_are_kept(memory: Memory) -> None:
    memory.changes.settled(await memory.known(), None)
    await memory.until(lambda: memory.kept.last(memory.url, (Event.CONNECT,)))
    assert memory.changes.since_success is None
    memory.changes.on_change(ended("flux", JobState.FAILED))
    memory.changes.on_change(ended("flux"))
    await memory.until(lambda: memory.kept.last(memory.url, (Event.SUCCESS,)))
    found = memory.kept.last(memory.url, (Event.SUCCESS,), workflow="flux")
    assert found and len(found.fingerprint.parts["nodes"]) > 20


async def test_a_finding_after_an_update_names_the_update(memory: Memory) -> None:
    memory.changes.settled(await memory.known(torch="2.9.1"), None)
    memory.changes.on_change(ended("flux"))
    await memory.until(lambda: memory.kept.last(memory.url, (Event.SUCCESS,)))
    assert memory.changes.evidence(BROKEN) == BROKEN
    memory.changes.settled(await memory.known(torch="2.13.0"), None)
    await memory.until(
        lambda: (since := memory.changes.since_success) and since.differences
    )
    told = memory.changes.evidence(BROKEN)
    assert [e.source for e in told.evidence] == [SOURCE]
    assert told.evidence[0].text.startswith("since the last success (")
    assert told.evidence[0].text.endswith("): torch 2.9.1 → 2.13.0")
    mild = replace(BROKEN, severity=Severity.WARNING)
    assert memory.changes.evidence(mild) == mild


async def test_once_it_works_again_the_update_is_no_suspect_any_more(
    memory: Memory,
) -> None:
    memory.changes.settled(await memory.known(torch="2.9.1"), None)
    memory.changes.on_change(ended("a"))
    await memory.until(lambda: memory.kept.last(memory.url, (Event.SUCCESS,)))
    memory.changes.settled(await memory.known(torch="2.13.0"), None)
    await memory.until(
        lambda: (since := memory.changes.since_success) and since.differences
    )
    memory.changes.on_change(ended("a"))
    await memory.until(
        lambda: (since := memory.changes.since_success) and not since.differences
    )
    assert memory.changes.evidence(BROKEN) == BROKEN


async def test_a_busy_server_is_not_asked_for_its_definitions(memory: Memory) -> None:
    known = await memory.known()
    memory.busy = True
    asked = memory.client.http.requests
    memory.changes.settled(known, None)
    await asyncio.sleep(0.2)
    assert memory.client.http.requests == asked
    memory.busy = False
    await memory.until(lambda: memory.kept.last(memory.url))


async def test_a_demo_is_not_remembered(memory: Memory) -> None:
    memory.changes.settled(await memory.known(demo=True), None)
    await asyncio.sleep(0.3)
    assert memory.kept.last(memory.url) is None


async def test_a_restart_is_kept_as_a_start(memory: Memory) -> None:
    known = await memory.known()
    here = Whereabouts(Place.HERE, "", 2**22 + 1, files_here=False)
    memory.changes.settled(replace(known, whereabouts=here), None)
    await memory.until(lambda: memory.kept.last(memory.url, (Event.CONNECT,)))
    again = replace(here, pid=2**22 + 2)
    memory.changes.settled(replace(known, whereabouts=again), None)
    await memory.until(lambda: memory.kept.last(memory.url, (Event.START,)))


async def test_a_dead_server_is_compared_by_its_files(
    memory: Memory, tmp_path: Path
) -> None:
    from comfydoctor.comfy.install.find import read_folder
    from comfydoctor.doctor.fingerprinting import take_files

    root = git(comfyui(tmp_path / "ComfyUI"))
    site = venv(root / "venv", "torch-2.9.1")
    before = read_folder(root, running=lambda: ())
    assert before is not None
    memory.kept.keep(memory.url, Event.SUCCESS, await take_files(before), "flux")
    (site / "torch-2.9.1.dist-info").rename(site / "torch-2.13.0.dist-info")
    now = read_folder(root, running=lambda: ())
    assert now is not None
    report = CrashReport(now, None, None, (BROKEN, BROKEN), deadly=1)
    (told,) = await memory.changes.explain_death(report)
    assert told.evidence[0].text.endswith("torch 2.9.1 → 2.13.0")


def test_where_it_lives_outlives_the_program(tmp_path: Path) -> None:
    kept = Fingerprints(tmp_path / "f.db")
    client = Client(Http(ServerProfile("x", "http://127.0.0.1:9")))
    changes = Changes("http://127.0.0.1:9", client, kept, busy=lambda: False)
    assert changes.abode() is None
    abode = Abode("/r", "/b", ("/l",), "/p", ("--cpu",), pid=7, good=5.0)
    changes.keep_abode(abode)
    assert changes.abode() == replace(abode, pid=None)


def test_a_finding_keeps_what_it_said_of_changes_while_it_is_open() -> None:
    from comfydoctor.model.finding import Evidence

    told = [Evidence(SOURCE, "torch changed")]
    board = ChangeBoard(lambda: 0.0, lambda f: replace(f, evidence=tuple(told)))
    assert isinstance(board.report(BROKEN), FindingOpened)
    told.clear()
    assert board.report(BROKEN) is None
    other = replace(BROKEN, title="It broke otherwise")
    change = board.report(other)
    assert isinstance(change, FindingUpdated)
    assert [e.text for e in change.finding.evidence] == ["torch changed"]


def test_without_an_older_state_a_finding_stays_as_it_is() -> None:
    assert with_changes(BROKEN, None) is BROKEN
