"""The simulated computer: graphics card, memory, processor and disk."""

import math
import random
import uuid
from dataclasses import dataclass, field
from typing import Any

from comfydoctor.simulator.pace import Pace

MIB = 1 << 20
GIB = 1 << 30


@dataclass(frozen=True)
class CardFacts:
    """One model of card; an empty name means that there is none (``--cpu``)."""

    name: str = "NVIDIA GeForce RTX 4090"
    memory_mb: int = 24564
    power_limit_w: float = 450.0
    idle_w: float = 22.0
    speed: float = 1.0
    """Against an RTX 4090."""


@dataclass
class Strain:
    """What a scenario does to the computer."""

    heat: float = 0.0
    """0..1: how far the cooling has failed."""
    swapping: bool = False
    power_share: float = 1.0
    others_mb: float = 900.0
    """Video memory held by other programs: desktop, browser."""


@dataclass
class Reading:
    """Slow values that follow the load with inertia."""

    load: float = 0.0
    temperature: float = 38.0
    power: float = 22.0
    cpu: float = 4.0
    swap: float = 0.4 * GIB
    at: float = field(default=0.0)


class Card:
    """The card's and the host's readings follow what the worker does.

    The worker says how busy the card is (`work`); every reading moves towards
    that with the card's inertia and a little noise from the seeded generator.
    """

    def __init__(
        self, facts: CardFacts, ram_gb: float, pace: Pace, rng: random.Random
    ) -> None:
        self.facts = facts
        self.strain = Strain()
        self.ram_total = int(ram_gb * GIB)
        self.ram_held = 5.5 * GIB
        """What ComfyUI itself and the model files in RAM take."""
        self.disk_busy = 0.0
        self.uuid = f"GPU-{uuid.UUID(int=rng.getrandbits(128))}"
        self._pace = pace
        self._rng = rng
        self._target = 0.0
        self._now = Reading(power=facts.idle_w, at=pace.lived())

    @property
    def there(self) -> bool:
        return bool(self.facts.name)

    @property
    def slowness(self) -> float:
        """By what time grows against the reference card in good health."""
        slow = 1.0 / self.facts.speed
        slow *= 1.0 + 8.5 * self.strain.heat
        return slow * (10.0 if self.strain.swapping else 1.0)

    def work(self, load: float) -> None:
        """From now on the card is busy by ``load`` (0..1)."""
        self._advance()
        self._target = load

    def _advance(self) -> None:
        now, reading = self._pace.lived(), self._now
        passed = min(120.0, max(0.0, now - reading.at))
        reading.at = now
        strain = self.strain
        load = self._target * (0.12 if strain.swapping else 1.0)
        reading.load += (load - reading.load) * _share(passed, 0.35)
        limit = self.facts.power_limit_w * strain.power_share * (1 - 0.6 * strain.heat)
        wanted = self.facts.idle_w + (limit - self.facts.idle_w) * 0.88 * reading.load
        reading.power += (wanted - reading.power) * _share(passed, 0.8)
        warm = 36.0 + 34.0 * reading.load + 21.0 * strain.heat
        reading.temperature += (warm - reading.temperature) * _share(passed, 14.0)
        busy = 6.0 + 22.0 * reading.load + (25.0 if strain.swapping else 0.0)
        reading.cpu += (busy - reading.cpu) * _share(passed, 1.5)
        swap = 0.86 * 48 * GIB if strain.swapping else 0.4 * GIB
        reading.swap += (swap - reading.swap) * _share(passed, 8.0)

    def settle(self, load: float) -> None:
        """Take strain and a load as lasting: the slow values arrive at once."""
        self.work(max(load, 0.95 * self.strain.heat))
        self._now.at -= 120.0
        self.work(0.0)

    def _noise(self, spread: float) -> float:
        return self._rng.gauss(0.0, spread)

    def gpu(self, used: int) -> dict[str, Any]:
        """One card as the host would read it; ``used`` by all programs, bytes."""
        self._advance()
        now, facts = self._now, self.facts
        load = 0.0 if now.load < 0.01 else now.load * 100 + self._noise(1.6)
        return {
            "index": 0,
            "uuid": self.uuid,
            "name": facts.name,
            "load_percent": round(min(100.0, max(0.0, load)), 1),
            "memory_used": used,
            "memory_total": facts.memory_mb * MIB,
            "temperature_c": round(now.temperature + self._noise(0.3), 1),
            "power_w": round(max(8.0, now.power + self._noise(2.0)), 1),
            "power_limit_w": facts.power_limit_w,
        }

    def ram_used(self) -> int:
        """Bytes; close to everything when the computer swaps."""
        if self.strain.swapping:
            return int(self.ram_total * (0.985 + 0.004 * math.sin(self._pace.lived())))
        return min(int(self.ram_total * 0.97), int(4.2 * GIB + self.ram_held))

    def host(self, used: int) -> dict[str, Any]:
        """``GET /comfydoctor/simulated/host``."""
        gpus = [self.gpu(used)] if self.there else []
        self._advance()
        cpu = min(100.0, max(0.5, self._now.cpu + self._noise(1.2)))
        return {
            "gpus": gpus,
            "cpu_percent": round(cpu, 1),
            "ram_used": self.ram_used(),
            "ram_total": self.ram_total,
            "swap_used": int(self._now.swap),
            "swap_total": 48 * GIB,
            "disk_free": {"/opt/ComfyUI": 412 * GIB, "/": 96 * GIB},
        }


def _share(passed: float, inertia: float) -> float:
    """How much of the way to its target a value goes in that time."""
    return 1.0 - math.exp(-passed / inertia)
