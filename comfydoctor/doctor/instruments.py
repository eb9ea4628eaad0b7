"""Which readings are taken of a server's computer, and what taking them costs."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from math import isnan, nan

from comfydoctor.comfy.client import Client
from comfydoctor.diagnosis.machine import SIMULATED_IDLE
from comfydoctor.doctor.meeting import Acquaintance
from comfydoctor.host.gpus import AllGpus
from comfydoctor.host.local import Place
from comfydoctor.model.metric import Sample
from comfydoctor.model.server import ServerInfo
from comfydoctor.model.snapshot import OwnCost
from comfydoctor.telemetry.sampler import Sampler
from comfydoctor.telemetry.series import History
from comfydoctor.telemetry.source import Source
from comfydoctor.telemetry.sources.gpu import GpuSource
from comfydoctor.telemetry.sources.simulated import SimulatedSource
from comfydoctor.telemetry.sources.system import DiskSource, OwnSource, SystemSource

MINUTE = 60.0
RATE_AFTER = 10.0
"""Seconds of a meeting, whose many requests are no rate, and again as many to see
one."""


class Instruments:
    """Reads this computer when the server runs here, the simulator's when it does.

    A server elsewhere tells only what ``/system_stats`` says; the computer that we
    run on would be a false reading of it.
    """

    def __init__(
        self,
        client: Client,
        deliver: Callable[[tuple[Sample, ...]], None],
        *,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._deliver = deliver
        self._steady = steady
        self._placed = asyncio.Event()
        self._known: Acquaintance | None = None
        self._own = {"own.cpu": nan, "own.ram": nan}
        self._requests: deque[tuple[float, int]] = deque()
        self._begun: float | None = None

    @property
    def reads_cards(self) -> bool:
        """Whether the cards' memory is read here rather than told by the server."""
        known = self._known
        return known is not None and (
            bool(known.info.simulated) or known.whereabouts.place is Place.HERE
        )

    def place(self, known: Acquaintance) -> None:
        """Note where the server runs; readings begin, or begin anew."""
        if self._known is None or _moved(self._known, known):
            self._known = known
            self._placed.set()

    def usage(self, series: History, info: ServerInfo) -> tuple[float, float]:
        """Load of the busiest card and of ComfyUI's process, in percent.

        A server without a card has 0; NaN is not known. The simulator has no
        process, its whole computer stands for it.
        """
        loads = [series.last("gpu.load", s) for s in series.subjects("gpu.load")]
        gpu = max((load for load in loads if not isnan(load)), default=nan)
        if info.devices and not any(device.has_vram for device in info.devices):
            gpu = 0.0
        if not info.simulated:
            return gpu, series.last("process.cpu")
        whole = series.last("host.cpu")
        return gpu, nan if isnan(whole) else max(0.0, whole - SIMULATED_IDLE)

    def note(self, samples: tuple[Sample, ...]) -> None:
        """Keep what watching costs."""
        for sample in samples:
            if sample.metric in self._own:
                self._own[sample.metric] = sample.value

    def cost(self, requests: int) -> OwnCost:
        """What watching costs; ``requests`` is the number sent so far."""
        now = self._steady()
        self._begun = now if self._begun is None else self._begun
        if now - self._begun >= RATE_AFTER or not self._requests:
            self._requests.append((now, requests))
        if self._requests[0][0] < self._begun + RATE_AFTER <= now:
            self._requests.popleft()
        while now - self._requests[0][0] > MINUTE:
            self._requests.popleft()
        since, before = self._requests[0]
        long_enough = now - since >= RATE_AFTER
        rate = MINUTE * (requests - before) / (now - since) if long_enough else nan
        return OwnCost(self._own["own.cpu"], self._own["own.ram"], rate)

    async def run(self) -> None:
        """Read until cancelled; starts once the server was met."""
        while True:
            await self._placed.wait()
            self._placed.clear()
            sampler = Sampler(self._sources(), self._deliver)
            await self._until_moved(sampler)

    async def _until_moved(self, sampler: Sampler) -> None:
        async with asyncio.TaskGroup() as group:
            reading = group.create_task(sampler.run())
            await self._placed.wait()
            reading.cancel()

    def _sources(self) -> list[Source]:
        known = self._known
        own: list[Source] = [OwnSource()]
        if known is None:
            return own
        if known.info.simulated:
            return [*own, SimulatedSource(self._client.simulated_host, every=4.0)]
        if known.whereabouts.place is not Place.HERE:
            return own
        cards, system = GpuSource(AllGpus()), SystemSource()
        cards.pid = system.pid = known.whereabouts.pid
        folders = [path for paths in known.folders.values() for path in paths]
        return [*own, cards, system, DiskSource(lambda: folders)]


def _moved(before: Acquaintance, now: Acquaintance) -> bool:
    """Whether other instruments are needed: elsewhere, or another process."""
    return _where(before) != _where(now)


def _where(known: Acquaintance) -> tuple[object, ...]:
    return known.whereabouts.place, known.whereabouts.pid, known.info.simulated
