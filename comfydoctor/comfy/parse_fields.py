"""Single fields out of parsed JSON: checked, capped, never an exception."""

import math
from collections.abc import Iterator

from comfydoctor.comfy.text import clean, one_line

SIZE_MAX = 1 << 50
"""A petabyte: more than any memory or file we could meet."""
TIME_MAX = 1e14
"""Milliseconds, the year 5138."""


def mapping(value: object) -> dict[str, object]:
    """``value`` when it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: object) -> list[object]:
    """``value`` when it is an array, else an empty one."""
    return value if isinstance(value, list) else []


def items(value: object) -> Iterator[dict[str, object]]:
    """The objects inside an array; other members are left out."""
    return (member for member in sequence(value) if isinstance(member, dict))


def line(value: object, limit: int = 200) -> str:
    """One clean line; numbers become text, other types nothing."""
    return one_line(_plain(value), limit=limit)


def lines(value: object, limit: int = 64_000) -> str:
    """Clean text of several lines, capped."""
    return clean(_plain(value)[:limit])


def name(value: object, limit: int = 4096) -> str:
    """A name that goes back to the server, so it is left as it came.

    Only lone surrogates are replaced; whoever shows it must clean it.
    """
    return _plain(value)[:limit]


def number(value: object) -> float | None:
    """A finite number; ``true`` is not 1."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        result = float(value)
    except OverflowError:
        return None
    return result if math.isfinite(result) else None


def whole(value: object) -> int | None:
    """An integer of at most 64 bits, else None."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if abs(value) < 1 << 63 else None


def size(value: object) -> int | None:
    """Bytes: an integer (or a float without fraction) from 0 to a petabyte."""
    result = number(value)
    if result is None or not 0 <= result <= SIZE_MAX:
        return None
    return int(result)


def seconds(value: object) -> float | None:
    """Milliseconds since 1970 as seconds; None when absent or absurd."""
    result = number(value)
    if result is None or not 0 < result < TIME_MAX:
        return None
    return result / 1000


def _plain(value: object) -> str:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return ""
