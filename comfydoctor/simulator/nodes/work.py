"""What a running node may do: wait, report progress, use card, disk and console."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from comfydoctor.simulator.card import Card
from comfydoctor.simulator.console import Console
from comfydoctor.simulator.disk import Disk
from comfydoctor.simulator.failure import Interrupted
from comfydoctor.simulator.hub import Hub
from comfydoctor.simulator.pace import Pace
from comfydoctor.simulator.values import ModelFile, Weights
from comfydoctor.simulator.version import Version
from comfydoctor.simulator.vram import Vram


@dataclass(frozen=True)
class Outcome:
    """What a node gave: values, output for the person, or nodes in its place."""

    values: tuple[Any, ...] = ()
    ui: dict[str, list[Any]] | None = None
    expand: tuple[str, dict[str, Any]] | None = None
    """Class and inputs of one inner node that takes this one's place."""


@dataclass
class Mood:
    """What troubles the whole process, set by the scenario."""

    nan_vae: bool = False
    cast_warned: bool = False
    """Python prints a warning of one place only once in a process."""
    forgets_models: bool = False
    """Memory is so tight that nothing stays loaded from job to job."""
    partner: str = ""
    """How the partner services answer: ``429``, ``402``, ``401``, ``500``."""
    run_count: dict[str, int] = field(default_factory=dict)


@dataclass
class Machine:
    """Everything of the process that nodes use."""

    version: Version
    pace: Pace
    console: Console
    hub: Hub
    card: Card
    vram: Vram
    disk: Disk
    rng: random.Random
    mood: Mood
    interrupted: bool = False
    leaked: list[float] = field(default_factory=list)
    """RAM lost to FaultLeak, MiB."""
    frozen: Callable[[float], None] = lambda seconds: None
    """Holds up every answer: a node that keeps the interpreter to itself."""


class Work:
    """One run of one node."""

    def __init__(
        self,
        machine: Machine,
        node: str,
        inputs: Mapping[str, Any],
        cache_key: str,
        hidden: Mapping[str, Any],
        report: Callable[[int, int], None],
        *,
        previews: bool = False,
    ) -> None:
        self.machine = machine
        self.node = node
        self.inputs = inputs
        self.cache_key = cache_key
        self.hidden = hidden
        self.previews = previews
        """Whether the sampler shows pictures on the way."""
        self._report = report

    def check(self) -> None:
        """Stop here if somebody interrupted."""
        if self.machine.interrupted:
            raise Interrupted

    async def sleep(self, seconds: float) -> None:
        """Work in one piece; nothing can stop it."""
        await self.machine.pace.sleep(seconds)

    async def compute(self, seconds: float, load: float = 0.9) -> None:
        """Keep the card busy in one piece; a slow card takes longer."""
        card = self.machine.card
        card.work(load)
        try:
            await self.sleep(seconds * card.slowness)
        finally:
            card.work(0.0)

    def progress(self, value: int, most: int, preview: bytes = b"") -> None:
        """A step is done: stops if interrupted, else tells whoever may hear it."""
        self.check()
        self._report(value, most)
        if preview:
            about = {"node_id": self.node, "display_node_id": self.node}
            self.machine.hub.send_preview(preview, about)

    async def read(self, file: ModelFile) -> None:
        """Read a model file: fast from the page cache, else at the disk's speed."""
        disk = self.machine.disk
        megabytes = file.size / (1 << 20)
        self.machine.card.work(0.02)
        await self.sleep(megabytes / disk.speed_of(file))
        disk.remember(file)

    async def load(self, weights: Weights, work_mb: float = 0.0) -> None:
        """Bring a network onto the card."""
        copied = self.machine.vram.load(weights, work_mb)
        await self.sleep(copied / 9000.0 * min(10.0, self.machine.card.slowness))
