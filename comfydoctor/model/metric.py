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
    Metric(
        "jobs.failed",
        "Jobs that failed",
        Unit.PERCENT,
        "Of the last ten that ended by themselves; none before five ended.",
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
    Metric(
        "gpu.vram_process",
        "Video memory of ComfyUI's process",
        Unit.BYTES,
        "As the driver counts it, with what torch does not see; nvidia-smi pmon.",
    ),
    Metric(
        "gpu.memory_load",
        "GPU memory traffic",
        Unit.PERCENT,
        "Share of time with memory read or written; nvidia-smi utilization.memory.",
    ),
    Metric(
        "gpu.power_limit",
        "GPU power limit",
        Unit.WATT,
        "The limit in force; nvidia-smi enforced.power.limit.",
    ),
    Metric("gpu.clock", "GPU clock", Unit.MEGAHERTZ, "nvidia-smi clocks.sm."),
    Metric(
        "gpu.memory_clock",
        "GPU memory clock",
        Unit.MEGAHERTZ,
        "nvidia-smi clocks.mem.",
    ),
    Metric("gpu.fan", "GPU fan", Unit.PERCENT, "nvidia-smi fan.speed."),
    Metric(
        "process.cpu",
        "Processor load of ComfyUI",
        Unit.PERCENT,
        "Of one core, so 200 % is two cores; psutil.Process.cpu_percent.",
    ),
    Metric(
        "process.ram",
        "Memory of ComfyUI",
        Unit.BYTES,
        "Resident; psutil.Process.memory_info rss.",
    ),
    Metric(
        "process.threads",
        "Threads of ComfyUI",
        Unit.COUNT,
        "psutil.Process.num_threads.",
    ),
    Metric(
        "own.cpu",
        "Processor load of ComfyDoctor",
        Unit.PERCENT,
        "Of one core, with its helper process; psutil.Process.cpu_percent.",
    ),
    Metric(
        "own.ram",
        "Memory of ComfyDoctor",
        Unit.BYTES,
        "Resident, with its helper process; psutil.Process.memory_info rss.",
    ),
)
