"""Moves whole hours from the tail into chunks, and drops what is too old."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

from comfydoctor.model.stretch import Stretch
from comfydoctor.store.database import Database
from comfydoctor.store.samples_chunk import (
    get,
    hour_of,
    put,
    read_tail,
    write_raw,
    write_rolled,
)
from comfydoctor.store.samples_codec import grain
from comfydoctor.store.samples_tiers import (
    DAY,
    HOUR,
    RAW,
    ROLLED,
    TIERS,
    TIME_GRAINS,
    Retention,
    cut,
    grains_of,
    joined,
    roll,
)

LATE = 5.0
"""Seconds after an hour's end until its last reading is written for sure."""
OLD_HOURS = 8
"""Hours in the form of earlier versions that are moved at one turn."""


@dataclass
class Gathered:
    """Readings of one series by time; a later one of the same tenth counts."""

    values: dict[float, float] = field(default_factory=dict)

    def add(self, time: float, value: float, grains: float) -> None:
        """Note one reading as it will be kept."""
        self.values[grain(time, TIME_GRAINS)] = grain(value, grains)


def compact(database: Database, scope: str, now: float) -> int:
    """Pack every hour of a scope that is over; tells how many there were.

    Each hour is one transaction: whatever happens, its readings are in one place.
    """
    border = hour_of(now - LATE)
    hours = database.read(
        "SELECT DISTINCT hour FROM tail WHERE scope = ? AND hour < ?", (scope, border)
    )
    for (hour,) in sorted(hours):
        database.write(partial(_pack_tail, scope, hour), durable=False)
    return len(hours)


def adopt_old(database: Database, scope: str, hours: int = OLD_HOURS) -> int:
    """Move some hours that an earlier version wrote reading by reading."""
    for done in range(hours):
        rows = database.read(
            "SELECT min(time) FROM sample WHERE series IN"
            " (SELECT id FROM series WHERE scope = ?)",
            (scope,),
        )
        if rows[0][0] is None:
            return done
        hour = hour_of(rows[0][0])
        database.write(partial(_pack_old, scope, hour), durable=False)
    return hours


def prune(database: Database, now: float, retention: Retention) -> None:
    """Drop chunks whose newest reading is older than their tier is kept."""

    def work(connection: sqlite3.Connection) -> None:
        for tier, days in zip(TIERS, retention.days, strict=True):
            connection.execute(
                "DELETE FROM chunk WHERE step = ? AND start < ?",
                (tier.step, now - days * DAY - tier.length),
            )

    database.write(work, durable=False)


def names_of(connection: sqlite3.Connection, scope: str) -> dict[int, str]:
    """The metric of each series of a scope."""
    return dict(
        connection.execute("SELECT id, metric FROM series WHERE scope = ?", (scope,))
    )


def _pack_tail(scope: str, hour: int, connection: sqlite3.Connection) -> None:
    metrics = names_of(connection, scope)
    gathered: dict[int, Gathered] = {}
    values = (scope, hour)
    for (body,) in connection.execute(
        "SELECT body FROM tail WHERE scope = ? AND hour = ? ORDER BY id", values
    ):
        for series, time, value in read_tail(body):
            if series in metrics and hour <= time < hour + HOUR:
                found = gathered.setdefault(series, Gathered())
                found.add(time, value, grains_of(metrics[series]))
    for series, found in gathered.items():
        keep_hour(connection, series, metrics[series], hour, found)
    connection.execute("DELETE FROM tail WHERE scope = ? AND hour = ?", values)


def _pack_old(scope: str, hour: int, connection: sqlite3.Connection) -> None:
    for series, metric in names_of(connection, scope).items():
        values = (series, hour, hour + HOUR)
        rows = connection.execute(
            "SELECT time, value FROM sample"
            " WHERE series = ? AND time >= ? AND time < ? ORDER BY time",
            values,
        ).fetchall()
        if rows:
            found = gather(rows, grains_of(metric))
            keep_hour(connection, series, metric, hour, found, newer=False)
            connection.execute(
                "DELETE FROM sample WHERE series = ? AND time >= ? AND time < ?",
                values,
            )


def gather(rows: Iterable[tuple[float, float | None]], grains: float) -> Gathered:
    """Readings by time; None is a gap."""
    found = Gathered()
    for time, value in rows:
        found.add(time, float("nan") if value is None else value, grains)
    return found


def keep_hour(
    connection: sqlite3.Connection,
    series: int,
    metric: str,
    hour: int,
    found: Gathered,
    *,
    newer: bool = True,
) -> None:
    """Put readings of an hour beside those that are kept of it, and roll them up.

    Of the same tenth of a second those ``found`` count, or else those kept.
    """
    before = get(connection, series, RAW, hour)
    kept = dict(zip(before.times, before.last, strict=True))
    merged = kept | found.values if newer else found.values | kept
    times = sorted(merged)
    values = [merged[time] for time in times]
    grains = grains_of(metric)
    put(connection, series, RAW, hour, write_raw(times, values, grains))
    for tier in ROLLED:
        start = hour // tier.length * tier.length
        rolled = roll(times, values, tier.step)
        whole = _with_hour(get(connection, series, tier, start), hour, rolled)
        put(connection, series, tier, start, write_rolled(whole, grains))


def _with_hour(whole: Stretch, hour: int, rolled: Stretch) -> Stretch:
    """A longer chunk with what is new of one hour in it."""
    first, last = cut(whole, 0.0, hour), cut(whole, hour + HOUR, float("inf"))
    middle = joined([cut(whole, hour, hour + HOUR), rolled], rolled.step)
    return joined([first, middle, last], rolled.step)


def keep_rolled(
    connection: sqlite3.Connection, series: int, metric: str, stretch: Stretch
) -> None:
    """Put rows of a coarser tier among those that are kept; they count if both are."""
    tier = next(t for t in ROLLED if t.step == stretch.step)
    starts = sorted({int(time // tier.length) * tier.length for time in stretch.times})
    for start in starts:
        part = cut(stretch, start, start + tier.length)
        whole = joined([get(connection, series, tier, start), part], part.step)
        put(connection, series, tier, start, write_rolled(whole, grains_of(metric)))
