"""AMD cards as the amdgpu driver shows them under /sys (Linux)."""

from dataclasses import replace
from math import isnan, nan
from pathlib import Path

from comfydoctor.host import drm
from comfydoctor.host.gpu import GpuReading, GpuReport, GpuTrouble

VENDOR = "0x1002"
ASLEEP = GpuTrouble("The card is switched off to save power.", neutral=True)


class AmdReader:
    """Reads all AMD cards; a few dozen small files, no library, no root."""

    def __init__(self, sysfs: Path = Path("/sys"), proc: Path = Path("/proc")) -> None:
        self._sysfs = sysfs
        self._proc = proc
        self._pids: tuple[int, ...] = ()

    def follow(self, pids: tuple[int, ...]) -> None:
        """Read the memory of these processes too; others' may not be read."""
        self._pids = pids

    async def read(self) -> GpuReport:
        """Read every card; none at all is no trouble."""
        devices = drm.cards(self._sysfs, VENDOR)
        readings = [_read(device, index) for index, device in enumerate(devices)]
        return GpuReport(tuple(self._with_processes(r) for r in readings))

    def _with_processes(self, card: GpuReading) -> GpuReading:
        found = drm.processes(self._proc, self._pids, card.pci)
        return replace(card, processes=found)

    async def aclose(self) -> None:
        """Nothing is held open."""


def _read(device: Path, index: int) -> GpuReading:
    place = drm.pci(device)
    name = drm.text(device / "product_name") or f"AMD card {_model(device)}"
    uuid = drm.text(device / "unique_id") or place
    if drm.asleep(device):
        return GpuReading(uuid, index, name, "amd", place, trouble=ASLEEP)
    sensors = drm.hwmon(device)
    generation, width = drm.link(device)
    return GpuReading(
        uuid,
        index,
        name,
        "amd",
        place,
        load_percent=drm.number(device / "gpu_busy_percent"),
        memory_load_percent=drm.number(device / "mem_busy_percent"),
        memory_used_bytes=drm.number(device / "mem_info_vram_used"),
        memory_total_bytes=drm.number(device / "mem_info_vram_total"),
        temperature_c=drm.number(sensors / "temp1_input", 1e-3),
        power_w=_power(sensors),
        power_limit_w=drm.number(sensors / "power1_cap", 1e-6),
        clock_mhz=drm.number(sensors / "freq1_input", 1e-6),
        memory_clock_mhz=drm.number(sensors / "freq2_input", 1e-6),
        fan_percent=_fan(sensors),
        pcie_generation=generation,
        pcie_width=width,
    )


def _model(device: Path) -> str:
    return drm.text(device / "device") or "of unknown model"


def _power(sensors: Path) -> float:
    """Newer cards tell the power of now, older ones an average."""
    average = drm.number(sensors / "power1_average", 1e-6)
    return drm.number(sensors / "power1_input", 1e-6) if isnan(average) else average


def _fan(sensors: Path) -> float:
    speed, most = drm.number(sensors / "fan1_input"), drm.number(sensors / "fan1_max")
    return 100 * speed / most if most > 0 else nan
