"""The card's memory: which networks lie in it, and when it does not suffice."""

from dataclasses import dataclass

from comfydoctor.simulator.card import MIB, Card
from comfydoctor.simulator.console import Console
from comfydoctor.simulator.failure import NodeFailed, out_of_memory
from comfydoctor.simulator.values import Weights
from comfydoctor.simulator.version import Version

CONTEXT_MB = 460.0
"""What CUDA itself takes for a process."""
ESTIMATE = 0.6
"""ComfyUI expects a step to take less than it does: so it can run out."""
RESERVE_MB = 400.0
"""What ComfyUI leaves free."""


@dataclass
class Loaded:
    """A network in the card's memory, in MiB; less than it weighs when partial."""

    weights: Weights
    mb: float


class Vram:
    """Loads and unloads as ComfyUI's model management does, in MiB."""

    def __init__(self, card: Card, console: Console, version: Version) -> None:
        self.loaded: list[Loaded] = []
        self.leaked = 0.0
        """Lost for good: no /free gives it back, only a restart."""
        self.kept: dict[str, float] = {}
        """Results that nodes keep on the card, by cache key: freed with the nodes."""
        self.working = 0.0
        """Taken by the step that runs now."""
        self._slack = 0.0
        self._card = card
        self._console = console
        self._version = version

    @property
    def total(self) -> float:
        return float(self._card.facts.memory_mb)

    @property
    def active(self) -> float:
        """In use by torch."""
        weights = sum(entry.mb for entry in self.loaded)
        return weights + self.leaked + sum(self.kept.values()) + self.working

    @property
    def reserved(self) -> float:
        """Held by torch, used or not."""
        return self.active + min(self._slack, max(0.0, self.free_for_torch()))

    def free_for_torch(self) -> float:
        return self.total - self._card.strain.others_mb - CONTEXT_MB - self.active

    def used_by_all(self) -> int:
        """Bytes, as a driver reports."""
        used = self.reserved + CONTEXT_MB + self._card.strain.others_mb
        return int(min(self.total, used) * MIB)

    def load(self, weights: Weights, work_mb: float = 0.0) -> float:
        """Bring a network in; answers the MiB that had to be copied."""
        for entry in self.loaded:
            if entry.weights.key == weights.key:
                self.loaded.remove(entry)
                self.loaded.append(entry)
                return 0.0
        self._console.info(f"Requested to load {weights.class_name}")
        expected = ESTIMATE * work_mb
        self._make_room(weights.mb + min(expected, 0.3 * self.total))
        usable = max(64.0, self.free_for_torch() - RESERVE_MB - min(expected, 4000.0))
        share = min(weights.mb, usable)
        self.loaded.append(Loaded(weights, share))
        self._say_loaded(weights.mb, share, usable)
        return share

    def _make_room(self, wanted: float) -> None:
        dropped = 0
        while self.loaded and self.free_for_torch() - RESERVE_MB < wanted:
            self.loaded.pop(0)
            dropped += 1
        if dropped and not self._version.since(0, 33):
            self._console.info(f"{dropped} models unloaded.")

    def _say_loaded(self, full: float, share: float, usable: float) -> None:
        whole = share >= full
        if not self._version.since(0, 3, 68):
            rest = f"{usable} {share} True" if whole else f"{usable} {share} 0"
            self._console.info(
                f"loaded {'completely' if whole else 'partially'} {rest}"
            )
        elif whole:
            self._console.info(
                f"loaded completely; {usable:.2f} MB usable, {share:.2f} MB loaded,"
                " full load: True"
            )
        else:
            self._console.info(
                f"loaded partially; {usable:.2f} MB usable, {share:.2f} MB loaded,"
                f" {full - share:.2f} MB offloaded, 128.01 MB buffer reserved,"
                " lowvram patches: 0"
            )

    def offloaded_share(self) -> float:
        """How much of the networks does not fit, 0..1: that much slower it is."""
        full = sum(entry.weights.mb for entry in self.loaded)
        return 1.0 - sum(entry.mb for entry in self.loaded) / full if full else 0.0

    def claim(self, wanted: float) -> None:
        """Take working memory, or fail as CUDA does."""
        if not self._card.there:
            return
        self.working = 0.0
        if wanted > self.free_for_torch() and len(self.loaded) > 1:
            self._make_room_keeping_last(wanted)
        free = self.free_for_torch()
        if wanted > free:
            raise self._failure(wanted, free)
        self.working = wanted
        self._slack = max(self._slack * 0.6, wanted * 0.5)

    def _make_room_keeping_last(self, wanted: float) -> None:
        while len(self.loaded) > 1 and self.free_for_torch() < wanted:
            self.loaded.pop(0)

    def _failure(self, wanted: float, free: float) -> NodeFailed:
        slack = min(self._slack, max(0.0, free - 20.0))
        return out_of_memory(
            wanted=max(wanted * 0.4, free + 64.0),
            total=self.total,
            free=max(6.0, free - slack),
            active=self.active,
            slack=slack,
        )

    def release(self) -> None:
        """The step is over."""
        self.working = 0.0

    def unload_all(self) -> None:
        """Drop the networks; kept results and leaks stay."""
        self.loaded.clear()
        self._slack = 0.0

    def drop_kept(self) -> None:
        """The cached outputs go, and what they kept on the card with them."""
        self.kept.clear()
        self._slack = 0.0

    def summary(self) -> str:
        """The head of torch's table, logged when memory ran out (since 0.8.0)."""
        if not self._card.there:
            return "\n"
        wide = "=" * 75
        rows = [
            ("Allocated memory", self.active, self.total),
            ("Active memory", self.active, self.total),
            ("GPU reserved memory", self.reserved, self.total),
        ]
        lines = [
            f"|{wide}|",
            f"|{'PyTorch CUDA memory summary, device ID 0':^75}|",
            f"|{wide}|",
            f"|{'Metric':^23}| Cur Usage  | Peak Usage | Tot Alloc  | Tot Freed  |",
            f"|{'-' * 75}|",
        ]
        for name, current, peak in rows:
            cells = f"{current:7.0f} MiB | {peak:6.0f} MiB | {peak:6.0f} MiB |"
            lines.append(f"| {name:<22}| {cells} {peak - current:6.0f} MiB |")
        return "\n" + "\n".join([*lines, f"|{wide}|"]) + "\n"
