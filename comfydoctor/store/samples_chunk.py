"""Chunks of readings in their table, and the newest readings in theirs."""

import sqlite3
import struct
from array import array
from collections.abc import Iterable, Iterator, Sequence
from math import isnan, nan

from comfydoctor.errors import Damaged
from comfydoctor.model.stretch import Stretch
from comfydoctor.store.samples_codec import pack, unpack
from comfydoctor.store.samples_tiers import (
    HOUR,
    TIME_GRAINS,
    Tier,
    columns,
    stretch_of,
)

Reading = tuple[int, float, float]
"""Series, time, value."""
_READING = struct.Struct("<Idd")


def write_tail(readings: Iterable[Reading]) -> bytes:
    """A row of the tail: everything read since the row before."""
    return b"".join(_READING.pack(*reading) for reading in readings)


def read_tail(body: bytes) -> Iterator[Reading]:
    """The readings of such a row; a damaged end is left out."""
    whole = len(body) // _READING.size * _READING.size
    return _READING.iter_unpack(memoryview(body)[:whole])


def of_series(body: bytes, series: int) -> Iterator[tuple[float, float]]:
    """The readings of one series, without looking at the others' values."""
    size = _READING.size
    wanted = series.to_bytes(4, "little")
    place = body.find(wanted)
    while place >= 0:
        if place % size == 0 and place + size <= len(body):
            yield _READING.unpack_from(body, place)[1:]
        place = body.find(wanted, place + 1)


def write_raw(times: Sequence[float], values: Sequence[float], grains: float) -> bytes:
    """Readings of an hour; gaps are kept by their places."""
    gaps = [float(place) for place, value in enumerate(values) if isnan(value)]
    there = [value for value in values if not isnan(value)]
    return pack(((times, TIME_GRAINS), (gaps, 1.0), (there, grains)))


def read_raw(blob: bytes) -> Stretch:
    """Readings again, gaps as NaN. Raises Damaged."""
    times, gaps, there = _exactly(unpack(blob), 3)
    values = array("d", there)
    if gaps:
        places = {int(place) for place in gaps}
        rest = iter(there)
        values = array(
            "d", (nan if p in places else next(rest, nan) for p in range(len(times)))
        )
    if len(values) != len(times):
        raise Damaged("An hour of readings is damaged.")
    return Stretch(array("d", times), values, values, values, values)


def write_rolled(stretch: Stretch, grains: float) -> bytes:
    """Rows of a coarser tier."""
    times, low, mean, high, last = columns(stretch)
    each = ((column, grains) for column in (low, mean, high, last))
    return pack(((times, TIME_GRAINS), *each))


def read_rolled(blob: bytes, step: int) -> Stretch:
    """The rows again. Raises Damaged."""
    five = [array("d", column) for column in _exactly(unpack(blob), 5)]
    if len({len(column) for column in five}) != 1:
        raise Damaged("Readings are damaged.")
    return stretch_of(five, float(step))


def read_chunk(blob: bytes, step: int) -> Stretch:
    """A chunk of any tier; empty when it is damaged: a gap, not an error."""
    try:
        return read_rolled(blob, step) if step else read_raw(blob)
    except Damaged:
        return Stretch(step=float(step))


def put(
    connection: sqlite3.Connection, series: int, tier: Tier, start: int, body: bytes
) -> None:
    """Write a chunk in place of the one that may be there."""
    connection.execute(
        "INSERT INTO chunk (series, step, start, body) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (series, step, start) DO UPDATE SET body = excluded.body",
        (series, tier.step, start, body),
    )


def get(connection: sqlite3.Connection, series: int, tier: Tier, start: int) -> Stretch:
    """A chunk, empty when there is none."""
    row = connection.execute(
        "SELECT body FROM chunk WHERE series = ? AND step = ? AND start = ?",
        (series, tier.step, start),
    ).fetchone()
    return read_chunk(row[0], tier.step) if row else Stretch(step=float(tier.step))


def hour_of(time: float) -> int:
    """Unix seconds at which the hour of a moment begins."""
    return int(time // HOUR) * HOUR


def _exactly(found: list[list[float]], count: int) -> list[list[float]]:
    if len(found) != count:
        raise Damaged("Readings are damaged.")
    return found
