"""A graphics card as it reads now, whoever made it."""

from dataclasses import dataclass
from math import nan
from typing import Protocol


@dataclass(frozen=True)
class GpuTrouble:
    """Why there is no reading, in words for a person.

    ``neutral`` says that nothing is wrong: there is no such card, or no driver.
    ``incident`` says that the card itself failed and somebody must act.
    """

    text: str
    advice: str = ""
    code: int = 0
    """The vendor's error number, 0 when it is our own observation."""
    neutral: bool = False
    incident: bool = False


@dataclass(frozen=True)
class GpuProcess:
    """A process on a card; memory is NaN where the driver keeps it to itself."""

    pid: int
    memory_bytes: float = nan


@dataclass(frozen=True)
class GpuReading:
    """One card, or one MIG slice of a card, at one moment; NaN is "not known"."""

    uuid: str
    index: int
    """Place in the vendor's list, from 0."""
    name: str
    vendor: str
    """``nvidia``, ``amd`` or ``intel``."""
    pci: str = ""
    """``0000:01:00.0``, lower case."""
    parent: str = ""
    """UUID of the card that a MIG slice is cut from."""
    load_percent: float = nan
    memory_load_percent: float = nan
    """Share of time in which memory was read or written, not how full it is."""
    memory_used_bytes: float = nan
    memory_total_bytes: float = nan
    temperature_c: float = nan
    power_w: float = nan
    power_limit_w: float = nan
    clock_mhz: float = nan
    memory_clock_mhz: float = nan
    fan_percent: float = nan
    pcie_generation: float = nan
    pcie_width: float = nan
    ecc_errors: float = nan
    """Uncorrected since the driver was loaded."""
    throttled: tuple[str, ...] | None = None
    """Why clocks are held down, in words; empty: they are not; None: not known."""
    processes: tuple[GpuProcess, ...] | None = None
    trouble: GpuTrouble | None = None

    def memory_of(self, pid: int) -> float:
        """Bytes that a process holds here; NaN when not known, 0 when not here."""
        if self.processes is None:
            return nan
        return sum(p.memory_bytes for p in self.processes if p.pid == pid)


@dataclass(frozen=True)
class GpuReport:
    """All cards of one kind; ``trouble`` when the kind as a whole cannot be read."""

    readings: tuple[GpuReading, ...] = ()
    driver: str = ""
    trouble: GpuTrouble | None = None


class GpuReader(Protocol):
    """Reads the cards of one vendor. Never raises for a card's own trouble."""

    def follow(self, pids: tuple[int, ...]) -> None:
        """Tell the memory of these processes, where a driver does not list all."""
        ...

    async def read(self) -> GpuReport: ...

    async def aclose(self) -> None: ...
