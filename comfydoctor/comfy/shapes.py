"""What WebSocket messages look like; fields we do not use are never built."""

from typing import Annotated

from msgspec import Meta, Raw, Struct
from msgspec.json import Decoder

MAX_PART = 8 << 20
"""Bytes of one part (nodes, entries, traceback) that is turned into objects."""
MAX_ITEMS = 200_000
"""Commas in such a part: bounds the memory of ``[[],[],...]``."""
MAX_ENTRY = 64_000
"""Characters of one log write; a two-megabyte exception text made one of 2 MB."""
MAX_FLAGS = 200
MAX_FLAG_DEPTH = 6

Name = str | int | float | None
"""Ids and names: ComfyUI writes texts, custom nodes sometimes numbers."""
Number = int | float | None


class Envelope(Struct):
    """Every text message."""

    type: str = ""
    data: Raw = Raw(b"{}")


class ExecInfo(Struct):
    """Inside ``status``."""

    queue_remaining: Annotated[int, Meta(ge=0, le=2**31)]


class Status(Struct):
    """Inside ``status``."""

    exec_info: ExecInfo


class StatusData(Struct):
    """``status``; the session id comes with the first one only."""

    status: Status
    sid: Name = None


class JobData(Struct):
    """The execution messages; all fields that are not named here are skipped.

    So ``current_inputs``, which may be megabytes of prompts and tensors, is
    never turned into objects.
    """

    prompt_id: Name = None
    timestamp: Number = None
    node: Name = None
    node_id: Name = None
    node_type: Name = None
    value: Number = None
    max: Number = None
    nodes: Raw = Raw(b"[]")
    output: Raw = Raw(b"")
    exception_message: Name = None
    exception_type: Name = None
    traceback: Raw = Raw(b"[]")


class NodeData(Struct):
    """One node inside ``progress_state``."""

    value: Number = None
    max: Number = None
    state: Name = None


class EntryData(Struct):
    """One entry inside ``logs``."""

    t: Name = None
    m: Name = None


class LogsData(Struct):
    """``logs``."""

    entries: Raw


ENVELOPE = Decoder(Envelope)
STATUS = Decoder(StatusData)
JOB = Decoder(JobData)
LOGS = Decoder(LogsData)
ENTRIES = Decoder(list[EntryData])
NODE_STATES = Decoder(dict[str, NodeData])
NODE_NAMES = Decoder(list[Name])
TRACEBACK = Decoder(list[str])
_OBJECT = Decoder(dict[str, Raw])


def bounded(part: Raw) -> bytes:
    """Return the part's JSON; ValueError when it is too large to be built."""
    data = bytes(part)
    if len(data) > MAX_PART or data.count(b",") > MAX_ITEMS:
        raise ValueError("the message is larger than what we turn into objects")
    return data


def flatten(data: bytes) -> tuple[tuple[str, str], ...]:
    """Return nested flags as dotted names with the JSON text of each value."""
    flags: list[tuple[str, str]] = []
    waiting: list[tuple[str, int, bytes]] = [("", 0, data)]
    while waiting and len(flags) < MAX_FLAGS:
        prefix, depth, text = waiting.pop(0)
        for name, value in _OBJECT.decode(text).items():
            dotted = f"{prefix}{name}"[:200]
            raw = bytes(value).strip()
            if raw.startswith(b"{") and depth < MAX_FLAG_DEPTH:
                waiting.append((f"{dotted}.", depth + 1, raw))
            else:
                flags.append((dotted, raw[:500].decode("utf-8", "replace")))
    return tuple(flags[:MAX_FLAGS])
