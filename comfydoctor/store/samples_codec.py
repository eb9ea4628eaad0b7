"""Columns of numbers as small bytes: differences, sorted by weight, then zlib."""

import math
import struct
import sys
import zlib
from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise

from comfydoctor.errors import Damaged

LEVEL = 9
MOST_BYTES = 64 << 20
"""A damaged blob must not fill the memory."""
LARGEST = 1 << 53
"""Whole numbers up to which a float is exact."""
_HEAD = struct.Struct("<cIqd")
_CODES = (("b", 1 << 7), ("h", 1 << 15), ("i", 1 << 31), ("q", 1 << 63))
_SIZES = {"b": 1, "h": 2, "i": 4, "q": 8, "d": 8}


def pack(columns: Iterable[tuple[Sequence[float], float]]) -> bytes:
    """Columns, each with its grains per unit; 0 keeps every value exactly.

    Values are kept to the nearest grain. A column with a value that is no number,
    or that is too large for grains, is kept exactly instead.
    """
    return zlib.compress(b"".join(_packed(*column) for column in columns), LEVEL)


def unpack(blob: bytes) -> list[list[float]]:
    """The columns again. Raises Damaged."""
    try:
        opener = zlib.decompressobj()
        raw = opener.decompress(blob, MOST_BYTES)
        if not opener.eof:
            raise Damaged("A stretch of readings is damaged.")
        return list(_columns(raw))
    except (zlib.error, struct.error, ValueError, KeyError) as error:
        raise Damaged(f"A stretch of readings is damaged: {error}.") from error


def _packed(values: Sequence[float], grains: float) -> bytes:
    whole = _whole(values, grains)
    if whole is None:
        body = _shuffled(array("d", values))
        return _HEAD.pack(b"d", len(values), 0, 0.0) + body
    steps = [after - before for before, after in pairwise(whole)]
    reach = max(map(abs, steps), default=0)
    code = next(code for code, limit in _CODES if reach < limit)
    first = whole[0] if whole else 0
    head = _HEAD.pack(code.encode(), len(whole), first, grains)
    return head + _shuffled(array(code, steps))


def _whole(values: Sequence[float], grains: float) -> list[int] | None:
    """The values in whole grains; None where that cannot be."""
    if not grains:
        return None
    scaled = [value * grains for value in values]
    if not all(-LARGEST < value < LARGEST for value in scaled):
        return None
    return [round(value) for value in scaled]


def _columns(raw: bytes) -> Iterable[list[float]]:
    place = 0
    while place < len(raw):
        code, count, first, grains = _HEAD.unpack_from(raw, place)
        place += _HEAD.size
        name = code.decode("ascii")
        rows = count if name == "d" else max(0, count - 1)
        end = place + rows * _SIZES[name]
        numbers = _restored(raw[place:end], name)
        if len(numbers) != rows:
            raise ValueError("it is cut off")
        place = end
        if name == "d":
            yield numbers.tolist()
        else:
            whole = accumulate(numbers, initial=first) if count else ()
            yield [value / grains for value in whole]


def _shuffled(numbers: "array[float] | array[int]") -> bytes:
    """All lowest bytes first, then the next: like bytes lie together."""
    if sys.byteorder == "big":
        numbers.byteswap()
    raw, size = numbers.tobytes(), numbers.itemsize
    return b"".join(raw[place::size] for place in range(size))


def _restored(raw: bytes, code: str) -> "array[float]":
    size = _SIZES[code]
    mixed = bytearray(len(raw) // size * size)
    rows = len(mixed) // size
    for place in range(size):
        mixed[place::size] = raw[place * rows : (place + 1) * rows]
    numbers: array[float] = array(code)
    numbers.frombytes(bytes(mixed))
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def grain(value: float, grains: float) -> float:
    """A value as it comes back from a column."""
    if not grains or math.isnan(value) or not abs(value * grains) < LARGEST:
        return value
    return round(value * grains) / grains
