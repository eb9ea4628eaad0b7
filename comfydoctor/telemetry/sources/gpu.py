"""Graphics cards of this computer, as samples."""

from math import isnan

from comfydoctor.host.gpu import GpuReader, GpuReading, GpuReport
from comfydoctor.model.metric import Sample
from comfydoctor.telemetry.source import SourceTrouble

FIGURES = {
    "gpu.load": "load_percent",
    "gpu.memory_load": "memory_load_percent",
    "gpu.vram_used": "memory_used_bytes",
    "gpu.vram_total": "memory_total_bytes",
    "gpu.temperature": "temperature_c",
    "gpu.power": "power_w",
    "gpu.power_limit": "power_limit_w",
    "gpu.clock": "clock_mhz",
    "gpu.memory_clock": "memory_clock_mhz",
    "gpu.fan": "fan_percent",
}


def from_report(
    report: GpuReport, time: float, pid: int | None = None
) -> tuple[Sample, ...]:
    """Turn a report into samples; ``pid`` is ComfyUI's, to tell its share.

    A figure that is not known makes none: the sampler marks the gap where it was
    known before, and a card without a fan gets no empty chart.
    """
    slices: dict[str, int] = {}
    samples: list[Sample] = []
    for reading in report.readings:
        name = subject(reading, slices)
        figures = {metric: getattr(reading, f) for metric, f in FIGURES.items()}
        if pid is not None:
            figures["gpu.vram_process"] = reading.memory_of(pid)
        samples += (
            Sample(metric, time, value, name)
            for metric, value in figures.items()
            if not isnan(value)
        )
    return tuple(samples)


def subject(reading: GpuReading, slices: dict[str, int]) -> str:
    """``gpu0``, and ``gpu0/1`` for the second MIG slice of that card."""
    if not reading.parent:
        return f"gpu{reading.index}"
    place = slices.get(reading.parent, 0)
    slices[reading.parent] = place + 1
    return f"gpu{reading.index}/{place}"


class GpuSource:
    """Polls the cards; keeps the last report for those who want more than curves."""

    name = "graphics cards"

    def __init__(
        self, reader: GpuReader, *, every: float = 1.0, timeout: float = 15.0
    ) -> None:
        self._reader = reader
        self.every = every
        self.timeout = timeout
        self._pid: int | None = None
        self.report = GpuReport()

    @property
    def pid(self) -> int | None:
        """ComfyUI's process, once it is known."""
        return self._pid

    @pid.setter
    def pid(self, pid: int | None) -> None:
        self._pid = pid
        self._reader.follow(() if pid is None else (pid,))

    async def read(self, time: float) -> tuple[Sample, ...]:
        """Read all cards. Trouble that bars every card is raised, unless neutral."""
        self.report = await self._reader.read()
        trouble = self.report.trouble
        well = any(card.trouble is None for card in self.report.readings)
        if trouble and not trouble.neutral and not well:
            raise SourceTrouble(trouble.text, advice=trouble.advice)
        return from_report(self.report, time, self._pid)

    def gap(self) -> None:
        """Nothing here is a rate over time."""

    async def aclose(self) -> None:
        """End the readers."""
        await self._reader.aclose()
