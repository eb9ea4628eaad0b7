"""Cards as samples: only what is known, each under its own name."""

from dataclasses import replace

import pytest

from comfydoctor.host.gpu import GpuProcess, GpuReading, GpuReport, GpuTrouble
from comfydoctor.model.metric import METRICS
from comfydoctor.telemetry.source import SourceTrouble
from comfydoctor.telemetry.sources.gpu import FIGURES, GpuSource, from_report

CARD = GpuReading(
    "GPU-1",
    0,
    "RTX 4090",
    "nvidia",
    load_percent=71,
    memory_used_bytes=8e9,
    memory_total_bytes=24e9,
    processes=(GpuProcess(7, 6e9),),
)


class Fixed:
    def __init__(self, report):
        self.report = report

    def follow(self, pids):
        self.pids = pids

    async def read(self):
        return self.report

    async def aclose(self):
        self.report = None


def test_only_known_figures_become_samples():
    samples = from_report(GpuReport((CARD,)), 5.0)
    assert {s.metric for s in samples} == {
        "gpu.load",
        "gpu.vram_used",
        "gpu.vram_total",
    }
    assert {(s.subject, s.time) for s in samples} == {("gpu0", 5.0)}


def test_the_share_of_comfyui_is_told_when_its_process_is_known():
    def share(pid):
        samples = from_report(GpuReport((CARD,)), 5.0, pid)
        return [s.value for s in samples if s.metric == "gpu.vram_process"]

    assert share(7) == [6e9]
    assert share(8) == [0]
    assert share(None) == []


def test_slices_have_names_of_their_own():
    slices = [replace(CARD, uuid=f"MIG-{n}", parent="GPU-1") for n in range(2)]
    samples = from_report(GpuReport((CARD, *slices)), 5.0)
    assert {s.subject for s in samples} == {"gpu0", "gpu0/0", "gpu0/1"}


def test_every_metric_is_in_the_table():
    ids = {metric.id for metric in METRICS}
    assert set(FIGURES) | {"gpu.vram_process"} <= ids


@pytest.mark.parametrize("readings", [(), (replace(CARD, trouble=GpuTrouble("x")),)])
async def test_trouble_with_all_cards_is_raised_with_its_reason(readings):
    trouble = GpuTrouble("The driver hangs.", "Restart.", incident=True)
    source = GpuSource(Fixed(GpuReport(readings, trouble=trouble)))
    with pytest.raises(SourceTrouble, match="The driver hangs"):
        await source.read(1.0)


def test_the_reader_is_told_which_process_matters():
    reader = Fixed(GpuReport((CARD,)))
    source = GpuSource(reader)
    source.pid = 7
    assert (source.pid, reader.pids) == (7, (7,))
    source.pid = None
    assert reader.pids == ()


async def test_no_card_at_all_is_no_trouble():
    report = GpuReport(trouble=GpuTrouble("No driver.", neutral=True))
    source = GpuSource(Fixed(report))
    assert await source.read(1.0) == ()
    assert source.report is report
    source.gap()
    await source.aclose()


async def test_trouble_of_one_vendor_leaves_the_other_readable():
    report = GpuReport((CARD,), trouble=GpuTrouble("The driver hangs.", incident=True))
    assert await GpuSource(Fixed(report)).read(1.0)
