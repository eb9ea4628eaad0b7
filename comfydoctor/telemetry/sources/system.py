"""Processor, memory, disks and processes of this computer, as samples."""

import os
import time as clocks
from collections.abc import Callable, Sequence
from math import isnan

from comfydoctor.host.system import (
    DiskReading,
    ProcessReading,
    System,
    SystemReading,
    disks,
)
from comfydoctor.model.metric import Sample
from comfydoctor.telemetry.aside import Aside
from comfydoctor.telemetry.source import SourceTrouble


def from_system(reading: SystemReading, time: float) -> tuple[Sample, ...]:
    """Turn a reading into samples, without what is not known."""
    return _known(
        Sample("host.cpu", time, reading.cpu_percent),
        Sample("host.ram_used", time, reading.ram_used_bytes),
        Sample("host.ram_total", time, reading.ram_total_bytes),
        Sample("host.swap_used", time, reading.swap_used_bytes),
    )


def from_disks(readings: Sequence[DiskReading], time: float) -> tuple[Sample, ...]:
    """Free room, one sample a volume, named by its path."""
    return _known(
        *(Sample("host.disk_free", time, d.free_bytes, d.path) for d in readings)
    )


def from_process(reading: ProcessReading, time: float) -> tuple[Sample, ...]:
    """What ComfyUI's own process uses."""
    return _known(
        Sample("process.ram", time, reading.rss_bytes),
        Sample("process.cpu", time, reading.cpu_percent),
        Sample("process.threads", time, reading.threads),
    )


def _known(*samples: Sample) -> tuple[Sample, ...]:
    return tuple(sample for sample in samples if not isnan(sample.value))


class SystemSource:
    """Polls processor and memory, and one process when its number is known."""

    name = "this computer"

    def __init__(self, system: System | None = None, *, every: float = 1.0) -> None:
        self._system = system or System()
        self.every = every
        self.timeout = 5.0
        self.pid: int | None = None
        """ComfyUI's process, when it runs here."""

    async def read(self, time: float) -> tuple[Sample, ...]:
        """Read; well under a millisecond, so on the loop."""
        samples = from_system(self._system.read(), time)
        process = None if self.pid is None else self._system.process(self.pid)
        return samples + (from_process(process, time) if process else ())

    def gap(self) -> None:
        """Begin rates anew."""
        self._system.forget()

    async def aclose(self) -> None:
        """Nothing is held open."""


class DiskSource:
    """Polls free room; ``paths`` is asked each time, since folders become known."""

    name = "disks"

    def __init__(
        self,
        paths: Callable[[], Sequence[str]],
        *,
        every: float = 15.0,
        timeout: float = 5.0,
        look: Callable[[Sequence[str]], tuple[DiskReading, ...]] = disks,
    ) -> None:
        self._aside = Aside(lambda: look(paths()), "disk space")
        self.every = every
        self.timeout = timeout

    async def read(self, time: float) -> tuple[Sample, ...]:
        """Read in a thread: a dead network drive answers after minutes."""
        readings = await self._aside.run()
        samples = from_disks(readings, time)
        if readings and not samples:
            first = readings[0]
            raise SourceTrouble(f"{first.path}: {first.reason}")
        return samples

    def gap(self) -> None:
        """Nothing here is a rate."""

    async def aclose(self) -> None:
        """A thread that hangs is left behind."""


class OwnSource:
    """What watching costs: our processor time and memory, our children's included."""

    name = "ComfyDoctor itself"

    def __init__(
        self,
        system: System | None = None,
        *,
        children: Callable[[], Sequence[int]] = tuple,
        every: float = 5.0,
        cpu_seconds: Callable[[], float] = clocks.process_time,
        clock: Callable[[], float] = clocks.monotonic,
    ) -> None:
        self._system = system or System(clock)
        self._children = children
        self._cpu_seconds = cpu_seconds
        self._clock = clock
        self._before: tuple[float, float] | None = None
        self.every = every
        self.timeout = 5.0

    async def read(self, time: float) -> tuple[Sample, ...]:
        """Read; the load is of one core, since the last reading."""
        found = [self._system.process(pid) for pid in (os.getpid(), *self._children())]
        known = [process for process in found if process is not None]
        memory = sum(p.rss_bytes for p in known if not isnan(p.rss_bytes))
        children = sum(p.cpu_percent for p in known[1:] if not isnan(p.cpu_percent))
        return _known(
            Sample("own.cpu", time, self._load() + children),
            Sample("own.ram", time, float(memory)),
        )

    def _load(self) -> float:
        spent, now = self._cpu_seconds(), self._clock()
        before, self._before = self._before, (spent, now)
        if before is None or now <= before[1]:
            return float("nan")
        return 100 * (spent - before[0]) / (now - before[1])

    def gap(self) -> None:
        """Begin the load anew."""
        self._before = None

    async def aclose(self) -> None:
        """Nothing is held open."""
