"""Findings from files while a local server is away, on a real board."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from comfydoctor.diagnosis.board import Board
from comfydoctor.doctor.abodes import Abode
from comfydoctor.doctor.installation import LocalWatch
from comfydoctor.doctor.meeting import Acquaintance
from comfydoctor.doctor.office import load_matcher
from comfydoctor.host.local import Place, Whereabouts
from comfydoctor.model.change import (
    Change,
    ConnectionChanged,
    FindingOpened,
    FindingResolved,
)
from comfydoctor.model.server import Connection, Reach, ServerInfo, ServerProfile
from tests.doctor.test_deathbed import (  # noqa: F401 - a fixture needs the other
    Patient,
    patient,
    unused_tcp_port,
)

INFO = ServerInfo(
    version="0.33.0",
    os="linux",
    python="3.12",
    torch="2.9",
    argv=(),
    embedded_python=False,
    ram_total=1,
    ram_free=1,
    devices=(),
)


class Ward:
    """A board with one server, and everything that was announced."""

    def __init__(self, url: str) -> None:
        self.board = Board(lambda: 0.0)
        self.changes: list[Change] = []
        self.kept: list[Abode] = []
        self.watch = LocalWatch(
            ServerProfile("x", url),
            self.board,
            self.changes.append,
            keep=self.kept.append,
            settle=0.0,
            again=0.05,
        )
        self._matcher = load_matcher()

    async def matcher(self):
        return self._matcher

    def reach(self, reach: Reach) -> None:
        self.watch.on_change(ConnectionChanged(Connection(reach)))

    def meet(self, pid: int | None, place: Place = Place.HERE, demo: str = "") -> None:
        where = Whereabouts(place, "", pid)
        self.watch.met(Acquaintance(INFO.simulated_by(demo), whereabouts=where))

    async def until(self, holds: Callable[[], object]) -> None:
        async with asyncio.timeout(20):
            while not holds():
                await asyncio.sleep(0.01)

    def causes(self) -> list[str]:
        return [finding.cause for finding in self.board.open()]


@pytest.fixture
async def ward(patient: Patient):  # noqa: F811
    made = Ward(f"http://127.0.0.1:{patient.port}")
    async with asyncio.TaskGroup() as group:
        task = group.create_task(made.watch.run(made.matcher))
        yield made
        task.cancel()


async def test_a_killed_server_is_on_the_board_and_leaves_it_when_back(
    ward: Ward,
    patient: Patient,  # noqa: F811
) -> None:
    ward.reach(Reach.CONNECTED)
    ward.meet(patient.process.pid)
    await ward.until(lambda: ward.kept)
    assert ward.watch.installation is not None
    assert ward.kept[0].base == str(patient.base)
    patient.end()
    ward.reach(Reach.DOWN)
    await ward.until(ward.causes)
    assert ward.causes() == ["server-ended-without-word"]
    (opened,) = [c for c in ward.changes if isinstance(c, FindingOpened)]
    assert opened.finding.evidence[0].source == "file:elsewhere.log"
    ward.reach(Reach.CONNECTED)
    await ward.until(lambda: not ward.causes())
    assert any(isinstance(c, FindingResolved) for c in ward.changes)


async def test_while_it_stays_away_nothing_is_announced_twice(
    ward: Ward,
    patient: Patient,  # noqa: F811
) -> None:
    ward.meet(patient.process.pid)
    await ward.until(lambda: ward.kept)
    patient.end()
    ward.reach(Reach.DOWN)
    await ward.until(ward.causes)
    before = len(ward.changes)
    await asyncio.sleep(0.5)
    assert len(ward.changes) == before


async def test_a_new_start_that_fails_replaces_the_older_finding(
    ward: Ward,
    patient: Patient,  # noqa: F811
) -> None:
    ward.meet(patient.process.pid)
    await ward.until(lambda: ward.kept)
    patient.end()
    ward.reach(Reach.DOWN)
    await ward.until(ward.causes)
    data = Path(__file__).parents[1] / "data/crash/0.33.0-port-in-use.log"
    patient.log.write_bytes(data.read_bytes())
    await ward.until(lambda: ward.causes() == ["port-in-use"])


@pytest.mark.parametrize(
    ("place", "demo"), [(Place.ELSEWHERE, ""), (Place.HERE, "out-of-memory")]
)
async def test_servers_elsewhere_and_demos_are_left_alone(
    ward: Ward,
    patient: Patient,  # noqa: F811
    place: Place,
    demo: str,
) -> None:
    ward.meet(patient.process.pid, place, demo)
    await asyncio.sleep(0.05)
    patient.end()
    ward.reach(Reach.DOWN)
    await asyncio.sleep(0.4)
    assert ward.causes() == []
    assert ward.kept == []
