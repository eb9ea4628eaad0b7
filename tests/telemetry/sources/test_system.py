"""This computer as samples."""

import math
import os

import pytest

from comfydoctor.host.system import DiskReading, ProcessReading, System
from comfydoctor.model.metric import METRICS
from comfydoctor.telemetry.source import SourceTrouble
from comfydoctor.telemetry.sources.system import (
    DiskSource,
    OwnSource,
    SystemSource,
    from_disks,
    from_process,
)

IDS = {metric.id for metric in METRICS}


async def test_this_computer_and_one_process_are_read():
    source = SystemSource()
    await source.read(1.0)
    source.pid = os.getpid()
    samples = await source.read(2.0)
    found = {s.metric for s in samples}
    assert {
        "host.ram_used",
        "host.ram_total",
        "process.ram",
        "process.threads",
    } <= found
    assert found <= IDS
    assert not any(math.isnan(s.value) for s in samples)
    source.gap()
    assert "host.cpu" not in {s.metric for s in await source.read(3.0)}
    await source.aclose()


async def test_a_process_that_ended_leaves_the_rest_readable():
    source = SystemSource()
    source.pid = 2**22 + 1
    assert "process.ram" not in {s.metric for s in await source.read(1.0)}


def test_figures_of_another_users_process_are_left_out():
    assert from_process(ProcessReading(7, "python", reason="no permission"), 1.0) == ()


def test_a_volume_that_cannot_be_read_is_left_out():
    broken = DiskReading("/gone", math.nan, math.nan, "No such file or directory")
    (sample,) = from_disks([broken, DiskReading("/", 5.0, 9.0)], 1.0)
    assert (sample.metric, sample.subject, sample.value) == ("host.disk_free", "/", 5)


async def test_disks_are_looked_at_anew_each_time(tmp_path):
    paths = []
    source = DiskSource(lambda: paths)
    assert await source.read(1.0) == ()
    paths.append(str(tmp_path))
    (sample,) = await source.read(2.0)
    assert sample.subject == str(tmp_path)
    assert sample.value > 0
    source.gap()
    await source.aclose()


async def test_a_volume_that_is_gone_is_the_reason_for_the_gap(tmp_path):
    source = DiskSource(lambda: [str(tmp_path / "gone")])
    with pytest.raises(SourceTrouble, match="gone: No such file"):
        await source.read(1.0)


async def test_our_own_cost_is_load_over_time_and_memory(hands):
    spent = 3.0
    source = OwnSource(System(hands), cpu_seconds=lambda: spent, clock=hands)
    first = await source.read(1.0)
    assert {s.metric for s in first} == {"own.ram"}
    hands.now += 10
    spent += 0.05
    second = {s.metric: s.value for s in await source.read(2.0)}
    assert second["own.cpu"] == pytest.approx(0.5)
    assert second["own.ram"] > 1 << 20
    source.gap()
    assert {s.metric for s in await source.read(3.0)} == {"own.ram"}
    await source.aclose()
    assert set(second) <= IDS
