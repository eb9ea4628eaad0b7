"""Readings over time: raw for a week, rolled up for over a year."""

import sqlite3
import threading
from array import array
from collections.abc import Iterable
from math import inf, nan

from comfydoctor.model.metric import Sample
from comfydoctor.model.stretch import RecordSize, Stretch
from comfydoctor.store.database import Database
from comfydoctor.store.samples_chunk import (
    Reading,
    hour_of,
    of_series,
    read_chunk,
    write_tail,
)
from comfydoctor.store.samples_compact import adopt_old, compact, gather, prune
from comfydoctor.store.samples_tiers import (
    DAY,
    HOUR,
    RAW,
    TIERS,
    Retention,
    Tier,
    cut,
    grains_of,
    joined,
    roll,
    tier_for,
)

POINTS = 1500
"""Columns of a wide chart."""


class Samples:
    """The readings of one scope: a server's key, or empty for this computer."""

    def __init__(self, database: Database, scope: str = "") -> None:
        self._database = database
        self._scope = scope
        self._ids: dict[tuple[str, str], int] = {}
        self._turn = threading.Lock()

    # Writing.

    def add(self, samples: Iterable[Sample]) -> None:
        """Keep readings. A missing one (NaN) is kept as a gap, never as a number."""
        batch = tuple(samples)
        if not batch:
            return

        def work(connection: sqlite3.Connection) -> None:
            hours: dict[int, list[Reading]] = {}
            for s in batch:
                series = self.series(connection, s.metric, s.subject)
                reading = series, s.time, s.value
                hours.setdefault(hour_of(s.time), []).append(reading)
            connection.executemany(
                "INSERT INTO tail (scope, hour, body) VALUES (?, ?, ?)",
                [(self._scope, h, write_tail(rows)) for h, rows in hours.items()],
            )

        with self._turn:
            known = dict(self._ids)
            try:
                self._database.write(work, durable=False)
            except BaseException:
                self._ids = known
                raise

    def tidy(self, now: float, retention: Retention = Retention()) -> None:  # noqa: B008 - frozen
        """Pack the hours that are over, and drop what is older than is kept."""
        packed = compact(self._database, self._scope, now)
        if packed + adopt_old(self._database, self._scope):
            prune(self._database, now, retention)

    def series(self, connection: sqlite3.Connection, metric: str, subject: str) -> int:
        """The number of a series, given to it when it is new."""
        key = (metric, subject)
        if key not in self._ids:
            names = (self._scope, metric, subject)
            connection.execute(
                "INSERT OR IGNORE INTO series (scope, metric, subject)"
                " VALUES (?, ?, ?)",
                names,
            )
            self._ids[key] = connection.execute(
                "SELECT id FROM series WHERE scope = ? AND metric = ? AND subject = ?",
                names,
            ).fetchone()[0]
        return self._ids[key]

    # Reading.

    def range(
        self, metric: str, subject: str, start: float, end: float
    ) -> tuple[list[float], list[float]]:
        """Times and values from ``start`` to ``end``, Unix seconds, gaps as NaN.

        As fine as they are still kept: of what was rolled up the means.
        """
        found = self._read(metric, subject, (start, end), RAW)
        return list(found.times), list(found.mean)

    def stretch(
        self, metric: str, subject: str, start: float, end: float, points: int = POINTS
    ) -> Stretch:
        """What to draw between two moments; at least ``points`` where there are."""
        tier = tier_for(end - start, points)
        return self._read(metric, subject, (start, end), tier)

    def at(
        self, metric: str, subject: str, start: float, end: float, tier: Tier
    ) -> Stretch:
        """What one tier holds, and nothing else; for exports."""
        series = self._find(metric, subject)
        if series is None:
            return Stretch(step=float(tier.step))
        found = self._chunks(series, tier, start, end)
        if tier is RAW:
            fresh = self._fresh(series, metric, start, end, RAW)
            found = joined([found, fresh], 0.0)
        return cut(found, start, end)

    def first_of(self, metric: str, subject: str) -> float:
        """From when on there may be readings of a series; infinite for none."""
        series = self._find(metric, subject)
        rows = self._database.read(
            "SELECT min(start) FROM chunk WHERE series = ? UNION ALL"
            " SELECT min(hour) FROM tail WHERE scope = ? UNION ALL"
            " SELECT min(time) FROM sample WHERE series = ?",
            (series, self._scope, series),
        )
        return min((row[0] for row in rows if row[0] is not None), default=inf)

    def _read(
        self, metric: str, subject: str, span: tuple[float, float], tier: Tier
    ) -> Stretch:
        """Of a tier, and of coarser ones where it does not reach back."""
        series = self._find(metric, subject)
        if series is None:
            return Stretch(step=float(tier.step))
        start, end = span[0], _just_after(span[1])
        fresh = self._fresh(series, metric, start, end, tier)
        parts, until = [fresh], end
        for coarser in TIERS[TIERS.index(tier) :]:
            found = self._chunks(series, coarser, start, until)
            found = cut(found, start, min(until, end) - coarser.step * (until < end))
            parts.insert(0, found)
            until = min(until, found.times[0] if len(found) else until)
            if until <= start + max(60, coarser.step):
                break
        return joined(parts, float(tier.step))

    def _chunks(self, series: int, tier: Tier, start: float, end: float) -> Stretch:
        rows = self._database.read(
            "SELECT body FROM chunk WHERE series = ? AND step = ?"
            " AND start > ? AND start <= ? ORDER BY start",
            (series, tier.step, start - tier.length, end),
        )
        parts = [read_chunk(row[0], tier.step) for row in rows]
        return joined(parts, float(tier.step))

    def _fresh(
        self, series: int, metric: str, start: float, end: float, tier: Tier
    ) -> Stretch:
        """What is not packed yet."""
        rows: list[tuple[float, float | None]] = self._old(series, start, end)
        bodies = self._database.read(
            "SELECT body FROM tail WHERE scope = ? AND hour >= ? AND hour < ?"
            " ORDER BY id",
            (self._scope, start - 3600, end),
        )
        for (body,) in bodies:
            rows.extend(of_series(body, series))
        found = gather(rows, grains_of(metric)).values
        times = array("d", sorted(time for time in found if start <= time < end))
        values = array("d", (found[time] for time in times))
        if tier is RAW:
            return Stretch(times, values, values, values, values)
        return roll(times, values, tier.step)

    def _old(
        self, series: int, start: float, end: float
    ) -> list[tuple[float, float | None]]:
        """What an earlier version wrote and was not moved yet."""
        rows = self._database.read(
            "SELECT time, value FROM sample WHERE series = ? AND time >= ? AND time < ?"
            " ORDER BY time",
            (series, start, end),
        )
        return [(time, value) for time, value in rows]

    def _find(self, metric: str, subject: str) -> int | None:
        rows = self._database.read(
            "SELECT id FROM series WHERE scope = ? AND metric = ? AND subject = ?",
            (self._scope, metric, subject),
        )
        return rows[0][0] if rows else None

    def subjects(self, metric: str) -> tuple[str, ...]:
        """What there are readings of, for one metric."""
        return tuple(subject for name, subject in self.names() if name == metric)

    def names(self) -> tuple[tuple[str, str], ...]:
        """Every metric and subject that was ever read, in order of their names."""
        rows = self._database.read(
            "SELECT metric, subject FROM series WHERE scope = ?"
            " ORDER BY metric, subject",
            (self._scope,),
        )
        return tuple((row[0], row[1]) for row in rows)

    def size(self) -> RecordSize:
        """What the recordings of all servers take on disk."""
        path = self._database.path
        file_bytes = path.stat().st_size if path and path.exists() else 0
        count = self._database.read("SELECT count(*) FROM series")[0][0]
        daily = sum(self._daily(tier) for tier in TIERS)
        return RecordSize(file_bytes, self._first(), count, daily or nan)

    def _daily(self, tier: Tier) -> float:
        """Bytes a day of a tier, by its newest chunks."""
        newest = self._database.read("SELECT max(start) FROM chunk WHERE step = 0")
        if newest[0][0] is None:
            return 0.0
        size, first = self._database.read(
            "SELECT sum(length(body)), min(start) FROM chunk"
            " WHERE step = ? AND start > ?",
            (tier.step, newest[0][0] - max(DAY, tier.length)),
        )[0]
        begun = max(first or 0, self._first())
        return float((size or 0) * DAY / max(1.0, newest[0][0] + HOUR - begun))

    def _first(self) -> float:
        """The oldest time there is, NaN for none."""
        tail = self._database.read("SELECT min(hour) FROM tail")[0][0]
        oldest = self._database.read(
            "SELECT step, body FROM chunk WHERE start = (SELECT min(start) FROM chunk)"
        )
        chunks = (read_chunk(body, step) for step, body in oldest)
        begins = [chunk.times[0] for chunk in chunks if len(chunk)]
        return min([*begins, *([tail] if tail is not None else [])], default=nan)


def scopes(database: Database) -> tuple[str, ...]:
    """Every server there are readings of."""
    rows = database.read("SELECT DISTINCT scope FROM series ORDER BY scope")
    return tuple(row[0] for row in rows)


def _just_after(end: float) -> float:
    """So that a reading at the very end counts."""
    return end + 0.001
