"""What Linux shows of any graphics card under /sys and /proc."""

from collections.abc import Iterator
from math import nan
from pathlib import Path

from comfydoctor.host.gpu import GpuProcess


def text(path: Path) -> str:
    """Read one small file; empty when it is not there or the driver refuses."""
    try:
        return path.read_text("utf-8", "replace").strip("\0 \n")
    except OSError:
        return ""


def number(path: Path, scale: float = 1.0) -> float:
    """Read one figure times ``scale``; NaN when it is not to be had."""
    try:
        return float(text(path)) * scale
    except ValueError:
        return nan


def cards(sysfs: Path, vendor: str) -> Iterator[Path]:
    """Device folders of a vendor's cards (``0x1002``), in the order of the kernel."""
    folders = (sysfs / "class/drm").glob("card[0-9]*")
    numbered = [f for f in folders if f.name.removeprefix("card").isdigit()]
    for folder in sorted(numbered, key=lambda f: int(f.name.removeprefix("card"))):
        device = folder / "device"
        if text(device / "vendor") == vendor:
            yield device


def asleep(device: Path) -> bool:
    """Tell whether the card is switched off to save power; reading would wake it."""
    return text(device / "power/runtime_status") == "suspended"


def pci(device: Path) -> str:
    """``0000:03:00.0``: the name of the folder that the link leads to."""
    return device.resolve().name.lower()


def hwmon(device: Path) -> Path:
    """The folder of the card's sensors; one that does not exist when it has none."""
    return next(iter(sorted((device / "hwmon").glob("hwmon*"))), device / "hwmon/none")


def link(device: Path) -> tuple[float, float]:
    """PCIe generation and width in use now."""
    speed = text(device / "current_link_speed").partition(" ")[0]
    generations = {"2.5": 1, "5.0": 2, "8.0": 3, "16.0": 4, "32.0": 5, "64.0": 6}
    return float(generations.get(speed, nan)), number(device / "current_link_width")


def memory_of(proc: Path, pid: int, card: str) -> float:
    """Bytes of video memory that a process holds on the card at this PCI place.

    From ``/proc/PID/fdinfo`` (kernel "DRM client usage stats"): one entry a file
    handle, so each client id counts once. NaN when nothing there tells.
    """
    clients: dict[str, float] = {}
    try:
        entries = list((proc / str(pid) / "fdinfo").iterdir())
    except OSError:
        return nan
    for entry in entries:
        fields = _fields(text(entry))
        used = fields.get("drm-total-vram0", fields.get("drm-memory-vram", ""))
        if fields.get("drm-pdev", "").lower() == card and used:
            clients[fields.get("drm-client-id", entry.name)] = _size(used)
    return sum(clients.values()) if clients else nan


def processes(
    proc: Path, pids: tuple[int, ...], card: str
) -> tuple[GpuProcess, ...] | None:
    """Memory of some processes on one card; None when none is asked for."""
    if not pids:
        return None
    return tuple(GpuProcess(pid, memory_of(proc, pid, card)) for pid in pids)


def _fields(content: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in content.splitlines())
    return {key: value.strip() for key, _, value in pairs if key.startswith("drm-")}


def _size(words: str) -> float:
    """``123 KiB`` in bytes."""
    amount, _, unit = words.partition(" ")
    factor = {"": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}.get(unit.strip())
    return float(amount) * factor if factor and amount.isdigit() else nan
