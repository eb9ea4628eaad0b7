"""Drivers, containers and Pythons around the graphics card."""

import math
import os

import pytest

from comfydoctor.diagnosis.environment.drivers import is_too_old, oldest_driver
from comfydoctor.diagnosis.probes import gpu_neighbours, graphics_driver
from comfydoctor.diagnosis.probes.antivirus import Antivirus
from comfydoctor.diagnosis.probes.container_gpu import ContainerGpu
from comfydoctor.diagnosis.probes.gpu_neighbours import GpuNeighbours
from comfydoctor.diagnosis.probes.graphics_driver import GraphicsDriver
from comfydoctor.diagnosis.probes.python_version import PythonVersion
from comfydoctor.host.gpu import GpuProcess, GpuReading, GpuReport
from comfydoctor.host.local import Place, Whereabouts
from comfydoctor.model.logline import LogLine
from comfydoctor.model.probe import Outcome
from tests.comfy.install.trees import write
from tests.diagnosis.looking import causes, offline
from tests.diagnosis.servers import GIB, processor, server

HERE = Whereabouts(Place.HERE, "It listens here.", 42)
IDLE = {"torch": "2.9.1+cu130"}


@pytest.mark.parametrize(
    ("torch", "driver", "old"),
    [
        ("2.9.1+cu130", "570.86.15", True),
        ("2.9.1+cu130", "580.95", False),
        ("2.9.1+cu128", "535.54", False),
        ("2.9.1+cu126", "515.10", True),
        ("2.0.1+cu118", "515.10", False),
        ("2.9.1+cpu", "1.0", False),
        ("2.9.1+cu130", "", False),
    ],
)
def test_drivers_and_builds(torch, driver, old):
    fits = offline().fits
    assert is_too_old(driver, oldest_driver(fits, torch, "linux")) is old


async def driver(report, *devices, where=HERE, monkeypatch=None, **said):
    async def told():
        return report

    monkeypatch.setattr(graphics_driver, "_report", told)
    look = offline(info=server(*devices, **said), where=where)
    return await GraphicsDriver().run(look)


async def test_an_old_driver_is_told_where_no_card_works(monkeypatch):
    old = GpuReport(driver="550.54")
    result = await driver(old, processor(), monkeypatch=monkeypatch, **IDLE)
    assert causes(result) == ["nvidia-driver-too-old"]
    assert "needs 580" in result.detail


async def test_a_card_that_works_proves_the_driver(monkeypatch):
    old = GpuReport(driver="1.0")
    assert causes(await driver(old, monkeypatch=monkeypatch, **IDLE)) == []
    wanted = {**IDLE, "argv": ("main.py", "--cpu")}
    assert (
        causes(await driver(old, processor(), monkeypatch=monkeypatch, **wanted)) == []
    )


async def test_the_driver_of_another_computer_is_not_known():
    look = offline(info=server(processor(), **IDLE))
    assert (await GraphicsDriver().run(look)).outcome is Outcome.UNKNOWN


def container(root, *seen, host=("nvidia0",)):
    for place, names in (("proc/42/root/dev", seen), ("dev", host)):
        for name in ("null", *names):
            write(root / place / name)
    for pid, number in (("42", 1), ("self", 2)):
        place = root / f"proc/{pid}/ns/mnt"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        place.symlink_to(f"mnt:[{number}]")


async def inside(root, *devices, **said):
    info = server(*(devices or [processor()]), **said)
    return await ContainerGpu(root).run(offline(info=info, where=HERE))


async def test_a_container_without_the_card_is_told(tmp_path):
    container(tmp_path)
    assert causes(await inside(tmp_path)) == ["container-without-gpu"]
    assert causes(await inside(tmp_path, argv=("main.py", "--cpu"))) == []


async def test_a_container_with_the_card_or_a_computer_without_one_passes(tmp_path):
    container(tmp_path / "a", "nvidia0")
    container(tmp_path / "b", host=())
    for place in ("a", "b"):
        assert (await inside(tmp_path / place)).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("python", "found"),
    [
        ("3.9.18 (main)", ["python-too-old-for-node"]),
        ("3.10.11", []),
        ("3.13.2 (tags/v3.13.2)", []),
        ("3.14.0rc1 (main)", ["python-too-new-for-package"]),
    ],
)
async def test_pythons(python, found):
    result = await PythonVersion().run(offline(info=server(python=python)))
    assert causes(result) == found


async def scanned(text):
    lines = tuple(LogLine(line) for line in text.splitlines())
    look = offline(info=server(os="win32"), log_lines=lines)
    return await Antivirus().run(look)


async def test_a_file_that_a_scanner_blocked_is_told():
    assert causes(await scanned("OSError: [WinError 225] it contains a virus")) == [
        "antivirus-blocked-file"
    ]
    assert causes(await scanned("PermissionError: [WinError 5] Access is denied")) == []


async def neighbours(processes, monkeypatch):
    cards = (GpuReading("u", 0, "Card", "nvidia", processes=processes),)

    async def told():
        return GpuReport(cards)

    monkeypatch.setattr(gpu_neighbours, "_report", told)
    return await GpuNeighbours().run(offline(info=server(), where=HERE))


async def test_other_programs_on_the_card_are_named(monkeypatch):
    held = (GpuProcess(42, 9 * GIB), GpuProcess(os.getpid(), 2 * GIB))
    result = await neighbours((*held, GpuProcess(2**30)), monkeypatch)
    assert (result.outcome, result.findings) == (Outcome.PASS, ())
    assert "with 2.0 GB" in result.detail
    assert f"process {2**30}" in result.detail
    assert "9.0" not in result.detail


async def test_a_card_for_comfyui_alone_and_one_that_does_not_tell(monkeypatch):
    alone = await neighbours((GpuProcess(42, math.nan),), monkeypatch)
    assert alone.detail == "Nobody."
    assert (await neighbours(None, monkeypatch)).outcome is Outcome.UNKNOWN
