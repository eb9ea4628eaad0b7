"""Intel graphics as the i915 and xe drivers show them under /sys (Linux).

There is no file that tells the load or, with i915, the memory in use: those stay
unknown rather than guessed.
"""

import time
from collections.abc import Callable
from math import isnan, nan
from pathlib import Path

from comfydoctor.host import drm
from comfydoctor.host.gpu import GpuReading, GpuReport, GpuTrouble

VENDOR = "0x8086"
ASLEEP = GpuTrouble("The card is switched off to save power.", neutral=True)


class IntelReader:
    """Reads all Intel cards; power comes from an energy counter over time."""

    def __init__(
        self,
        sysfs: Path = Path("/sys"),
        proc: Path = Path("/proc"),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sysfs = sysfs
        self._proc = proc
        self._pids: tuple[int, ...] = ()
        self._clock = clock
        self._energy: dict[str, tuple[float, float]] = {}

    def follow(self, pids: tuple[int, ...]) -> None:
        """Read the memory of these processes too; others' may not be read."""
        self._pids = pids

    async def read(self) -> GpuReport:
        """Read every card; none at all is no trouble."""
        devices = drm.cards(self._sysfs, VENDOR)
        return GpuReport(tuple(self._read(d, i) for i, d in enumerate(devices)))

    async def aclose(self) -> None:
        """Nothing is held open."""

    def _read(self, device: Path, index: int) -> GpuReading:
        place = drm.pci(device)
        model = drm.text(device / "device") or "of unknown model"
        name = f"Intel graphics {model}"
        if drm.asleep(device):
            return GpuReading(place, index, name, "intel", place, trouble=ASLEEP)
        sensors = drm.hwmon(device)
        generation, width = drm.link(device)
        return GpuReading(
            place,
            index,
            name,
            "intel",
            place,
            memory_total_bytes=_first(device, "drm/card*/lmem_total_bytes"),
            temperature_c=drm.number(sensors / "temp1_input", 1e-3),
            power_w=self._power(place, drm.number(sensors / "energy1_input", 1e-6)),
            power_limit_w=drm.number(sensors / "power1_max", 1e-6),
            clock_mhz=_first(
                device, "drm/card*/gt_act_freq_mhz", "tile0/gt0/freq0/act_freq"
            ),
            pcie_generation=generation,
            pcie_width=width,
            processes=drm.processes(self._proc, self._pids, place),
        )

    def _power(self, card: str, joules: float) -> float:
        """Joules since the last reading over its seconds; NaN the first time."""
        now = self._clock()
        before, then = self._energy.get(card, (nan, now))
        if isnan(joules):
            return nan
        self._energy[card] = (joules, now)
        spent = joules - before
        return spent / (now - then) if now > then and spent >= 0 else nan


def _first(device: Path, *patterns: str) -> float:
    """The figure of the first file that matches."""
    for pattern in patterns:
        for path in sorted(device.glob(pattern)):
            return drm.number(path)
    return nan
