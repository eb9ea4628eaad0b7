"""Which lines of a console are about packs that did not load, or refused jobs."""

import re
from collections.abc import Iterable

from comfydoctor.diagnosis.events import ErrorBlock, Line, Reading

REFUSED = "invalid prompt: "
"""Begins the line about a job that was not taken at all."""
_FAILED = re.compile(
    r"\((?:IMPORT|PRESTARTUP) FAILED\)|Failed to execute startup-script"
    r"|Cannot import .{1,400} module for custom nodes"
    r"|Skip .{1,400} module for custom nodes"
)


def lines_about(reading: Reading, pack: str = "") -> tuple[Line, ...]:
    """Lines about one pack that did not load, or about all of them."""
    numbers = {
        number
        for block in reading.blocks
        if block.kind == "import" and pack in {"", block.pack}
        for number in range(block.start, block.end + 1)
    }
    return tuple(
        line
        for line in reading.lines
        if line.number in numbers or _is_about(line, pack)
    )


def _is_about(line: Line, pack: str) -> bool:
    if not _FAILED.search(line.text):
        return False
    return not pack or pack in re.split(r"[\\/\s]+", line.text)


def is_inside(number: int, blocks: Iterable[ErrorBlock]) -> bool:
    """Whether a line belongs to one of these errors."""
    return any(b.start <= number <= b.end for b in blocks)
