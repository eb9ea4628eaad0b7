"""What is measured: metrics with their units, and single samples of them."""

from dataclasses import dataclass
from enum import Enum


class Unit(Enum):
    """Unit of a metric's values."""

    PERCENT = "%"
    BYTES = "B"
    CELSIUS = "°C"
    WATT = "W"
    SECONDS = "s"
    COUNT = ""
    BYTES_PER_SECOND = "B/s"
    MEGAHERTZ = "MHz"


@dataclass(frozen=True)
class Metric:
    """One thing that is measured over time."""

    id: str
    title: str
    unit: Unit
    about: str
    """What it says and how to check it by hand."""


@dataclass(frozen=True)
class Sample:
    """One reading. ``value`` is NaN where there was none; never 0 instead."""

    metric: str
    time: float
    """Unix seconds of this computer."""
    value: float
    subject: str = ""
    """Which one, where there are several: ``gpu0``, ``/home``; else empty."""


METRICS: tuple[Metric, ...] = (
    Metric(
        "gpu.load",
        "GPU load",
        Unit.PERCENT,
        "Share of time with a kernel running; nvidia-smi utilization.gpu.",
    ),
    Metric(
        "gpu.vram_used",
        "Video memory used",
        Unit.BYTES,
        "Used by all programs; nvidia-smi memory.used, or ComfyUI /system_stats.",
    ),
    Metric(
        "gpu.vram_total",
        "Video memory",
        Unit.BYTES,
        "What the card has; nvidia-smi memory.total, or ComfyUI /system_stats.",
    ),
    Metric(
        "gpu.vram_comfy",
        "Video memory of ComfyUI",
        Unit.BYTES,
        "In use by ComfyUI's torch; /system_stats torch_vram_total - _free.",
    ),
    Metric(
        "gpu.temperature",
        "GPU temperature",
        Unit.CELSIUS,
        "nvidia-smi temperature.gpu.",
    ),
    Metric("gpu.power", "GPU power", Unit.WATT, "nvidia-smi power.draw."),
    Metric(
        "queue.remaining",
        "Jobs in the queue",
        Unit.COUNT,
        "Running and waiting; GET /prompt exec_info.queue_remaining.",
    ),
    Metric(
        "server.latency",
        "Answer time",
        Unit.SECONDS,
        "From our request GET /prompt to the whole answer.",
    ),
    Metric("host.cpu", "Processor load", Unit.PERCENT, "psutil.cpu_percent."),
    Metric(
        "host.ram_used",
        "Memory used",
        Unit.BYTES,
        "Total less available; psutil.virtual_memory.",
    ),
    Metric("host.ram_total", "Memory", Unit.BYTES, "psutil.virtual_memory total."),
    Metric(
        "host.swap_used",
        "Page file used",
        Unit.BYTES,
        "psutil.swap_memory used.",
    ),
    Metric(
        "host.disk_free",
        "Free disk space",
        Unit.BYTES,
        "psutil.disk_usage of each volume that matters.",
    ),
    Metric(
        "server.ram_used",
        "Memory used on the server",
        Unit.BYTES,
        "ComfyUI /system_stats ram_total - ram_free.",
    ),
    Metric(
        "server.ram_total",
        "Memory of the server",
        Unit.BYTES,
        "ComfyUI /system_stats ram_total.",
    ),
)
