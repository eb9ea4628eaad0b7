"""What a computer tells of its processor, memory, disks, processes and ports."""

import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import nan
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class SystemReading:
    """Processor and memory at one moment; NaN is "not known"."""

    cpu_percent: float
    ram_used_bytes: float
    ram_total_bytes: float
    swap_used_bytes: float
    swap_total_bytes: float


@dataclass(frozen=True)
class DiskReading:
    """Room on the volume that holds ``path``."""

    path: str
    free_bytes: float
    total_bytes: float
    reason: str = ""
    """Why it cannot be read; empty when it can."""


@dataclass(frozen=True)
class ProcessReading:
    """One process; figures that we may not read are NaN and ``reason`` says why."""

    pid: int
    name: str = ""
    command: tuple[str, ...] = ()
    started: float = nan
    """Unix seconds."""
    rss_bytes: float = nan
    cpu_percent: float = nan
    """Of one core; NaN at the first reading."""
    threads: float = nan
    reason: str = ""


class System:
    """Reads this computer through psutil, which is imported at the first reading."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last_times: tuple[float, float] | None = None
        self._processes: dict[int, tuple[Any, float, float]] = {}
        """Process, its processor seconds and when they were read."""

    def read(self) -> SystemReading:
        """Processor and memory; 0.2 ms. Load is since the last call, NaN at first."""
        psutil = _psutil()
        memory = psutil.virtual_memory()
        used, total = _swap()
        return SystemReading(
            self._load(psutil.cpu_times()),
            memory.total - memory.available,
            memory.total,
            used,
            total,
        )

    def forget(self) -> None:
        """Begin rates anew, after a sleep."""
        self._last_times = None
        self._processes.clear()

    def _load(self, times: Any) -> float:
        busy, total = busy_and_total(times)
        before, self._last_times = self._last_times, (busy, total)
        if before is None or total <= before[1]:
            return nan
        return min(100.0, max(0.0, 100 * (busy - before[0]) / (total - before[1])))

    def process(self, pid: int) -> ProcessReading | None:
        """Read one process; None when there is none with this number."""
        psutil = _psutil()
        try:
            known = self._processes.get(pid)
            process = known[0] if known else psutil.Process(pid)
            if not process.is_running():
                raise psutil.NoSuchProcess(pid)
            return self._process(process)
        except psutil.NoSuchProcess:
            self._processes.pop(pid, None)
            return None

    def _process(self, process: Any) -> ProcessReading:
        psutil = _psutil()
        name = ""
        try:
            name = process.name()
            with process.oneshot():
                return ProcessReading(
                    process.pid,
                    name,
                    tuple(process.cmdline()),
                    process.create_time(),
                    process.memory_info().rss,
                    self._process_load(process),
                    process.num_threads(),
                )
        except psutil.AccessDenied:
            return ProcessReading(
                process.pid, name, reason="It belongs to another user of this computer."
            )

    def _process_load(self, process: Any) -> float:
        times, now = process.cpu_times(), self._clock()
        seconds = times.user + times.system
        known = self._processes.get(process.pid)
        self._processes[process.pid] = (process, seconds, now)
        if known is None or now <= known[2]:
            return nan
        spent: float = seconds - known[1]
        return max(0.0, 100 * spent / (now - known[2]))


def _psutil() -> Any:
    """Import it when first needed: 23 ms, and never before the first paint."""
    import psutil  # type: ignore[import-untyped,unused-ignore]

    return psutil


def busy_and_total(times: Any) -> tuple[float, float]:
    """Sum processor seconds; waiting for a disk is idle, guests count in user."""
    named: dict[str, float] = times._asdict()
    total = sum(v for k, v in named.items() if k not in {"guest", "guest_nice"})
    return total - named["idle"] - named.get("iowait", 0.0), total


def _swap() -> tuple[float, float]:
    psutil = _psutil()
    try:
        swap = psutil.swap_memory()
    except (OSError, RuntimeError):  # a container without the counters
        return nan, nan
    return swap.used, swap.total


def disks(paths: Iterable[str]) -> tuple[DiskReading, ...]:
    """Room on each path's volume, one entry a volume.

    May hang for minutes on a dead network drive: call it aside.
    """
    found: dict[object, DiskReading] = {}
    for path in paths:
        try:
            volume: object = Path(path).stat().st_dev
            found.setdefault(volume, _disk(path))
        except OSError as error:
            found[path] = DiskReading(path, nan, nan, error.strerror or str(error))
    return tuple(found.values())


def _disk(path: str) -> DiskReading:
    psutil = _psutil()
    usage = psutil.disk_usage(path)
    return DiskReading(path, usage.free, usage.total)


@dataclass(frozen=True)
class Listener:
    """Who listens on a port; pid is None where we may not see it."""

    address: str
    port: int
    pid: int | None


def listeners(port: int | None = None) -> tuple[Listener, ...]:
    """Listening TCP ports, all or one. Takes 20 ms and more: call it aside.

    Raises `PermissionError` where the system shows them to administrators only
    (macOS).
    """
    psutil = _psutil()
    try:
        connections = psutil.net_connections("tcp")
    except psutil.AccessDenied as error:
        raise PermissionError(str(error)) from None
    return tuple(
        Listener(c.laddr.ip, c.laddr.port, c.pid)
        for c in connections
        if c.status == psutil.CONN_LISTEN and port in {None, c.laddr.port}
    )


def own_addresses() -> frozenset[str]:
    """Internet addresses of this computer, loopback included."""
    psutil = _psutil()
    families = {socket.AF_INET, socket.AF_INET6}
    return frozenset(
        address.address.partition("%")[0].lower()
        for addresses in psutil.net_if_addrs().values()
        for address in addresses
        if address.family in families
    )
