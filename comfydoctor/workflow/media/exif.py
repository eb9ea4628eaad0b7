"""Texts in EXIF: of WebP and JPEG files, where ComfyUI puts them under camera tags."""

import struct
from collections.abc import Iterator

from comfydoctor.workflow.media.source import Piece, Source

JPEG = b"\xff\xd8\xff"
_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_DEEPER = {0x8769, 0x014A}
"""Tags that lead to further tags."""
_WIDTHS = {1: 1, 2: 1, 6: 1, 7: 1}
"""Types that hold text: bytes, ASCII, undefined."""
_CODES = {b"ASCII\0\0\0", b"UNICODE\0", b"JIS\0\0\0\0\0", b"\0" * 8}
_MOST_TAGS = 2000


def from_webp(source: Source) -> Iterator[Piece]:
    """RIFF chunks; the one named EXIF counts."""
    place, end = 12, min(source.size, 8 + _u32(source.read(4, 4)))
    while place + 8 <= end:
        source.step()
        head = source.read(place, 8)
        size = _u32(head[4:])
        if head[:4] == b"EXIF":
            yield from tags(source.read(place + 8, size), "WebP EXIF")
        place += 8 + size + size % 2


def from_jpeg(source: Source) -> Iterator[Piece]:
    """Segments before the picture's data."""
    place = 2
    while place + 4 <= source.size:
        source.step()
        mark, kind, size = struct.unpack(">BBH", source.read(place, 4))
        if mark != 0xFF or kind == 0xDA:
            return
        if kind == 0xE1:
            yield from tags(source.read(place + 4, size - 2), "JPEG EXIF")
        if kind == 0xFE:
            yield Piece("comment", source.read(place + 4, size - 2), "JPEG comment")
        place += 2 + max(size, 2)


def tags(data: bytes, where: str) -> Iterator[Piece]:
    """Every text of an EXIF block."""
    data = data.removeprefix(b"Exif\0\0")
    order = _ORDERS.get(data[:4])
    if order is None or len(data) < 8:
        return
    waiting = [struct.unpack_from(order + "I", data, 4)[0]]
    seen: set[int] = set()
    left = _MOST_TAGS
    while waiting:
        start = waiting.pop()
        if start in seen or start + 2 > len(data):
            continue
        seen.add(start)
        count = struct.unpack_from(order + "H", data, start)[0]
        for number in range(min(count, left)):
            entry = start + 2 + 12 * number
            if entry + 12 > len(data):
                break
            tag, kind, size, value = struct.unpack_from(order + "HHII", data, entry)
            left -= 1
            if tag in _DEEPER:
                waiting.append(value)
            elif kind in _WIDTHS and size > 4 and value + size <= len(data):
                yield Piece(_name(tag), _text(data[value : value + size]), where)


def _text(raw: bytes) -> bytes:
    """Without the eight bytes that name the code in a user comment."""
    if raw[:8] not in _CODES:
        return raw.rstrip(b"\0")
    if raw.startswith(b"UNICODE"):
        wide = raw[8:]
        code = "utf-16-be" if wide[:1] == b"\0" else "utf-16-le"
        return wide.decode(code, "replace").encode("utf-8", "replace")
    return raw[8:].rstrip(b"\0")


def _name(tag: int) -> str:
    return f"tag {tag:#06x}"


def _u32(data: bytes) -> int:
    return int.from_bytes(data, "little")
