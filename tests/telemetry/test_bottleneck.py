"""Each bottleneck is told by its figures, and none by what was not read."""

import pytest

from comfydoctor.model.metric import Sample
from comfydoctor.telemetry.bottleneck import Bottleneck, Run, figures_of, judge
from comfydoctor.telemetry.series import History

GB = 1e9
CARD = {"gpu.vram_used": 13 * GB, "gpu.vram_total": 24 * GB}
HOST = {"host.ram_used": 10 * GB, "host.ram_total": 64 * GB, "host.swap_used": 0.4 * GB}


def verdict(loads=0, partial=False, subject="gpu0", **readings):
    """Judge a run of 30 s in which these stood still."""
    series = History(lambda: 130.0)
    known = {name.replace("__", "."): value for name, value in readings.items()}
    for metric, value in (CARD | HOST | known).items():
        name = subject if metric.startswith("gpu.") else ""
        series.add(Sample(metric, 100.0 + n, value, name) for n in range(30))
    run = Run(100.0, 130.0, loads, partial)
    return judge(figures_of(series, run.start, run.end), run)


@pytest.mark.parametrize(
    ("what", "readings"),
    [
        ("HEAT", {"gpu__load": 97.0, "gpu__temperature": 90.0, "gpu__power": 155.0}),
        ("GPU", {"gpu__load": 97.0, "gpu__temperature": 70.0, "gpu__power": 300.0}),
        (
            "SWAP",
            {"gpu__load": 12.0, "host__ram_used": 63 * GB, "host__swap_used": 9e9},
        ),
        ("LOADING", {"gpu__load": 5.0, "loads": 3}),
        ("OFFLOAD", {"gpu__load": 60.0, "partial": True}),
        ("CPU", {"gpu__load": 20.0, "host__cpu": 97.0}),
        ("IDLE", {"gpu__load": 3.0, "host__cpu": 4.0}),
        (
            "OTHERS",
            {
                "gpu__load": 50.0,
                "gpu__vram_used": 23.5 * GB,
                "gpu__vram_process": 9 * GB,
            },
        ),
    ],
)
def test_each_has_its_figures(what, readings):
    found = verdict(**readings)
    assert found.what is Bottleneck[what]
    assert found.evidence


def test_a_hot_card_at_full_power_is_only_busy():
    hot = {"gpu__load": 99.0, "gpu__temperature": 86.0, "gpu__power": 440.0}
    assert verdict(**hot, gpu__power_limit=450.0).what is Bottleneck.GPU


def test_what_was_not_read_is_no_reason():
    series = History(lambda: 130.0)
    run = Run(100.0, 130.0)
    found = judge(figures_of(series, run.start, run.end), run)
    assert (found.what, found.evidence) == (Bottleneck.IDLE, ())


def test_the_busiest_card_is_the_one_that_counts():
    series = History(lambda: 130.0)
    for place in range(30):
        series.add([Sample("gpu.load", 100.0 + place, 2.0, "gpu0")])
        series.add([Sample("gpu.load", 100.0 + place, 95.0, "gpu1")])
    assert figures_of(series, 100.0, 130.0)["gpu.load"] == 95.0
