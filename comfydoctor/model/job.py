"""One execution of a workflow; ComfyUI's wire name is ``prompt_id``."""

from dataclasses import dataclass, field
from enum import Enum


class JobState(Enum):
    """Where a job is. ComfyUI's ``status_str`` knows only success and error."""

    PENDING = "pending"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    LOST = "lost"
    """It was queued and is nowhere now: removed, or the server restarted."""


@dataclass(frozen=True)
class JobError:
    """Why a job failed, from ``execution_error``; texts capped, tip removed."""

    exception_type: str
    message: str
    node: str = ""
    node_type: str = ""
    traceback: tuple[str, ...] = ()


@dataclass(frozen=True)
class Output:
    """One file a job wrote, as ``/view`` wants it named."""

    filename: str
    subfolder: str
    type: str
    node: str = ""
    kind: str = ""
    """The key it came under: images, gifs, audio, video, ..."""


@dataclass(frozen=True)
class Job:
    """What is known of one job; times in Unix seconds of the server's clock."""

    id: str
    state: JobState
    number: float | None = None
    """Place in the queue, smallest first."""
    created: float | None = None
    started: float | None = None
    ended: float | None = None
    error: JobError | None = None
    outputs: tuple[Output, ...] = ()
    cached_nodes: int | None = None
    node_count: int | None = None
    workflow_name: str = ""
    client_id: str = ""
    models: tuple[str, ...] = ()
    """Model files its graph names, the main ones first; known while it waits."""
    fingerprint: str = ""
    """The same for the same graph with another seed; known when it was seen waiting."""

    @property
    def seconds(self) -> float | None:
        """Run time, None while unknown."""
        if self.started is None or self.ended is None:
            return None
        return max(0.0, self.ended - self.started)


@dataclass(frozen=True)
class QueueItem:
    """One entry of ``GET /queue`` with its whole payload as canonical JSON text.

    Text instead of objects: it is hashed, kept and sent back exactly.
    """

    number: float
    id: str
    prompt_json: str
    extra_data_json: str = field(repr=False)
    outputs: tuple[str, ...] = ()
    """Nodes whose output was asked for."""
    client_id: str = ""
    workflow_name: str = ""
    node_count: int = 0
    hides_secrets: bool = False
    """Whether the payload holds (or held) an account key of a partner service."""
    poisoned: bool = False
    """It holds NaN or Infinity: strict readers, browsers too, cannot read /queue."""


@dataclass(frozen=True)
class Queue:
    """``GET /queue``, waiting jobs in the order in which they will run."""

    running: tuple[QueueItem, ...] = ()
    pending: tuple[QueueItem, ...] = ()

    @property
    def remaining(self) -> int:
        """Running and waiting together, as ``GET /prompt`` counts."""
        return len(self.running) + len(self.pending)


@dataclass(frozen=True)
class NodeProblem:
    """One entry of ``node_errors`` in the answer to a posted job."""

    node: str
    node_type: str
    type: str
    message: str
    details: str = ""
    input_name: str = ""
    received: str = ""


@dataclass(frozen=True)
class Submitted:
    """The answer to ``POST /prompt``; a 200 may still name dropped outputs."""

    id: str
    number: float
    problems: tuple[NodeProblem, ...] = ()


@dataclass(frozen=True)
class Progress:
    """How far the running job is, as far as it can be seen from here."""

    job_id: str
    node: str = ""
    node_type: str = ""
    value: float | None = None
    maximum: float | None = None
    source: str = ""
    """``events`` (our own or an unowned job), ``log`` (a progress bar), or empty:
    not visible from here."""
    text: str = ""
    """The progress bar's own words, when it comes from the log."""

    @property
    def fraction(self) -> float | None:
        """0..1, None when not visible."""
        if self.value is None or not self.maximum or self.maximum <= 0:
            return None
        return min(1.0, max(0.0, self.value / self.maximum))
