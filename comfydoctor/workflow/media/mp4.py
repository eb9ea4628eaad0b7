"""Texts in MP4, MOV and M4A files: ``moov/udta/meta`` with ``keys`` and ``ilst``."""

from collections.abc import Iterator
from typing import NamedTuple

from comfydoctor.workflow.media.source import Piece, Source

_PATHS = {b"moov", b"udta", b"meta"}
_NAMES = {b"\xa9cmt": "comment", b"\xa9des": "description", b"desc": "description"}
_DEEPEST = 6


class _Box(NamedTuple):
    kind: bytes
    start: int
    """Of what it holds."""
    end: int


def pieces(source: Source) -> Iterator[Piece]:
    """All tags of the film as a whole; its frames are stepped over."""
    yield from _inside(source, 0, source.size, 0)


def _inside(source: Source, start: int, end: int, depth: int) -> Iterator[Piece]:
    keys: list[str] = []
    for box in _boxes(source, start, end):
        if box.kind in _PATHS and depth < _DEEPEST:
            skip = _flags(source, box) if box.kind == b"meta" else 0
            yield from _inside(source, box.start + skip, box.end, depth + 1)
        elif box.kind == b"keys":
            keys = _keys(source, box)
        elif box.kind == b"ilst":
            yield from _items(source, box, keys)
        elif box.kind in _NAMES and depth == 2:
            data = source.read(box.start, box.end - box.start)
            yield Piece(_NAMES[box.kind], data[4:], "MOV user data")


def _boxes(source: Source, start: int, end: int) -> Iterator[_Box]:
    while start + 8 <= end:
        source.step()
        head = source.read(start, 8)
        size, kind, inner = int.from_bytes(head[:4], "big"), head[4:], start + 8
        if size == 1 and start + 16 <= end:
            size, inner = int.from_bytes(source.read(start + 8, 8), "big"), start + 16
        elif size == 0:
            size = end - start
        if start + size < inner:
            return
        yield _Box(kind, inner, min(end, start + size))
        start += size


def _flags(source: Source, box: _Box) -> int:
    """MP4's ``meta`` begins with four bytes of flags, QuickTime's does not."""
    if box.end - box.start < 8:
        return 0
    return 0 if source.read(box.start, 8)[4:] == b"hdlr" else 4


def _keys(source: Source, box: _Box) -> list[str]:
    data = source.read(box.start, box.end - box.start)
    names, place = [], 8
    while place + 8 <= len(data):
        size = int.from_bytes(data[place : place + 4], "big")
        if size < 8:
            break
        names.append(data[place + 8 : place + size].decode("utf-8", "replace"))
        place += size
    return names


def _items(source: Source, box: _Box, keys: list[str]) -> Iterator[Piece]:
    for item in _boxes(source, box.start, box.end):
        number = int.from_bytes(item.kind, "big") - 1
        name = _NAMES.get(item.kind, "")
        if 0 <= number < len(keys):
            name = keys[number]
        for inner in _boxes(source, item.start, item.end):
            size = inner.end - inner.start - 8
            if inner.kind == b"data" and name and size > 0:
                yield Piece(name, source.read(inner.start + 8, size), "MP4 metadata")
