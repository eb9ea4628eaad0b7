"""Start-up phases, import failures, job ends and memory figures of a log."""

import re
from collections.abc import Iterable, Sequence

from comfydoctor.diagnosis.events import (
    ErrorBlock,
    Figures,
    ImportFailure,
    JobEnd,
    Line,
    Phase,
    Step,
)

_PHASES: tuple[tuple[str, str], ...] = (
    ("scan", "[START] Security scan"),
    ("start", "Checkpoint files will always be loaded safely"),
    ("gpu", "Total VRAM "),
    ("packs", "Import times for custom nodes"),
    ("listening", "To see the GUI go to"),
    ("job", "got prompt"),
    ("stopped", "Stopped server"),
)
_PHASE = re.compile("|".join(re.escape(sign) for _, sign in _PHASES))
_FAILED = re.compile(r"\((?:IMPORT|PRESTARTUP) FAILED\):? ?(?P<path>.*)$")
_JOB_END = re.compile(r"Prompt executed in (?:(\d+):(\d\d):)?(\d+(?:\.\d+)?)")
_STEP = re.compile(
    r"(?P<done>\d+)/(?P<total>\d+) \[.{3,30}?"
    r"(?P<speed>\d+(?:\.\d+)?)(?P<unit>s/it|it/s)\]"
)
_SIZE = r"(?P<{}>\d+(?:\.\d+)?) ?(?P<{}_unit>bytes|[KMGT]i?B)"
_FIGURES: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern)
    for pattern in (
        r"Tried to allocate " + _SIZE.format("asked", "asked"),
        r"Requested +: " + _SIZE.format("asked", "asked"),
        r"you tried to allocate " + _SIZE.format("asked", "asked"),
        r"total capacit?y of " + _SIZE.format("total", "total"),
        r"Device limit +: " + _SIZE.format("total", "total"),
        r"max allowed: " + _SIZE.format("total", "total"),
        r"of which " + _SIZE.format("free", "free") + " is free",
        r"Free \(according to CUDA\): ?" + _SIZE.format("free", "free"),
        _SIZE.format("allocated", "allocated") + r" is allocated by PyTorch",
        r"Currently allocated +: " + _SIZE.format("allocated", "allocated"),
        r"(?:MPS|HIP|CUDA|XPU) allocated: " + _SIZE.format("allocated", "allocated"),
        _SIZE.format("reserved", "reserved") + r" is reserved by PyTorch",
        r"other allocations: " + _SIZE.format("others", "others"),
    )
)
_FIGURE_HINT = re.compile(r"alloc|Requested|Device limit|according to CUDA")
_GIB = {"b": 1 / 2**30, "k": 1 / 2**20, "m": 1 / 2**10, "g": 1.0, "t": 2.0**10}
_FIGURE_LINES = 8
"""The old report spreads its figures over so many lines."""


def read_phases(lines: Iterable[Line]) -> tuple[Phase, ...]:
    """How far the start, or each start, came."""
    signs = {sign: name for name, sign in _PHASES}
    return tuple(
        Phase(line.number, signs[found[0]])
        for line in lines
        if (found := _PHASE.search(line.text))
    )


def read_failures(
    lines: Iterable[Line], blocks: Sequence[ErrorBlock]
) -> tuple[ImportFailure, ...]:
    """Packs that did not load, each once, with the reason where it was printed."""
    found: dict[str, ImportFailure] = {}
    for block in blocks:
        if block.kind == "import" and block.pack:
            found.setdefault(
                block.pack, ImportFailure(block.end, block.pack, block.message)
            )
    for line in lines:
        if "FAILED)" in line.text and (failed := _FAILED.search(line.text)):
            pack = _last_part(failed["path"])
            found.setdefault(pack, ImportFailure(line.number, pack))
    return tuple(found.values())


def read_jobs(lines: Iterable[Line]) -> tuple[JobEnd, ...]:
    """Ends of jobs with their durations."""
    return tuple(
        JobEnd(line.number, _seconds(found))
        for line in lines
        if "Prompt executed in" in line.text and (found := _JOB_END.search(line.text))
    )


def read_steps(lines: Iterable[Line]) -> tuple[Step, ...]:
    """Speeds of progress bars, as tqdm prints them."""
    return tuple(
        _step(line.number, found)
        for line in lines
        if "it" in line.text[-8:] and (found := _STEP.search(line.text))
    )


def _step(number: int, found: re.Match[str]) -> Step:
    speed = float(found["speed"])
    seconds = speed if found["unit"] == "s/it" else 1 / max(speed, 1e-6)
    done, total = int(found["done"][:9]), int(found["total"][:9])
    return Step(number, seconds, total if done == total else 0)


def read_figures(lines: Sequence[Line]) -> tuple[Figures, ...]:
    """Memory figures, those of lines close together as one report."""
    reports: list[Figures] = []
    values: dict[str, float] = {}
    start = 0
    for line in lines:
        if values and line.number - start > _FIGURE_LINES:
            reports.append(Figures(start, **values))
            values = {}
        told = _told(line.text)
        if not told:
            continue
        if values and "asked" in told and "asked" in values:
            reports.append(Figures(start, **values))
            values = {}
        start = start if values else line.number
        values |= told
    if values:
        reports.append(Figures(start, **values))
    return tuple(reports)


def _told(text: str) -> dict[str, float]:
    if not _FIGURE_HINT.search(text):
        return {}
    told: dict[str, float] = {}
    for pattern in _FIGURES:
        if found := pattern.search(text):
            name = next(iter(found.groupdict()))
            size = float(found[name]) * _GIB[found[f"{name}_unit"][0].lower()]
            # A wrapped-round 2^64 means "less than nothing is free".
            told.setdefault(name, 0.0 if size > 1e6 else size)
    return told


def _seconds(found: re.Match[str]) -> float:
    hours, minutes = int(found[1] or 0), int(found[2] or 0)
    return hours * 3600.0 + minutes * 60.0 + float(found[3])


def _last_part(path: str) -> str:
    return path.strip().replace("\\", "/").rstrip("/").rpartition("/")[2]
