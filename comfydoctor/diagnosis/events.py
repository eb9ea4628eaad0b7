"""What a log says once it is read: lines, errors, start-up facts, jobs."""

from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Line:
    """A cleaned line with its place in the source, from 1."""

    number: int
    text: str
    level: str = ""
    time: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of a traceback."""

    file: str
    line: int
    function: str = ""

    @property
    def pack(self) -> str:
        """The node pack the file lies in, or empty."""
        return _after(self.file, "custom_nodes")

    @property
    def library(self) -> str:
        """The installed package the file lies in, or empty."""
        return _after(self.file, "site-packages")

    def __str__(self) -> str:
        return f"{self.file}:{self.function}"


@dataclass(frozen=True, slots=True)
class Trace:
    """One traceback: frames from the outermost in, and what was raised."""

    frames: tuple[Frame, ...] = ()
    exception: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class ErrorBlock:
    """Everything printed about one failure; ``start`` and ``end`` are line numbers."""

    start: int
    end: int
    kind: str
    """execution, import, thread, request, callback, report, validation, fatal (native
    code) or fragment: a traceback without its head."""
    traces: tuple[Trace, ...] = ()
    """First cause first, as Python prints a chain."""
    exception: str = ""
    message: str = ""
    node_type: str = ""
    node: str = ""
    pack: str = ""
    """The guilty node pack: deepest frame of the first traceback that has one."""
    pack_path: str = ""


@dataclass(frozen=True, slots=True)
class ImportFailure:
    """A node pack that did not load."""

    line: int
    pack: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class JobEnd:
    """``Prompt executed in``: printed for failed jobs too."""

    line: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Step:
    """The speed that a progress bar shows, in seconds for one step."""

    line: int
    seconds: float
    total: int = 0
    """Steps of a bar that has come to its end; 0 while it has not."""


@dataclass(frozen=True, slots=True)
class Load:
    """A model that went to the card, and the room it found there."""

    line: int
    model: str
    """Its class, as ComfyUI prints it."""
    room_mb: float


@dataclass(frozen=True, slots=True)
class Phase:
    """How far a start came: scan, start, gpu, packs, listening, job, stopped."""

    line: int
    name: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Memory figures of one report, in GiB; None where it does not say."""

    line: int
    asked: float | None = None
    total: float | None = None
    free: float | None = None
    allocated: float | None = None
    reserved: float | None = None
    others: float | None = None

    @property
    def rest(self) -> float | None:
        """What is neither torch's nor free: held by others."""
        if self.total is None or self.allocated is None:
            return None
        return self.total - self.allocated - (self.free or 0.0) - (self.reserved or 0.0)

    @property
    def fill(self) -> float | None:
        """Share of the card that the job alone would have needed."""
        if not self.total or self.allocated is None or self.asked is None:
            return None
        return (self.allocated + self.asked) / self.total


@dataclass(frozen=True, slots=True)
class Facts:
    """What a run says of itself; empty where it does not."""

    version: str = ""
    torch: str = ""
    python: str = ""
    device: str = ""
    """cpu, cuda, mps, xpu or privateuseone (DirectML)."""
    gpu: str = ""
    os: str = ""
    """windows, linux or macos."""
    install: str = ""
    """portable, desktop, stability-matrix, docker or venv."""
    argv: str = ""
    vram_state: str = ""
    vram_mb: int = 0
    ram_mb: int = 0

    def filled_from(self, other: "Facts") -> "Facts":
        """These facts, with what they lack taken from ``other``."""
        missing = {
            name: getattr(other, name)
            for name in self.__dataclass_fields__
            if not getattr(self, name)
        }
        return replace(self, **missing)


@dataclass(frozen=True, slots=True)
class Run:
    """One life of the server process within the text."""

    start: int
    end: int
    facts: Facts = field(default_factory=Facts)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, read."""

    lines: tuple[Line, ...] = ()
    runs: tuple[Run, ...] = ()
    blocks: tuple[ErrorBlock, ...] = ()
    failures: tuple[ImportFailure, ...] = ()
    jobs: tuple[JobEnd, ...] = ()
    steps: tuple[Step, ...] = ()
    loads: tuple[Load, ...] = ()
    """First loads of models onto a card that had just been emptied."""
    phases: tuple[Phase, ...] = ()
    figures: tuple[Figures, ...] = ()
    warnings: tuple[Line, ...] = ()
    """Lines of level WARNING or worse outside of errors, the first thousand."""

    @property
    def facts(self) -> Facts:
        """Facts of the last run."""
        return self.runs[-1].facts if self.runs else Facts()

    def run_of(self, number: int) -> Run:
        """The run that a line belongs to."""
        for run in reversed(self.runs):
            if run.start <= number:
                return run
        return Run(1, number)


def _after(file: str, folder: str) -> str:
    parts = file.replace("\\", "/").split("/")
    if folder not in parts[:-1]:
        return ""
    at = len(parts) - 1 - parts[::-1].index(folder)
    return parts[at + 1].removesuffix(".py")
