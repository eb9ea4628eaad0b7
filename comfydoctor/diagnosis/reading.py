"""Text -> events: the first of the two visible steps of a diagnosis."""

from collections.abc import Iterable, Sequence

from comfydoctor.diagnosis.events import Facts, Line, Reading, Run
from comfydoctor.diagnosis.facts import FactsReader
from comfydoctor.diagnosis.lines import cleaned, decode, numbered
from comfydoctor.diagnosis.loads import read_loads
from comfydoctor.diagnosis.startup import (
    read_failures,
    read_figures,
    read_jobs,
    read_phases,
    read_steps,
)
from comfydoctor.diagnosis.tracebacks import read_blocks

_BAD_LEVELS = frozenset({"WARNING", "ERROR", "CRITICAL"})
_MOST_WARNINGS = 1000
_STARTS = (
    "[START] Security scan",
    "** ComfyUI startup time",
    "** ComfyUI start up time",
    "Checkpoint files will always be loaded safely",
    "Total VRAM ",
)


def read_text(text: str | bytes, facts: Facts | None = None) -> Reading:
    """Read a whole text. ``facts`` are known from elsewhere; the text's own win."""
    words = decode(text) if isinstance(text, bytes) else text
    return read_lines(tuple(cleaned(numbered(words))), facts)


def read_lines(lines: Sequence[Line], facts: Facts | None = None) -> Reading:
    """Read lines that are clean already."""
    blocks = read_blocks(lines)
    inside = {n for block in blocks for n in range(block.start, block.end + 1)}
    return Reading(
        lines=tuple(lines),
        runs=_runs(lines, facts or Facts()),
        blocks=blocks,
        failures=read_failures(lines, blocks),
        jobs=read_jobs(lines),
        steps=read_steps(lines),
        loads=read_loads(lines),
        phases=read_phases(lines),
        figures=read_figures(lines),
        warnings=_warnings(lines, inside),
    )


def _warnings(lines: Iterable[Line], inside: set[int]) -> tuple[Line, ...]:
    bad = (x for x in lines if x.level in _BAD_LEVELS and x.number not in inside)
    return tuple(line for line, _ in zip(bad, range(_MOST_WARNINGS), strict=False))


def _runs(lines: Sequence[Line], known: Facts) -> tuple[Run, ...]:
    """Cut at each new start of the server within the text."""
    runs: list[Run] = []
    reader, start, last = FactsReader(), 1, 1
    for line in lines:
        if reader.started and any(sign in line.text for sign in _STARTS):
            runs.append(Run(start, line.number - 1, reader.facts()))
            reader, start = FactsReader(), line.number
        reader.take(line)
        last = line.number
    runs.append(Run(start, last, reader.facts().filled_from(known)))
    return tuple(runs)
