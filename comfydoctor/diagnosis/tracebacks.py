"""Errors in a log: tracebacks, chains, reports and refusals, cut into blocks."""

import re
from collections.abc import Iterable

from comfydoctor.diagnosis.error_forms import (
    CHAIN,
    FRAME,
    HEAD_HINT,
    HEADS,
    IMPORT,
    JSON,
    KEYS,
    MESSAGE_LINES,
    MOST_FRAMES,
    MOST_LINES,
    NODE,
    PATIENCE,
    RAISED,
    RAISED_ODD,
    REPORT,
    TRACEBACK,
    Draft,
)
from comfydoctor.diagnosis.events import ErrorBlock, Frame, Line, Trace


def read_blocks(lines: Iterable[Line]) -> tuple[ErrorBlock, ...]:
    """All errors of a text in their order."""
    reader = _BlockReader()
    for line in lines:
        reader.take(line)
    return reader.done()


class _BlockReader:
    def __init__(self) -> None:
        self._blocks: list[ErrorBlock] = []
        self._open: Draft | None = None

    def take(self, line: Line) -> None:
        text = line.text
        if self._import_end(line) or self._head(line) or self._field(line):
            return
        if TRACEBACK in text:
            self._traceback(line)
        elif '", line ' in text and (frame := FRAME.search(text)):
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

    def _begin(self, line: Line, kind: str) -> Draft:
        self._close()
        self._open = Draft(line.number, kind, end=line.number)
        return self._open

    def _continued(self, line: Line, kind: str) -> Draft:
        """The open block, or a new one of that kind."""
        draft = self._open or self._begin(line, kind)
        draft.end = line.number
        draft.idle = 0
        return draft

    def _head(self, line: Line) -> bool:
        if not HEAD_HINT.search(line.text):
            return False
        for kind, pattern in HEADS:
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
        found = REPORT.match(text) or JSON.search(text)
        if not found:
            return False
        draft = self._continued(line, "report")
        name, value = KEYS[found["key"]], found["value"].strip()
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
        if len(draft.frames) < MOST_FRAMES and not draft.sealed:
            function = (found["function"] or "").strip()
            draft.frames.append(Frame(found["file"], int(found["line"]), function))
        draft.state = "frames"
        draft.end = line.number
        draft.idle = 0

    def _import_end(self, line: Line) -> bool:
        if "for custom nodes: " not in line.text:
            return False
        found = IMPORT.search(line.text)
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
        if line.number - draft.start > MOST_LINES or draft.idle > PATIENCE:
            self._close()
            return
        if draft.kind == "fatal":
            draft.fatal_thread(line.text)
        if CHAIN.search(line.text):
            draft.close_trace()
            draft.state, draft.end, draft.idle = "between", line.number, 0
            return
        getattr(self, f"_in_{draft.state}")(draft, line)

    def _in_head(self, draft: Draft, line: Line) -> None:
        draft.idle += 1
        if draft.kind == "validation":
            self._refusal(draft, line)
        elif line.text.strip() and len(draft.message) < MESSAGE_LINES:
            draft.end = line.number
            if draft.kind == "execution":
                draft.message.append(line.text)

    def _refusal(self, draft: Draft, line: Line) -> None:
        if found := NODE.match(line.text):
            draft.node_type = draft.node_type or found["type"]
            draft.node = found["node"]
        if line.text.startswith("Output will be ignored"):
            draft.end = line.number
            self._close()
            return
        draft.end = line.number

    def _in_frames(self, draft: Draft, line: Line) -> None:
        text = line.text
        draft.idle += 1
        if not text.strip() or text[0] in " \t":
            return
        raised = RAISED.match(text)
        if not raised and draft.frames and draft.idle > 1:
            raised = RAISED_ODD.match(text)
        if raised:
            draft.close_trace(raised["type"], (raised["message"] or "").strip())
            draft.state, draft.end, draft.idle = "raised", line.number, 0

    def _in_raised(self, draft: Draft, line: Line) -> None:
        """The message goes on until an empty line; a chain may follow."""
        draft.idle += 1
        if draft.idle == 1 and not line.text.strip():
            return
        last = draft.traces[-1]
        if draft.idle <= MESSAGE_LINES and line.text.strip() and _goes_on(line):
            message = f"{last.message}\n{line.text}"
            draft.traces[-1] = Trace(last.frames, last.exception, message)
            draft.end = line.number
        elif line.text.strip():
            self._close()

    def _in_between(self, draft: Draft, line: Line) -> None:
        draft.idle += 1
        draft.end = line.number


def _goes_on(line: Line) -> bool:
    """Whether a line may belong to the message of the exception before it."""
    return not line.level and not line.text.startswith(
        ("Prompt executed", "got prompt", "Import times", "FETCH ", "Got an OOM")
    )
