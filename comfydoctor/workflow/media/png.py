"""Texts in PNG files: ``tEXt``, ``zTXt``, ``iTXt``, and ComfyUI's ``comf`` in APNG."""

import zlib
from collections.abc import Iterator

from comfydoctor.workflow.media.source import MOST_TEXT, BrokenMedia, Piece, Source

MAGIC = b"\x89PNG\r\n\x1a\n"


def pieces(source: Source) -> Iterator[Piece]:
    """All texts; the pixels are stepped over."""
    place = len(MAGIC)
    while place + 8 <= source.size:
        source.step()
        head = source.read(place, 8)
        size, kind = int.from_bytes(head[:4], "big"), head[4:]
        if kind == b"IEND":
            return
        if kind in _READERS:
            # A file that was cut off may still hold the whole text.
            yield from _READERS[kind](source.read(place + 8, size), kind.decode())
        place += 12 + size


def _text(data: bytes, kind: str) -> Iterator[Piece]:
    key, mark, text = data.partition(b"\0")
    if mark:
        yield Piece(_name(key), text, f"PNG {kind}")


def _packed(data: bytes, kind: str) -> Iterator[Piece]:
    key, mark, rest = data.partition(b"\0")
    if mark and rest[:1] == b"\0":
        yield Piece(_name(key), _unpack(rest[1:]), f"PNG {kind}")


def _international(data: bytes, kind: str) -> Iterator[Piece]:
    key, mark, rest = data.partition(b"\0")
    parts = rest[2:].split(b"\0", 2)
    if mark and len(parts) == 3:
        text = _unpack(parts[2]) if rest[:1] == b"\1" else parts[2]
        yield Piece(_name(key), text, f"PNG {kind}")


def _unpack(data: bytes) -> bytes:
    try:
        text = zlib.decompressobj().decompress(data, MOST_TEXT + 1)
    except zlib.error:
        return b""
    if len(text) > MOST_TEXT:
        raise BrokenMedia
    return text


def _name(key: bytes) -> str:
    return key[:80].decode("latin-1")


_READERS = {
    b"tEXt": _text,
    b"comf": _text,
    b"zTXt": _packed,
    b"iTXt": _international,
}
