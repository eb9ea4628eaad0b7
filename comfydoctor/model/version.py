"""Kept states of workflows: where each was seen, and what came of it."""

from dataclasses import dataclass, field
from enum import Enum

from comfydoctor.model.job import JobState, Output


class Origin(Enum):
    """Where a state was seen."""

    SERVER = "file on the server"
    FOLDER = "file on this computer"
    JOB = "graph of a job"
    OUTPUT = "graph in an output"
    REVERT = "written by a revert"


@dataclass(frozen=True)
class Place:
    """Which workflow a state belongs to. Its key is what tells two apart."""

    key: str
    name: str
    """What a person calls it: the file's name, else what its graph says."""
    path: str = ""
    """Below the server's ``workflows`` folder, or whole on this computer; empty for
    a workflow that was only ever seen in jobs or outputs."""
    server: str = ""
    """Key of the server's profile, empty for files of this computer."""


@dataclass(frozen=True)
class Sighting:
    """One state of a workflow as it is about to be kept."""

    place: Place
    content: bytes = field(repr=False)
    origin: Origin
    time: float
    """Unix seconds when it was saved or queued, as far as that is known."""
    detail: str = ""
    """Job id, or name of the output."""
    form: str = "ui"
    graph: str = ""
    """ComfyUI's own id of the graph, a UUID in newer files."""
    fingerprint: str = ""
    """The same for graphs that differ in seeds and layout only."""
    nodes: int = 0
    words: str = field(default="", repr=False)
    """What it can be found by: titles, classes, texts, models."""


@dataclass(frozen=True)
class Version:
    """A kept state; immutable but for what the person says of it."""

    id: int
    workflow: int
    place: Place
    content: str
    """SHA-256 of the bytes; the same for the same bytes wherever they were seen."""
    time: float
    origin: Origin
    size: int
    detail: str = ""
    form: str = "ui"
    graph: str = ""
    fingerprint: str = ""
    nodes: int = 0
    name: str = ""
    note: str = ""
    starred: bool = False
    pinned: bool = False
    """Never removed by retention."""

    @property
    def kept_by_person(self) -> bool:
        """Whether somebody marked it, so that it is not tidied away."""
        return self.starred or self.pinned or bool(self.name or self.note)


class Rating(Enum):
    """What the person thinks of a run's result."""

    REJECTED = -1
    NONE = 0
    GOOD = 1


@dataclass(frozen=True)
class Run:
    """What came of a version once: one job that ran its graph."""

    server: str
    job: str
    version: int
    state: JobState
    started: float | None = None
    ended: float | None = None
    findings: tuple[str, ...] = ()
    """Titles of what was wrong with it."""
    outputs: tuple[Output, ...] = ()
    rating: Rating = Rating.NONE

    @property
    def seconds(self) -> float | None:
        """Run time, None while unknown."""
        if self.started is None or self.ended is None:
            return None
        return max(0.0, self.ended - self.started)

    @property
    def good(self) -> bool:
        """It succeeded and nobody rejected what it made."""
        succeeded = self.state is JobState.SUCCEEDED
        return succeeded and self.rating is not Rating.REJECTED


@dataclass(frozen=True)
class KeptWorkflow:
    """One workflow with its versions, as a list shows it."""

    id: int
    place: Place
    versions: int
    newest: float
    """Unix seconds of its newest version."""
    outcomes: tuple[JobState, ...] = ()
    """Of its last runs, oldest first."""
    good: int | None = None
    """Id of the last known good version, None when no run of it succeeded."""


@dataclass(frozen=True)
class Dated:
    """A version in its timeline, with what came of it."""

    version: Version
    runs: tuple[Run, ...] = ()
    seeds_only: bool = False
    """It differs from the one before it in seeds or layout only."""


@dataclass(frozen=True)
class Match:
    """A version that a picture or file may come from."""

    version: Version
    how: str
    """In words how sure that is."""


@dataclass(frozen=True)
class Removal:
    """What retention would take away, to be shown before it does."""

    versions: tuple[int, ...]
    workflows: int
    oldest: float | None
    newest: float | None
    bytes: int
    """Roughly what becomes free on the disk."""


@dataclass(frozen=True)
class StoreFigures:
    """How much is kept."""

    workflows: int
    versions: int
    contents: int
    disk: int
    """Bytes of the files."""
    plain: int
    """Bytes it would be uncompressed and with every copy kept."""
