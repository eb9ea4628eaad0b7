"""Readings over time: raw for two days, one a minute for a month."""

import sqlite3
import threading
from collections.abc import Iterable

from comfydoctor.model.metric import Sample
from comfydoctor.store.database import Database

DAY = 86400.0
RAW_SECONDS = 2 * DAY
KEPT_SECONDS = 30 * DAY


class Samples:
    """The readings of one scope: a server's key, or empty for this computer."""

    def __init__(self, database: Database, scope: str = "") -> None:
        self._database = database
        self._scope = scope
        self._ids: dict[tuple[str, str], int] = {}
        self._turn = threading.Lock()

    def add(self, samples: Iterable[Sample]) -> None:
        """Keep readings. A missing one (NaN) is kept as a gap, never as a number."""
        batch = tuple(samples)
        if not batch:
            return

        def work(connection: sqlite3.Connection) -> None:
            rows = [
                (self._series(connection, s.metric, s.subject), s.time, s.value)
                for s in batch
            ]
            connection.executemany(
                "INSERT OR REPLACE INTO sample (series, time, value) VALUES (?, ?, ?)",
                rows,
            )

        with self._turn:
            known = dict(self._ids)
            try:
                self._database.write(work, durable=False)
            except BaseException:
                self._ids = known
                raise

    def range(
        self, metric: str, subject: str, start: float, end: float
    ) -> tuple[list[float], list[float]]:
        """Times and values from ``start`` to ``end``, Unix seconds, gaps as NaN."""
        rows = self._database.read(
            "SELECT time, value FROM sample WHERE series = (SELECT id FROM series"
            " WHERE scope = ? AND metric = ? AND subject = ?)"
            " AND time BETWEEN ? AND ? ORDER BY time",
            (self._scope, metric, subject, start, end),
        )
        gap = float("nan")
        return [row[0] for row in rows], [gap if v is None else v for _, v in rows]

    def subjects(self, metric: str) -> tuple[str, ...]:
        """What there are readings of, for one metric."""
        rows = self._database.read(
            "SELECT subject FROM series WHERE scope = ? AND metric = ?"
            " ORDER BY subject",
            (self._scope, metric),
        )
        return tuple(row[0] for row in rows)

    def prune(self, now: float) -> None:
        """Thin out what is older than two days, drop what is older than a month.

        Of each minute its first reading stays.
        """

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "DELETE FROM sample WHERE time < ?", (now - KEPT_SECONDS,)
            )
            # Only the day before the border: what is older was thinned before.
            border = now - RAW_SECONDS
            connection.execute(
                "DELETE FROM sample WHERE time < :border AND time >= :from AND EXISTS"
                " (SELECT 1 FROM sample AS first WHERE first.series = sample.series"
                "  AND first.time < sample.time"
                "  AND first.time >= sample.time - (sample.time % 60))",
                {"border": border, "from": border - DAY},
            )

        self._database.write(work, durable=False)

    def _series(self, connection: sqlite3.Connection, metric: str, subject: str) -> int:
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
