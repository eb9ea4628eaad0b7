"""Turns one WebSocket frame of ComfyUI into an event; pure, and never raises."""

import json
import re
from collections.abc import Callable

from msgspec import Raw

from comfydoctor.comfy import shapes
from comfydoctor.comfy.binary import decode_binary
from comfydoctor.comfy.parse_job import without_tip
from comfydoctor.comfy.shapes import Name, Number
from comfydoctor.comfy.text import clean, one_line
from comfydoctor.model.event import (
    Event,
    ExecutionCached,
    ExecutionFailed,
    ExecutionInterrupted,
    ExecutionStarted,
    ExecutionSucceeded,
    FlagsAnswered,
    LogAdded,
    NodeExecuted,
    NodeExecuting,
    NodeProgress,
    NodeState,
    OtherEvent,
    ProgressState,
    StatusEvent,
)
from comfydoctor.model.logline import LogEntry

MAX_NODES = 10_000
"""Nodes of one message that are kept; real graphs have some hundreds."""
MAX_ENTRIES = 5_000
"""Log entries of one message that are kept; 401 were measured in one flush."""
MAX_TRACE = 200
"""Frames of a traceback that are kept."""
OUTPUT_LIMIT = 64_000
"""Bytes of a node's output; a larger one is left out whole, half is no JSON."""
TOLERANT_LIMIT = 1 << 20
"""Size up to which a message that is no strict JSON (NaN) is read anyway."""
MAX_TEXT = 16 << 20
"""Characters of a text message; reading one blocks everybody for its time."""
_UNREADABLE = (ValueError, RecursionError)
_STATUS_START = re.compile(r'\s{0,9}\{\s{0,9}"type"\s{0,9}:\s{0,9}"status"')


def decode(frame: str | bytes) -> Event:
    """Return a text or binary frame's event, `OtherEvent` for everything unknown."""
    if isinstance(frame, bytes):
        return decode_binary(frame)
    if len(frame) > MAX_TEXT:
        return OtherEvent("too large")
    try:
        envelope = shapes.ENVELOPE.decode(frame)
    except _UNREADABLE:
        return _decode_tolerantly(frame)
    return _build(envelope.type, envelope.data)


def is_status(frame: str | bytes) -> bool:
    """Tell by its first characters whether a frame says ``status``."""
    return isinstance(frame, str) and _STATUS_START.match(frame) is not None


def _build(kind: str, data: Raw) -> Event:
    builder = _BUILDERS.get(kind)
    if builder is not None:
        try:
            return builder(data)
        except _UNREADABLE:
            pass  # not shaped as its type is: counted as unknown
    return OtherEvent(one_line(kind))


def _decode_tolerantly(frame: str) -> Event:
    """Python's JSON writer says ``NaN``, which is no JSON; read it as null."""
    if len(frame) > TOLERANT_LIMIT:
        return OtherEvent("unreadable")
    try:
        loose = json.loads(frame, parse_constant=lambda _: None)
        envelope = shapes.ENVELOPE.decode(json.dumps(loose))
    except _UNREADABLE:
        return OtherEvent("unreadable")
    return _build(envelope.type, envelope.data)


def _text(value: Name) -> str:
    return "" if value is None else one_line(str(value))


def _number(value: Number) -> float:
    return float("nan") if value is None else float(value)


def _timestamp(value: Number) -> int | None:
    return int(value) if value is not None and 0 <= value < 2**53 else None


def _status(data: Raw) -> Event:
    read = shapes.STATUS.decode(data)
    return StatusEvent(read.status.exec_info.queue_remaining, _text(read.sid))


def _started(data: Raw) -> Event:
    read = shapes.JOB.decode(data)
    return ExecutionStarted(_text(read.prompt_id), _timestamp(read.timestamp))


def _cached(data: Raw) -> Event:
    read = shapes.JOB.decode(data)
    names = shapes.NODE_NAMES.decode(shapes.bounded(read.nodes))[:MAX_NODES]
    nodes = tuple(_text(name) for name in names)
    return ExecutionCached(_text(read.prompt_id), nodes, _timestamp(read.timestamp))


def _executing(data: Raw) -> Event:
    read = shapes.JOB.decode(data)
    node = None if read.node is None else _text(read.node)
    return NodeExecuting(_text(read.prompt_id), node)


def _progress(data: Raw) -> Event:
    read = shapes.JOB.decode(data)
    return NodeProgress(
        _text(read.prompt_id),
        _text(read.node),
        _number(read.value),
        _number(read.max),
    )


def _progress_state(data: Raw) -> Event:
    read = shapes.JOB.decode(data)
    nodes = shapes.NODE_STATES.decode(shapes.bounded(read.nodes))
    states = (
        NodeState(
            one_line(name), _text(node.state), _number(node.value), _number(node.max)
        )
        for name, node in list(nodes.items())[:MAX_NODES]
    )
    return ProgressState(_text(read.prompt_id), tuple(states))


def _executed(data: Raw) -> Event:
    read = shapes.JOB.decode(data)
    output = bytes(read.output)
    if len(output) > OUTPUT_LIMIT or output == b"null":
        output = b""
    return NodeExecuted(_text(read.prompt_id), _text(read.node), output.decode())


def _succeeded(data: Raw) -> Event:
    read = shapes.JOB.decode(data)
    return ExecutionSucceeded(_text(read.prompt_id), _timestamp(read.timestamp))


def _failed(data: Raw) -> Event:
    read = shapes.JOB.decode(data)
    frames = shapes.TRACEBACK.decode(shapes.bounded(read.traceback))
    return ExecutionFailed(
        job_id=_text(read.prompt_id),
        node=_text(read.node_id),
        node_type=_text(read.node_type),
        exception_type=_text(read.exception_type),
        message=clean(without_tip(str(read.exception_message or ""))),
        traceback=tuple(clean(frame, 4_000) for frame in frames[-MAX_TRACE:]),
        timestamp_ms=_timestamp(read.timestamp),
    )


def _interrupted(data: Raw) -> Event:
    read = shapes.JOB.decode(data)
    return ExecutionInterrupted(
        _text(read.prompt_id),
        _text(read.node_id),
        _text(read.node_type),
        _timestamp(read.timestamp),
    )


def _logs(data: Raw) -> Event:
    read = shapes.LOGS.decode(shapes.bounded(data))
    entries = shapes.ENTRIES.decode(read.entries)[-MAX_ENTRIES:]
    return LogAdded(entries=tuple(log_entry(entry.t, entry.m) for entry in entries))


def log_entry(t: Name, m: Name) -> LogEntry:
    """Make an entry of the stream or the ring: capped, otherwise as it came."""
    return LogEntry(_text(t), "" if m is None else str(m)[: shapes.MAX_ENTRY])


def _flags(data: Raw) -> Event:
    return FlagsAnswered(shapes.flatten(shapes.bounded(data)))


_BUILDERS: dict[str, Callable[[Raw], Event]] = {
    "status": _status,
    "execution_start": _started,
    "execution_cached": _cached,
    "executing": _executing,
    "progress": _progress,
    "progress_state": _progress_state,
    "executed": _executed,
    "execution_success": _succeeded,
    "execution_error": _failed,
    "execution_interrupted": _interrupted,
    "logs": _logs,
    "feature_flags": _flags,
}
