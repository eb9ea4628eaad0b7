"""How errors look in a log, and one of them while it is being read."""

import re
from dataclasses import dataclass, field

from comfydoctor.diagnosis.events import ErrorBlock, Frame, Trace

MOST_LINES = 600
MOST_FRAMES = 120
MESSAGE_LINES = 14
PATIENCE = 12
"""Lines without any frame after which a block is over."""

TRACEBACK = "Traceback (most recent call last)"
CHAIN = re.compile(
    r"During handling of the above exc|direct cause of the following exc"
)
FRAME = re.compile(
    r'(?:^|File ")(?P<file>[^"\n]{1,400})", line (?P<line>\d{1,7})'
    r"(?:,? in ?(?P<function>.{0,120}))?\s*$"
)
RAISED = re.compile(
    r"^(?P<type>[A-Za-z_/\\][\w./\\:-]{0,300}"
    r"(?:Error|Exception|Exit|Interrupt|Iteration|Warning|Timeout|Failure|Fault))"
    r"(?::\s?(?P<message>.*))?$"
)
RAISED_ODD = re.compile(r"^(?P<type>[A-Za-z_][\w.]{0,120}): (?P<message>.*)$")
REPORT = re.compile(
    r"^\s*-?\s*\**(?P<key>Node ID|Node Type|Exception Type|Exception Message):?\**:? ?"
    r"(?P<value>.*)$"
)
JSON = re.compile(
    r'"(?P<key>node_id|node_type|exception_type|exception_message)"'
    r': ?"(?P<value>[^"]{0,2000})'
)
KEYS = {
    "Node ID": "node",
    "Node Type": "node_type",
    "Exception Type": "exception",
    "Exception Message": "message",
    "node_id": "node",
    "node_type": "node_type",
    "exception_type": "exception",
    "exception_message": "message",
}
HEADS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("execution", r"!!! Exception during processing ?!!! ?(?P<message>.*)$"),
        (
            "execution",
            r"Error occurred when executing (?P<node_type>.{1,120}?):(?P<message>.*)$",
        ),
        ("fatal", r"(?:Fatal Python error|Windows fatal exception): (?P<message>.*)$"),
        ("report", r"^#+ ComfyUI Error Report"),
        ("thread", r"Exception in thread "),
        ("request", r"Error handling request"),
        ("callback", r"Exception in callback "),
        ("validation", r"Failed to validate prompt for output (?P<node>.{1,60}):"),
    )
)
HEAD_HINT = re.compile(r"xception|Error |# ComfyUI|Failed to validate|Fatal Py")
IMPORT = re.compile(
    r"Cannot import (?P<path>.{1,400}?) module for custom nodes: ?(?P<message>.*)$"
)
NODE = re.compile(r"^\* (?P<type>.{1,120}?) (?P<node>[\w:.#-]{1,60}):\s*$")


@dataclass(slots=True)
class Draft:
    """An error whose end has not been read yet."""

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
    sealed: bool = False
    """No more frames are taken."""

    def fatal_thread(self, text: str) -> None:
        """Faulthandler lists all threads; only the one that crashed counts."""
        if text.startswith("Current thread"):
            self.frames = []
        elif text.startswith("Thread 0x") and self.frames:
            self.sealed = True

    def close_trace(self, exception: str = "", message: str = "") -> None:
        if self.kind == "fatal":
            self.frames.reverse()  # printed with the most recent call first
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


def _pack(trace: Trace) -> str:
    """The pack of the deepest frame that lies in one."""
    return next((f.pack for f in reversed(trace.frames) if f.pack), "")


def _named(path: str) -> str:
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2].removesuffix(".py")
