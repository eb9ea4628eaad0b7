"""What held up a run: told from the readings of its time."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from math import isnan, nan

from comfydoctor.telemetry.series import History, Window

BUSY, HALF, IDLE = 80.0, 50.0, 35.0
"""Load of the card in percent."""
HOT, VERY_HOT = 85.0, 88.0
"""Degrees; cards slow down from 83 to 95, by model."""
WEAK = 0.6
"""Share of the power limit below which a busy card is held back."""
FULL_RAM, SWAPPED = 0.93, 0.05
FULL_VRAM, OTHERS = 0.92, 0.25
BUSY_CPU = 85.0
EDGE = 1.0
"""Seconds around a run whose readings count."""


class Bottleneck(Enum):
    """What a run waited for most."""

    HEAT = "the graphics card slows itself down"
    SWAP = "the computer moves memory to disk and back"
    LOADING = "models are read from the disk"
    OFFLOAD = "the model does not fit into video memory"
    OTHERS = "other programs hold video memory"
    CPU = "the processor is busy"
    GPU = "the graphics card computes"
    IDLE = "hardly anything was busy"


@dataclass(frozen=True)
class Verdict:
    """One bottleneck with the figures it rests on."""

    what: Bottleneck
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Run:
    """A time to be judged, and what the console said in it."""

    start: float
    """Unix seconds of this computer."""
    end: float
    loads: int = 0
    """Models that were asked for."""
    partial: bool = False
    """Whether one was loaded only in part."""


@dataclass(frozen=True)
class Figures:
    """Means of a time, of the busiest card where there are several; NaN: unknown."""

    values: Mapping[str, float]

    def __getitem__(self, metric: str) -> float:
        return self.values.get(metric, nan)

    def share(self, part: str, whole: str) -> float:
        """One metric as a share of another."""
        return self[part] / self[whole] if self[whole] > 0 else nan


def figures_of(series: History, start: float, end: float) -> Figures:
    """Means of everything that was read between two moments."""
    card = _busiest(series, start, end)
    found: dict[str, float] = {}
    for metric, subject in series.names():
        if metric.startswith("gpu.") and card and subject != card:
            continue
        window = series.between(metric, subject, start - EDGE, end + EDGE)
        value = _mean(window)
        if not isnan(value):
            found[metric] = value
        if metric == "gpu.temperature":
            found["hottest"] = max((v for v in window.values if v == v), default=nan)
    return Figures(found)


def _busiest(series: History, start: float, end: float) -> str:
    loads = {
        subject: _mean(series.between("gpu.load", subject, start, end))
        for subject in series.subjects("gpu.load")
    }
    known = {subject: load for subject, load in loads.items() if not isnan(load)}
    return max(known, key=lambda subject: known[subject], default="")


def _mean(window: Window) -> float:
    there = [value for value in window.values if not isnan(value)]
    return sum(there) / len(there) if there else nan


def judge(figures: Figures, run: Run) -> Verdict:
    """The first rule that holds; what was not read never does."""
    for what, rule in _RULES:
        if evidence := tuple(rule(figures, run)):
            return Verdict(what, evidence)
    return Verdict(Bottleneck.IDLE, tuple(_loads(figures)))


def _loads(figures: Figures) -> Iterator[str]:
    if not isnan(figures["gpu.load"]):
        yield f"The graphics card was busy {figures['gpu.load']:.0f} % of the time."
    if not isnan(figures["host.cpu"]):
        yield f"The processor was busy {figures['host.cpu']:.0f} % of the time."


def _heat(figures: Figures, _run: Run) -> Iterator[str]:
    hottest, power = figures["hottest"], figures.share("gpu.power", "gpu.power_limit")
    held_back = power <= WEAK if not isnan(power) else hottest >= VERY_HOT
    if figures["gpu.load"] >= BUSY and hottest >= HOT and held_back:
        yield f"The card reached {hottest:.0f} °C."
        yield f"It was busy {figures['gpu.load']:.0f} % of the time."
        if not isnan(figures["gpu.power"]):
            yield f"It drew only {figures['gpu.power']:.0f} W."


def _swap(figures: Figures, _run: Run) -> Iterator[str]:
    ram = figures.share("host.ram_used", "host.ram_total")
    swap = figures.share("host.swap_used", "host.ram_total")
    if ram >= FULL_RAM and swap >= SWAPPED and figures["gpu.load"] < HALF:
        yield f"Memory was {100 * ram:.0f} % full."
        yield f"{figures['host.swap_used'] / 1e9:.1f} GB lay in the page file."
        yield f"The card was busy only {figures['gpu.load']:.0f} % of the time."


def _loading(figures: Figures, run: Run) -> Iterator[str]:
    if run.loads and figures["gpu.load"] < IDLE:
        yield f"{run.loads} models were loaded in this time."
        yield f"The card was busy only {figures['gpu.load']:.0f} % of the time."


def _offload(figures: Figures, run: Run) -> Iterator[str]:
    if run.partial:
        yield "A model was loaded only in part."
        full = figures.share("gpu.vram_used", "gpu.vram_total")
        if not isnan(full):
            yield f"Video memory was {100 * full:.0f} % full."


def _others(figures: Figures, _run: Run) -> Iterator[str]:
    own = figures["gpu.vram_process"]
    total = figures["gpu.vram_total"]
    others = (figures["gpu.vram_used"] - own) / total if total > 0 else nan
    full = figures.share("gpu.vram_used", "gpu.vram_total")
    if full >= FULL_VRAM and others >= OTHERS:
        yield f"Video memory was {100 * full:.0f} % full."
        yield f"Programs other than ComfyUI held {100 * others:.0f} % of it."


def _cpu(figures: Figures, _run: Run) -> Iterator[str]:
    if figures["host.cpu"] >= BUSY_CPU and figures["gpu.load"] < HALF:
        yield f"The processor was busy {figures['host.cpu']:.0f} % of the time."
        yield f"The card was busy only {figures['gpu.load']:.0f} % of the time."


def _gpu(figures: Figures, _run: Run) -> Iterator[str]:
    if figures["gpu.load"] >= BUSY:
        yield f"The graphics card was busy {figures['gpu.load']:.0f} % of the time."


_RULES: tuple[tuple[Bottleneck, Callable[[Figures, Run], Iterator[str]]], ...] = (
    (Bottleneck.HEAT, _heat),
    (Bottleneck.SWAP, _swap),
    (Bottleneck.OTHERS, _others),
    (Bottleneck.OFFLOAD, _offload),
    (Bottleneck.LOADING, _loading),
    (Bottleneck.CPU, _cpu),
    (Bottleneck.GPU, _gpu),
)
"""In this order: what explains the most comes first."""
