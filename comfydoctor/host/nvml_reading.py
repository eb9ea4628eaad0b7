"""The NVML child's answer as readings."""

from collections.abc import Mapping
from math import nan
from typing import Any

from comfydoctor.host import nvml_words
from comfydoctor.host.gpu import GpuProcess, GpuReading, GpuTrouble


def missing(known: GpuReading, trouble: GpuTrouble | None) -> GpuReading:
    """Keep a card's place and name, without figures."""
    return GpuReading(
        known.uuid,
        known.index,
        known.name,
        known.vendor,
        known.pci,
        known.parent,
        trouble=trouble,
    )


def reading_of(card: Mapping[str, Any]) -> GpuReading:
    """Make a reading of the child's figures."""

    def figure(key: str) -> float:
        value = card.get(key)
        return nan if value is None else float(value)

    processes = card.get("processes")
    code = card.get("error")
    return GpuReading(
        uuid=str(card.get("uuid") or ""),
        index=int(card.get("index", 0)),
        name=str(card.get("name") or "NVIDIA card"),
        vendor="nvidia",
        pci=_short_pci(str(card.get("pci") or "")),
        parent=str(card.get("parent") or ""),
        load_percent=figure("load"),
        memory_load_percent=figure("memory_load"),
        memory_used_bytes=figure("used"),
        memory_total_bytes=figure("total"),
        temperature_c=figure("temperature"),
        power_w=figure("power"),
        power_limit_w=figure("power_limit"),
        clock_mhz=figure("clock"),
        memory_clock_mhz=figure("memory_clock"),
        fan_percent=figure("fan"),
        pcie_generation=figure("pcie_generation"),
        pcie_width=figure("pcie_width"),
        ecc_errors=figure("ecc"),
        throttled=nvml_words.throttles(card.get("throttle")),
        processes=None
        if processes is None
        else tuple(
            GpuProcess(int(pid), nan if used is None else float(used))
            for pid, used in processes
        ),
        trouble=None if code is None else nvml_words.trouble(int(code)),
    )


def _short_pci(text: str) -> str:
    """NVML writes an eight-digit domain, everybody else four digits."""
    domain, colon, rest = text.partition(":")
    return f"{domain[-4:]}{colon}{rest}".lower()
