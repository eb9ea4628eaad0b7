"""Room on the disks, where they can be seen."""

import pytest

from comfydoctor.comfy.client import Client
from comfydoctor.diagnosis.probes import disk
from comfydoctor.diagnosis.probes.disk import Disk
from comfydoctor.host.local import Place, Whereabouts
from comfydoctor.model.probe import Outcome
from tests.diagnosis.looking import causes, look_at, offline, simulated
from tests.diagnosis.servers import GIB, server

HERE = Whereabouts(Place.HERE, "It listens here.", 1)


async def test_a_server_elsewhere_leaves_the_question_open():
    elsewhere = Whereabouts(Place.ELSEWHERE, "Another computer.")
    result = await Disk().run(offline(info=server(), where=elsewhere))
    assert result.outcome is Outcome.UNKNOWN


async def test_real_folders_are_read(tmp_path):
    folders = {"checkpoints": (str(tmp_path),)}
    result = await Disk().run(offline(info=server(), where=HERE, folders=folders))
    assert "GB are free" in result.detail


async def test_folders_that_are_not_there_are_left_out(tmp_path):
    folders = {"checkpoints": (str(tmp_path / "gone"),)}
    result = await Disk().run(offline(info=server(), where=HERE, folders=folders))
    assert "gone" not in result.detail


@pytest.mark.parametrize(
    ("room", "cause", "outcome"),
    [
        (0.5 * GIB, "disk-full", Outcome.FAIL),
        (3 * GIB, "disk-nearly-full", Outcome.WARN),
    ],
)
async def test_little_room_is_a_finding(tmp_path, room, cause, outcome, monkeypatch):
    monkeypatch.setattr(
        disk, "disks", lambda paths: (disk.DiskReading(str(tmp_path), room, 9.0),)
    )
    result = await Disk().run(offline(info=server(), where=HERE))
    assert (causes(result), result.outcome) == ([cause], outcome)
    assert str(tmp_path) in result.detail


async def test_a_simulated_computer_tells_its_own_disks():
    async with simulated("healthy-studio") as (_, client):
        assert isinstance(client, Client)
        result = await Disk().run(await look_at(client))
    assert result.outcome is Outcome.PASS
    assert "/opt/ComfyUI: 412.0 GB are free." in result.detail
