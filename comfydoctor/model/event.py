"""What a server told us over its WebSocket, one dataclass a message type."""

from dataclasses import dataclass

from comfydoctor.model.logline import LogEntry, LogLine


@dataclass(frozen=True)
class StatusEvent:
    """``status``: jobs running and waiting together. The one event for everybody."""

    queue_remaining: int
    session_id: str = ""


@dataclass(frozen=True)
class ExecutionStarted:
    """``execution_start``; only the client that queued the job hears it."""

    job_id: str
    timestamp_ms: int | None = None


@dataclass(frozen=True)
class ExecutionCached:
    """``execution_cached``: nodes served from the cache."""

    job_id: str
    nodes: tuple[str, ...]
    timestamp_ms: int | None = None


@dataclass(frozen=True)
class NodeExecuting:
    """``executing``; ``node`` is None when the job is over."""

    job_id: str
    node: str | None


@dataclass(frozen=True)
class NodeProgress:
    """``progress``: steps of one node. Heard of jobs without a client id too."""

    job_id: str
    node: str
    value: float
    maximum: float


@dataclass(frozen=True)
class NodeState:
    """One node inside ``progress_state``; state is running, finished or error."""

    node: str
    state: str
    value: float
    maximum: float


@dataclass(frozen=True)
class ProgressState:
    """``progress_state``: the nodes begun so far, waiting ones are not listed."""

    job_id: str
    nodes: tuple[NodeState, ...]


@dataclass(frozen=True)
class NodeExecuted:
    """``executed``: a node with output for the person is done."""

    job_id: str
    node: str
    output_json: str = ""


@dataclass(frozen=True)
class ExecutionSucceeded:
    """``execution_success``; comes up to 0.5 s before the history entry."""

    job_id: str
    timestamp_ms: int | None = None


@dataclass(frozen=True)
class ExecutionFailed:
    """``execution_error``, its texts capped."""

    job_id: str
    node: str
    node_type: str
    exception_type: str
    message: str
    """Without ComfyUI's own tip."""
    traceback: tuple[str, ...]
    timestamp_ms: int | None = None


@dataclass(frozen=True)
class ExecutionInterrupted:
    """``execution_interrupted``."""

    job_id: str
    node: str
    node_type: str
    timestamp_ms: int | None = None


@dataclass(frozen=True)
class LogAdded:
    """``logs``: what the server's console printed, of anybody's jobs.

    A frame brings ``entries``; the stream, which remembers the unfinished line
    and what was already heard, turns them into ``lines``.
    """

    lines: tuple[LogLine, ...] = ()
    entries: tuple[LogEntry, ...] = ()


@dataclass(frozen=True)
class FlagsAnswered:
    """``feature_flags``: the answer to ours; dotted name and JSON text."""

    flags: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PreviewShown:
    """A binary preview picture (events 1 and 4)."""

    format: str
    image: bytes
    job_id: str = ""
    node: str = ""


@dataclass(frozen=True)
class TextShown:
    """A binary text message of a node (event 3)."""

    node: str
    text: str


@dataclass(frozen=True)
class OtherEvent:
    """A message we do not know; counted, never an error."""

    type: str


Event = (
    StatusEvent
    | ExecutionStarted
    | ExecutionCached
    | NodeExecuting
    | NodeProgress
    | ProgressState
    | NodeExecuted
    | ExecutionSucceeded
    | ExecutionFailed
    | ExecutionInterrupted
    | LogAdded
    | FlagsAnswered
    | PreviewShown
    | TextShown
    | OtherEvent
)
