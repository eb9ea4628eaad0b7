"""Errors in a log: tracebacks, chains, reports and refusals, cut into blocks."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from comfydoctor.diagnosis.events import ErrorBlock, Frame, Line, Trace

_MOST_LINES = 600
_MOST_FRAMES = 120
_MESSAGE_LINES = 14
_PATIENCE = 12
"""Lines without any frame after which a block is over."""

_TRACEBACK = "Traceback (most recent call last)"
_CHAIN = re.compile(
    r"During handling of the above exc|direct cause of the following exc"
)
_FRAME = re.compile(
    r'(?:^|File ")(?P<file>[^"\n]{1,400})", line (?P<line>\d{1,7})'
    r"(?:, in ?(?P<function>.{0,120}))?\s*$"
)
_RAISED = re.compile(
    r"^(?P<type>[A-Za-z_][\w.]{0,120}"
    r"(?:Error|Exception|Exit|Interrupt|Iteration|Warning|Timeout|Failure|Fault))"
    r"(?::\s?(?P<message>.*))?$"
)
_RAISED_ODD = re.compile(r"^(?P<type>[A-Za-z_][\w.]{0,120}): (?P<message>.*)$")
_REPORT = re.compile(
    r"^\s*-?\s*\**(?P<key>Node ID|Node Type|Exception Type|Exception Message):?\**:? ?"
    r"(?P<value>.*)$"
)
_JSON = re.compile(
    r'"(?P<key>node_id|node_type|exception_type|exception_message)"'
    r': ?"(?P<value>[^"]{0,2000})'
)
_KEYS = {
    "Node ID": "node",
    "Node Type": "node_type",
    "Exception Type": "exception",
    "Exception Message": "message",
    "node_id": "node",
    "node_type": "node_type",
    "exception_type": "exception",
    "exception_message": "message",
}
_HEADS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("execution", r"!!! Exception during processing ?!!! ?(?P<message>.*)$"),
        (
            "execution",
            r"Error occurred when executing (?P<node_type>.{1,120}?):(?P<message>.*)$",
        ),
        ("report", r"^#+ ComfyUI Error Report"),
        ("thread", r"Exception in thread "),
        ("request", r"Error handling request"),
        ("callback", r"Exception in callback "),
        ("validation", r"Failed to validate prompt for output (?P<node>.{1,60}):"),
    )
)
_HEAD_HINT = re.compile(r"Exception|Error |# ComfyUI|Failed to validate")
_IMPORT = re.compile(
    r"Cannot import (?P<path>.{1,400}?) module for custom nodes: ?(?P<message>.*)$"
)
_NODE = re.compile(r"^\* (?P<type>.{1,120}?) (?P<node>[\w:.#-]{1,60}):\s*$")


@dataclass(slots=True)
class _Draft:
    start: int
    kind: str
    end: int = 0
    node_type: str = ""
    node: str = ""
    exception: str = ""
    message: list[str] = field(default_factory=list)
    pack_path: str = ""
    traces: list[Trace] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    state: str = "head"
    """head, frames, raised (its message goes on) or between (two of a chain)."""
    idle: int = 0

    def close_trace(self, exception: str = "", message: str = "") -> None:
        if self.frames or exception:
            self.traces.append(Trace(tuple(self.frames), exception, message))
        self.frames = []

    def block(self) -> ErrorBlock:
        self.close_trace()
        last = self.traces[-1] if self.traces else Trace()
        first = next((t for t in self.traces if _pack(t)), Trace())
        exception = self.exception or last.exception
        message = "\n".join(self.message).strip() or last.message
        return ErrorBlock(
            self.start,
            self.end,
            self.kind,
            tuple(self.traces),
            exception,
            message,
            self.node_type,
            self.node,
            _named(self.pack_path) or _pack(first),
            self.pack_path,
        )


def read_blocks(lines: Iterable[Line]) -> tuple[ErrorBlock, ...]:
    """All errors of a text in their order."""
    reader = _BlockReader()
    for line in lines:
        reader.take(line)
    return reader.done()


class _BlockReader:
    def __init__(self) -> None:
        self._blocks: list[ErrorBlock] = []
        self._open: _Draft | None = None

    def take(self, line: Line) -> None:
        text = line.text
        if self._import_end(line) or self._head(line) or self._field(line):
            return
        if _TRACEBACK in text:
            self._traceback(line)
        elif '", line ' in text and (frame := _FRAME.search(text)):
            self._frame(line, frame)
        elif self._open:
            self._other(line)

    def done(self) -> tuple[ErrorBlock, ...]:
        self._close()
        return tuple(self._blocks)

    def _close(self) -> None:
        if self._open:
            self._blocks.append(self._open.block())
        self._open = None

    def _begin(self, line: Line, kind: str) -> _Draft:
        self._close()
        self._open = _Draft(line.number, kind, end=line.number)
        return self._open

    def _continued(self, line: Line, kind: str) -> _Draft:
        """The open block, or a new one of that kind."""
        draft = self._open or self._begin(line, kind)
        draft.end = line.number
        draft.idle = 0
        return draft

    def _head(self, line: Line) -> bool:
        if not _HEAD_HINT.search(line.text):
            return False
        for kind, pattern in _HEADS:
            if found := pattern.search(line.text):
                self._headed(line, kind, found.groupdict())
                return True
        return False

    def _headed(self, line: Line, kind: str, values: dict[str, str]) -> None:
        draft = self._begin(line, kind)
        draft.node_type = values.get("node_type", "")
        draft.node = values.get("node", "")
        if message := values.get("message", "").strip():
            draft.message.append(message)

    def _field(self, line: Line) -> bool:
        """A field of a Markdown report or of JSON from ``/history``."""
        text = line.text
        if "**" not in text and '"' not in text:
            return False
        found = _REPORT.match(text) or _JSON.search(text)
        if not found:
            return False
        draft = self._continued(line, "report")
        name, value = _KEYS[found["key"]], found["value"].strip()
        if name == "message":
            draft.message = [value]
        elif not getattr(draft, name):
            setattr(draft, name, value)
        return True

    def _traceback(self, line: Line) -> None:
        draft = self._open
        if draft and (draft.state == "raised" or draft.frames):
            draft = None
        if draft is None:
            draft = self._begin(line, "fragment")
        draft.end = line.number
        draft.state = "frames"
        draft.idle = 0

    def _frame(self, line: Line, found: re.Match[str]) -> None:
        draft = self._open
        if draft and draft.state == "raised":
            draft = None
        if draft is None:
            draft = self._begin(line, "fragment")
        if len(draft.frames) < _MOST_FRAMES:
            function = (found["function"] or "").strip()
            draft.frames.append(Frame(found["file"], int(found["line"]), function))
        draft.state = "frames"
        draft.end = line.number
        draft.idle = 0

    def _import_end(self, line: Line) -> bool:
        if "for custom nodes: " not in line.text:
            return False
        found = _IMPORT.search(line.text)
        if not found:
            return False
        draft = self._continued(line, "import")
        if draft.kind != "fragment" and draft.start != line.number:
            draft = self._begin(line, "import")
        draft.kind = "import"
        draft.pack_path = found["path"]
        draft.message = [found["message"].strip()]
        self._close()
        return True

    def _other(self, line: Line) -> None:
        """A line that is no frame and no head, while a block is open."""
        draft = self._open
        if draft is None:
            return
        if line.number - draft.start > _MOST_LINES or draft.idle > _PATIENCE:
            self._close()
            return
        if _CHAIN.search(line.text):
            draft.close_trace()
            draft.state, draft.end, draft.idle = "between", line.number, 0
            return
        getattr(self, f"_in_{draft.state}")(draft, line)

    def _in_head(self, draft: _Draft, line: Line) -> None:
        draft.idle += 1
        if draft.kind == "validation":
            self._refusal(draft, line)
        elif line.text.strip() and len(draft.message) < _MESSAGE_LINES:
            draft.end = line.number
            if draft.kind == "execution":
                draft.message.append(line.text)

    def _refusal(self, draft: _Draft, line: Line) -> None:
        if found := _NODE.match(line.text):
            draft.node_type = draft.node_type or found["type"]
            draft.node = found["node"]
        if line.text.startswith("Output will be ignored"):
            draft.end = line.number
            self._close()
            return
        draft.end = line.number

    def _in_frames(self, draft: _Draft, line: Line) -> None:
        text = line.text
        draft.idle += 1
        if not text.strip() or text[0] in " \t":
            return
        raised = _RAISED.match(text)
        if not raised and draft.frames and draft.idle > 1:
            raised = _RAISED_ODD.match(text)
        if raised:
            draft.close_trace(raised["type"], (raised["message"] or "").strip())
            draft.state, draft.end, draft.idle = "raised", line.number, 0

    def _in_raised(self, draft: _Draft, line: Line) -> None:
        """The message goes on until an empty line; a chain may follow."""
        draft.idle += 1
        if draft.idle == 1 and not line.text.strip():
            return
        last = draft.traces[-1]
        if draft.idle <= _MESSAGE_LINES and line.text.strip() and _goes_on(line):
            message = f"{last.message}\n{line.text}"
            draft.traces[-1] = Trace(last.frames, last.exception, message)
            draft.end = line.number
        elif line.text.strip():
            self._close()

    def _in_between(self, draft: _Draft, line: Line) -> None:
        draft.idle += 1
        draft.end = line.number


def _goes_on(line: Line) -> bool:
    """Whether a line may belong to the message of the exception before it."""
    return not line.level and not line.text.startswith(
        ("Prompt executed", "got prompt", "Import times", "FETCH ", "Got an OOM")
    )


def _pack(trace: Trace) -> str:
    """The pack of the deepest frame that lies in one."""
    return next((f.pack for f in reversed(trace.frames) if f.pack), "")


def _named(path: str) -> str:
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2].removesuffix(".py")
