"""Texts in WebM and MKV files: ``Segment/Tags/Tag/SimpleTag``."""

from collections.abc import Iterator
from typing import NamedTuple

from comfydoctor.workflow.media.source import BrokenMedia, Piece, Source

MAGIC = b"\x1aE\xdf\xa3"
_SEGMENT, _TAGS, _TAG = 0x18538067, 0x1254C367, 0x7373
_SIMPLE, _NAME, _STRING = 0x67C8, 0x45A3, 0x4487
_INSIDE = {_SEGMENT: 0, _TAGS: 1, _TAG: 2, _SIMPLE: 3}
"""What to look into, and at which depth."""


class _Element(NamedTuple):
    id: int
    start: int
    end: int


def pieces(source: Source) -> Iterator[Piece]:
    """All tags; clusters of frames are stepped over."""
    yield from _inside(source, 0, source.size, 0)


def _inside(source: Source, start: int, end: int, depth: int) -> Iterator[Piece]:
    name = ""
    for element in _elements(source, start, end):
        size = element.end - element.start
        if _INSIDE.get(element.id) == depth or (element.id == _SIMPLE and depth == 4):
            deeper = min(depth + 1, 4)
            yield from _inside(source, element.start, element.end, deeper)
        elif element.id == _NAME:
            name = source.read(element.start, size).decode("utf-8", "replace")
        elif element.id == _STRING:
            data = source.read(element.start, size).rstrip(b"\0")
            yield Piece(name, data, "WebM tag")


def _elements(source: Source, start: int, end: int) -> Iterator[_Element]:
    while start < end:
        source.step()
        head = source.read(start, min(12, end - start))
        number, used = _number(head, 4, keep=True)
        size, more = _number(head[used:], 8, keep=False)
        inner = start + used + more
        endless = size == (1 << (7 * more)) - 1
        if endless and number != _SEGMENT:
            return  # a live recording: what follows cannot be stepped over
        last = end if endless else min(end, inner + size)
        yield _Element(number, inner, last)
        start = last


def _number(data: bytes, longest: int, *, keep: bool) -> tuple[int, int]:
    """A number whose first bits tell its length, and that length."""
    length = 9 - data[0].bit_length() if data and data[0] else 9
    if length > longest or length > len(data):
        raise BrokenMedia
    value = int.from_bytes(data[:length], "big")
    return (value if keep else value & ((1 << (7 * length)) - 1)), length
