"""Recordings as files for other programs, and for another ComfyDoctor."""

import csv
import json
import math
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from typing import Any, TextIO

from comfydoctor.errors import StoreError
from comfydoctor.model.stretch import Stretch
from comfydoctor.store.database import Database
from comfydoctor.store.samples import Samples
from comfydoctor.store.samples_chunk import hour_of
from comfydoctor.store.samples_compact import gather, keep_hour, keep_rolled
from comfydoctor.store.samples_tiers import (
    TIERS,
    Tier,
    columns,
    grains_of,
    stretch_of,
)

FORMAT = {"comfydoctor": "readings", "version": 1}
COLUMNS = ("times", "low", "mean", "high", "last")
HEAD = ("time", "metric", "subject", "seconds", "low", "mean", "high", "last")
LONGEST_LINE = 8 << 20
"""Characters of a line; an hour of readings has 200,000."""
MOST_NAMES = 2000
"""Series taken from one file."""
YEAR_3000 = 32_503_680_000.0

Span = tuple[float, float]


class BadRecording(StoreError):
    """A file is no recording; the text names the line."""


def pieces(
    samples: Samples, span: Span, metrics: Iterable[str] = ()
) -> Iterator[tuple[str, str, Stretch]]:
    """Everything recorded in a time, in pieces of one metric: raw, then rolled up."""
    wanted = set(metrics)
    for metric, subject in samples.names():
        if wanted and metric not in wanted:
            continue
        for tier in TIERS:
            yield from _pieces(samples, metric, subject, span, tier)


def _pieces(
    samples: Samples, metric: str, subject: str, span: Span, tier: Tier
) -> Iterator[tuple[str, str, Stretch]]:
    begin = samples.first_of(metric, subject)
    start = max(span[0], begin) // tier.length * tier.length
    while start <= span[1]:
        piece_start, piece_end = max(start, span[0]), min(start + tier.length, span[1])
        found = samples.at(metric, subject, piece_start, piece_end, tier)
        if len(found):
            yield metric, subject, found
        start += tier.length


def write_json(
    samples: Samples, span: Span, metrics: Iterable[str], out: TextIO
) -> int:
    """One JSON object a line: an hour, or what was rolled up; tells how many."""
    out.write(json.dumps(FORMAT) + "\n")
    count = 0
    for metric, subject, found in pieces(samples, span, metrics):
        names = COLUMNS if found.step else ("times", "last")
        row: dict[str, object] = {"metric": metric, "subject": subject}
        row["step"] = found.step
        for name in names:
            row[name] = [_plain(v) for v in getattr(found, name)]
        out.write(json.dumps(row, separators=(",", ":")) + "\n")
        count += len(found)
    return count


def write_csv(samples: Samples, span: Span, metrics: Iterable[str], out: TextIO) -> int:
    """One row a time; ``seconds`` is 0 for single readings, a gap has no figures."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    count = 0
    for metric, subject, found in pieces(samples, span, metrics):
        for time, *figures in zip(*columns(found), strict=True):
            stamp = datetime.fromtimestamp(time, UTC).isoformat("T", "milliseconds")
            shown = ("" if math.isnan(v) else f"{v:.12g}" for v in figures)
            writer.writerow((stamp, metric, _harmless(subject), found.step, *shown))
        count += len(found)
    return count


def read_json(database: Database, scope: str, lines: TextIO) -> int:
    """Take a recording written by `write_json` as that of ``scope``.

    What is there already stays; of the same moment what is there counts.
    Raises BadRecording; what came before the bad line is kept.
    """
    samples, names, count = Samples(database, scope), set[tuple[str, str]](), 0
    for number, line in enumerate(_lines(lines), 1):
        if number == 1:
            _check_head(line)
            continue
        metric, subject, found = _parsed(line, number)
        names.add((metric, subject))
        if len(names) > MOST_NAMES:
            raise BadRecording(f"Line {number}: there are too many series.")
        work = partial(_keep, samples, metric, subject, found)
        database.write(work, durable=False)
        count += len(found)
    return count


def _lines(lines: TextIO) -> Iterator[str]:
    while line := lines.readline(LONGEST_LINE):
        yield line


def _check_head(line: str) -> None:
    try:
        head = json.loads(line)
    except (ValueError, RecursionError):
        head = None
    if head != FORMAT:
        raise BadRecording(
            "This is no recording of ComfyDoctor.",
            advice="`comfydoctor history export --format jsonl` writes one.",
        )


def _parsed(line: str, number: int) -> tuple[str, str, Stretch]:
    try:
        row = json.loads(line)
        step = row["step"]
        if step not in {tier.step for tier in TIERS}:
            raise ValueError("step")
        names = COLUMNS if step else ("times", "last", "last", "last", "last")
        found = stretch_of([_column(row[name]) for name in names], float(step))
        _check(found)
        return _name(row["metric"]), _name(row["subject"]), found
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadRecording(f"Line {number} is damaged.") from error


def _check(found: Stretch) -> None:
    """Times rise and can be times; all columns are as long."""
    if len({len(column) for column in columns(found)}) != 1 or not len(found):
        raise ValueError("columns")
    times = found.times
    if not 0 <= times[0] <= times[-1] < YEAR_3000:
        raise ValueError("times")
    if any(b <= a for a, b in pairwise(times)):
        raise ValueError("times")


def _column(values: Any) -> list[float]:
    return [math.nan if v is None else _number(v) for v in values]


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("no number")
    if not math.isfinite(value):
        raise ValueError("no number")
    return float(value)


def _name(text: Any) -> str:
    if not isinstance(text, str) or len(text) > 300:
        raise ValueError("name")
    return text


def _keep(
    samples: Samples, metric: str, subject: str, found: Stretch, connection: Any
) -> None:
    series = samples.series(connection, metric, subject)
    if found.step:
        keep_rolled(connection, series, metric, found)
        return
    grains = grains_of(metric)
    hours: dict[int, list[tuple[float, float | None]]] = {}
    for time, value in zip(found.times, found.last, strict=True):
        hours.setdefault(hour_of(time), []).append((time, value))
    for hour, rows in hours.items():
        gathered = gather(rows, grains)
        keep_hour(connection, series, metric, hour, gathered, newer=False)


def _plain(value: float) -> float | None:
    return None if math.isnan(value) else value


def _harmless(text: str) -> str:
    """A name that a spreadsheet would take for a formula gets a quote before it."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text
