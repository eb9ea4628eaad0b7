"""The simulator's invented computer, as samples like those of a real one."""

from collections.abc import Awaitable, Callable, Mapping
from math import isnan, nan

from comfydoctor.model.metric import Sample
from comfydoctor.telemetry.source import SourceTrouble

CARD = {
    "gpu.load": "load_percent",
    "gpu.vram_used": "memory_used",
    "gpu.vram_total": "memory_total",
    "gpu.temperature": "temperature_c",
    "gpu.power": "power_w",
    "gpu.power_limit": "power_limit_w",
    "gpu.clock": "clock_mhz",
    "gpu.fan": "fan_percent",
}
HOST = {
    "host.cpu": "cpu_percent",
    "host.ram_used": "ram_used",
    "host.ram_total": "ram_total",
    "host.swap_used": "swap_used",
}
MOST = 64
"""Cards and volumes read at most; the answer comes over the network."""


def from_host(host: Mapping[str, object], time: float) -> tuple[Sample, ...]:
    """Turn ``GET /comfydoctor/simulated/host`` into samples; odd parts are left out."""
    samples = [Sample(metric, time, _figure(host.get(k))) for metric, k in HOST.items()]
    cards = host.get("gpus")
    for place, card in enumerate(cards[:MOST] if isinstance(cards, list) else ()):
        if isinstance(card, Mapping):
            samples += _card(card, place, time)
    disks = host.get("disk_free")
    for path, free in list(disks.items())[:MOST] if isinstance(disks, dict) else ():
        samples.append(Sample("host.disk_free", time, _figure(free), str(path)[:200]))
    return tuple(sample for sample in samples if not isnan(sample.value))


def _card(card: Mapping[str, object], place: int, time: float) -> list[Sample]:
    index = card.get("index")
    name = f"gpu{index if isinstance(index, int) else place}"
    return [Sample(m, time, _figure(card.get(key)), name) for m, key in CARD.items()]


def _figure(value: object) -> float:
    """Only real numbers: ``true`` is none, nor is text."""
    good = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if good else nan  # type: ignore[arg-type]


class SimulatedSource:
    """Polls the simulator in place of this computer's own cards and memory."""

    name = "the simulated computer"

    def __init__(
        self,
        fetch: Callable[[], Awaitable[Mapping[str, object]]],
        *,
        every: float = 1.0,
        timeout: float = 5.0,
    ) -> None:
        self._fetch = fetch
        self.every = every
        self.timeout = timeout

    async def read(self, time: float) -> tuple[Sample, ...]:
        """Fetch and translate."""
        samples = from_host(await self._fetch(), time)
        if not samples:
            raise SourceTrouble("The simulator tells nothing of its computer.")
        return samples

    def gap(self) -> None:
        """Nothing here is a rate over time."""

    async def aclose(self) -> None:
        """The client belongs to somebody else."""
