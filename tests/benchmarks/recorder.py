"""Thirty days of 60 metrics once a second: what a query, a day and a write take.

Against what everybody writes first: one wide row a second in SQLite and GROUP BY.
Run as ``python -m tests.benchmarks.recorder [--days 30]``.
"""

import argparse
import math
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from comfydoctor.model.metric import Sample
from comfydoctor.store.database import Database
from comfydoctor.store.samples import Samples
from comfydoctor.store.samples_tiers import DAY, HOUR, Retention
from comfydoctor.store.schema import SAMPLES
from tests.benchmarks.table import Figure, show

SERIES, ASKED = 60, 7
BUCKETS = 400
ROUNDS = 15
WIDE_ROUNDS = 3
SPAN_SECONDS = (300, HOUR, DAY, 7 * DAY, 30 * DAY)


def day_of(day: int) -> "list[list[float]]":
    """A day of 60 metrics: 20 waver, 20 change now and then, 20 are mostly zero."""
    chance = np.random.default_rng(day)
    moved = np.cumsum(chance.normal(0, 0.3, (DAY, SERIES)), 0)
    made = 50 + 40 * np.sin(moved / 30)
    made[:, 20:40] = np.round(made[:, 20:40] / 10) * 10
    made[:, 40:] = np.where(chance.random((DAY, 20)) < 0.02, made[:, 40:], 0)
    rows: list[list[float]] = np.round(made, 1).tolist()
    return rows


def names() -> list[tuple[str, str]]:
    """Sixty series in percent."""
    return [("gpu.load", f"gpu{place}") for place in range(SERIES)]


def fill(ours: Samples, wide: sqlite3.Connection, begin: int, days: int) -> None:
    """Write both. All days but the last hold one series of ours alone.

    A query reads no other series' chunks; in the wide table it reads all.
    """
    columns = ", ".join(f"m{place} REAL" for place in range(SERIES))
    wide.execute(f"CREATE TABLE wide (t INTEGER PRIMARY KEY, {columns})")
    marks = ", ".join("?" * (SERIES + 1))
    for day in range(days):
        start, rows = begin + day * DAY, day_of(day)
        stamped = ((start + second, *row) for second, row in enumerate(rows))
        wide.executemany(f"INSERT INTO wide VALUES ({marks})", stamped)
        wide.commit()
        shown = range(SERIES) if day == days - 1 else (ASKED,)
        for hour in range(24):
            part = rows[hour * HOUR : (hour + 1) * HOUR]
            write_hour(ours, start + hour * HOUR, part, shown)


def write_hour(
    ours: Samples, start: int, rows: list[list[float]], shown: Sequence[int]
) -> None:
    """An hour at one reading a second, a little late each time; then it is packed."""
    chance, known = random.Random(start), names()
    batch: list[Sample] = []
    for second, row in enumerate(rows):
        moment = start + second + chance.random() * 0.02
        batch += [Sample(known[p][0], moment, row[p], known[p][1]) for p in shown]
    ours.add(batch)
    ours.tidy(start + HOUR + 10, Retention(raw=1e4, ten_seconds=1e4, minute=1e4))


def per_second(ours: Samples, start: float, seconds: int = 600) -> float:
    """CPU seconds of one write of 60 readings, as the program does it."""
    rows, began = day_of(0)[:seconds], time.process_time()
    for second, row in enumerate(rows):
        ours.add(
            [
                Sample(metric, start + second, value, subject)
                for (metric, subject), value in zip(names(), row, strict=True)
            ]
        )
    return (time.process_time() - began) / seconds


def cpu(work: Callable[[], Sequence[object]], rounds: int) -> float:
    """Median CPU seconds."""
    taken = []
    for _ in range(rounds):
        began = time.process_time()
        assert len(work()) > 0
        taken.append(time.process_time() - began)
    return statistics.median(taken)


def grouped(wide: sqlite3.Connection, start: float, end: float) -> list[object]:
    """What everybody asks: lowest and highest of each bucket."""
    width = (end - start) / BUCKETS
    return wide.execute(
        "SELECT CAST((t - ?) / ? AS INTEGER), min(m7), max(m7) FROM wide"
        " WHERE t >= ? AND t < ? GROUP BY 1",
        (start, width, start, end),
    ).fetchall()


def figures(folder: Path, days: int) -> list[Figure]:
    """Fill both, then query in turns."""
    database = Database(folder / "samples.db", SAMPLES)
    ours = Samples(database, "s")
    wide = sqlite3.connect(folder / "wide.db")
    begin = 1_800_000_000 // DAY * DAY
    end = begin + days * DAY
    fill(ours, wide, begin, days)
    metric, subject = names()[ASKED]
    ratios, own = [], []
    for _ in range(WIDE_ROUNDS):
        theirs = cpu(lambda: grouped(wide, begin, end), 1)
        mine = cpu(
            lambda: ours.stretch(metric, subject, begin, end, BUCKETS).times, ROUNDS
        )
        ratios.append(mine / theirs)
        own.append(mine)
    note = f"{1e3 * statistics.median(own):.2f} ms against {1e3 * theirs:.0f} ms"
    rows = [
        Figure(
            f"{days}-day query / GROUP BY on a wide table, CPU",
            statistics.median(ratios),
            1 / 1000,
            note=note,
        ),
        *_sizes(ours, folder, days),
        *(_slowest(ours, seconds, end) for seconds in SPAN_SECONDS),
        Figure("CPU of a write of 60", 1e3 * per_second(ours, end), 1.0, "ms"),
    ]
    database.close()
    wide.close()
    return rows


def _sizes(ours: Samples, folder: Path, days: int) -> list[Figure]:
    """Of the last day, which holds all sixty."""
    size = ours.size()
    last = size.bytes_per_day
    theirs = (folder / "wide.db").stat().st_size / days
    return [
        Figure("a day of 60 metrics in chunks", last / 1e6, 4.0, "MB"),
        Figure("a day of the wide table", theirs / 1e6, math.inf, "MB"),
    ]


def _slowest(ours: Samples, seconds: float, end: float) -> Figure:
    """The series with all days, as a chart asks for it; CPU time."""
    metric, subject = names()[ASKED]
    taken = cpu(lambda: ours.stretch(metric, subject, end - seconds, end).times, 9)
    return Figure(f"last {seconds / HOUR:g} h of a metric", 1e3 * taken, 50.0, "ms")


def main() -> int:
    """Measure and print."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--days", type=int, default=30)
    given = ask.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        met = show("Recorder", figures(Path(folder), given.days))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
