"""How the command line speaks: results on stdout, messages on stderr."""

import dataclasses
import enum
import io
import json
import math
import os
import sys
from typing import Any, TextIO

from comfydoctor.model.finding import Severity

SHAPES = {
    Severity.INFO: "◆",
    Severity.WARNING: "▲",
    Severity.ERROR: "■",
    Severity.CRITICAL: "⬢",
}
COLOURS = {
    Severity.INFO: "34",
    Severity.WARNING: "33",
    Severity.ERROR: "31",
    Severity.CRITICAL: "35",
}


def jsonable(value: Any) -> Any:
    """Plain JSON types; enums by value, NaN as null, dataclasses as objects."""
    if isinstance(value, Severity | enum.IntEnum):
        return value.name.lower().replace("_", " ")
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return {f.name: jsonable(getattr(value, f.name)) for f in fields if f.repr}
    if isinstance(value, dict):
        return {str(key): jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(item) for item in value]
    return value


class Printer:
    """Writes to one pair of streams; colour only for a person at a terminal."""

    def __init__(self, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self.out = _lenient(out or sys.stdout)
        self.err = _lenient(err or sys.stderr)
        self.colour = self.out.isatty() and not os.environ.get("NO_COLOR")

    def line(self, text: str = "") -> None:
        """One line of result."""
        self.out.write(text + "\n")
        self.out.flush()

    def json(self, value: Any, *, indent: int | None = 2) -> None:
        """One JSON document of result."""
        plain = jsonable(value)
        text = json.dumps(plain, ensure_ascii=False, indent=indent)
        if not _takes(self.out, text):  # escaped, nothing is lost
            text = json.dumps(plain, ensure_ascii=True, indent=indent)
        self.line(text)

    def note(self, text: str) -> None:
        """A message that is not part of the result."""
        self.err.write(text + "\n")
        self.err.flush()

    def severity(self, severity: Severity) -> str:
        """Shape and word, coloured where that helps."""
        text = f"{SHAPES[severity]} {severity.word}"
        return f"\x1b[{COLOURS[severity]}m{text}\x1b[0m" if self.colour else text


def _lenient(stream: TextIO) -> TextIO:
    """A stream on which a sign that its encoding lacks becomes a question mark.

    Windows writes into files and pipes in a code page without ● and →.
    """
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
    return stream


def _takes(stream: TextIO, text: str) -> bool:
    try:
        text.encode(stream.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
