"""The central directory of a zip file, read strictly and within bounds."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from comfydoctor.assets.tensors import Damage
from comfydoctor.assets.window import Window

_LOCAL = b"PK\x03\x04"
_CENTRAL = b"PK\x01\x02"
_END = b"PK\x05\x06"
_END64 = b"PK\x06\x06"
_LOCATOR64 = b"PK\x06\x07"
_COMMENT = 65_535
_LARGEST_LIST = 64 * 2**20
_MOST = 200_000
_FULL = 0xFFFFFFFF
STORED = 0


@dataclass(frozen=True)
class Member:
    """One file of the archive."""

    name: str
    method: int
    packed: int
    size: int
    place: int


def list_members(window: Window) -> tuple[Member, ...]:
    """All members; raises Damage where the directory is missing or wrong."""
    place, length, count = _find_directory(window)
    if length > _LARGEST_LIST or count > _MOST:
        raise Damage("The archive lists more files than any model has.")
    if place + length > window.size:
        raise Damage("The archive's directory lies beyond the end of the file.")
    raw = window.read(place, length)
    members = tuple(_members(raw))
    for member in members:
        if member.place + member.packed > place:
            raise Damage("The archive is damaged: a file lies beyond its end.")
    return members


def content_of(window: Window, member: Member, most: int) -> bytes:
    """The first bytes of a stored member; raises Damage when it is packed."""
    if member.method != STORED:
        raise Damage("The archive is packed, which torch never does.")
    head = window.read(member.place, 30)
    if len(head) < 30 or head[:4] != _LOCAL:
        raise Damage("The archive is damaged: a file is not where it should be.")
    name, extra = struct.unpack_from("<HH", head, 26)
    return window.read(member.place + 30 + name + extra, min(member.size, most))


def _find_directory(window: Window) -> tuple[int, int, int]:
    """Place, length and count of the directory."""
    start = max(0, window.size - 22 - _COMMENT)
    tail = window.read(start, window.size - start)
    found = tail.rfind(_END)
    if found < 0 or len(tail) - found < 22:
        raise Damage(
            "The file is cut off: the list at its end is missing. "
            "The download broke off.",
            missing=True,
        )
    count, length, place = struct.unpack_from("<HII", tail, found + 10)
    if count == 0xFFFF or _FULL in (length, place):
        return _find_directory64(window, start + found)
    return place, length, count


def _find_directory64(window: Window, end: int) -> tuple[int, int, int]:
    locator = window.read(end - 20, 20)
    if len(locator) < 20 or locator[:4] != _LOCATOR64:
        raise Damage("The archive is damaged: its long directory is missing.")
    (place64,) = struct.unpack_from("<Q", locator, 8)
    record = window.read(place64, 56)
    if len(record) < 56 or record[:4] != _END64:
        raise Damage("The archive is damaged: its long directory is missing.")
    count, length, place = struct.unpack_from("<QQQ", record, 32)
    return place, length, count


def _members(raw: bytes) -> Iterator[Member]:
    place = 0
    while place + 46 <= len(raw):
        if raw[place : place + 4] != _CENTRAL:
            raise Damage("The archive's directory is damaged.")
        method, packed, size = struct.unpack_from("<H8xII", raw, place + 10)
        name_length, extra_length, comment = struct.unpack_from("<HHH", raw, place + 28)
        (local,) = struct.unpack_from("<I", raw, place + 42)
        name = raw[place + 46 : place + 46 + name_length]
        start = place + 46 + name_length
        extra = raw[start : start + extra_length]
        size, packed, local = _long_sizes(extra, size, packed, local)
        yield Member(name.decode("utf-8", "replace"), method, packed, size, local)
        place = start + extra_length + comment


def _long_sizes(
    extra: bytes, size: int, packed: int, local: int
) -> tuple[int, int, int]:
    """Sizes of four bytes or, where these are full, of eight from the extra field."""
    values = [size, packed, local]
    place = 0
    while place + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, place)
        if kind == 1:
            at = place + 4
            for index, value in enumerate(values):
                if value == _FULL and at + 8 <= place + 4 + length <= len(extra):
                    (values[index],) = struct.unpack_from("<Q", extra, at)
                    at += 8
            break
        place += 4 + length
    return values[0], values[1], values[2]
