"""Texts in FLAC, MP3, Ogg Vorbis and Opus files."""

from collections.abc import Iterator

from comfydoctor.workflow.media.source import MOST_TEXT, BrokenMedia, Piece, Source

_COMMENT_BLOCK = 4
_OGG_MARKS = (b"OpusTags", b"\x03vorbis", b"\x7fFLAC")
_TEXT_CODES = {0: "latin-1", 1: "utf-16", 2: "utf-16-be", 3: "utf-8"}


def from_flac(source: Source) -> Iterator[Piece]:
    """Metadata blocks before the sound."""
    place, last = 4, False
    while not last:
        source.step()
        head = source.read(place, 4)
        last, kind = bool(head[0] & 0x80), head[0] & 0x7F
        size = int.from_bytes(head[1:], "big")
        if kind == _COMMENT_BLOCK:
            yield from _vorbis(source.read(place + 4, size), "FLAC comment")
        place += 4 + size


def from_ogg(source: Source) -> Iterator[Piece]:
    """The second packet, put together from its pages."""
    for packet in _packets(source):
        mark = next((m for m in _OGG_MARKS if packet.startswith(m)), b"")
        if mark and mark != b"\x7fFLAC":
            yield from _vorbis(packet[len(mark) :], "Ogg comment")
            return
        if packet[:1] == b"\x84":  # a FLAC comment block inside Ogg
            yield from _vorbis(packet[4:], "Ogg comment")
            return


def _packets(source: Source) -> Iterator[bytes]:
    place, parts, total, found = 0, [], 0, 0
    while found < 3:
        source.step()
        head = source.read(place, 27)
        if head[:4] != b"OggS":
            raise BrokenMedia
        sizes = source.read(place + 27, head[26])
        place += 27 + len(sizes)
        for size in sizes:
            parts.append(source.read(place, size))
            place, total = place + size, total + size
            if total > MOST_TEXT:
                raise BrokenMedia
            if size < 255:
                yield b"".join(parts)
                parts, total, found = [], 0, found + 1


def _vorbis(data: bytes, where: str) -> Iterator[Piece]:
    place = 4 + int.from_bytes(data[:4], "little")
    count = int.from_bytes(data[place : place + 4], "little")
    place += 4
    for _ in range(min(count, 10_000)):
        size = int.from_bytes(data[place : place + 4], "little")
        entry = data[place + 4 : place + 4 + size]
        if len(entry) != size or not size:
            return
        key, _, text = entry.partition(b"=")
        yield Piece(key[:80].decode("utf-8", "replace"), text, where)
        place += 4 + size


def from_mp3(source: Source) -> Iterator[Piece]:
    """An ID3v2 tag at the start; its own texts and comments count."""
    head = source.read(0, 10)
    version, flags = head[3], head[5]
    data = source.read(10, min(_syncsafe(head[6:]), source.size - 10))
    if flags & 0x80 and version < 4:
        data = data.replace(b"\xff\0", b"\xff")
    place = 0
    while place + 10 <= len(data):
        kind, raw = data[place : place + 4], data[place + 4 : place + 8]
        size = _syncsafe(raw) if version >= 4 else int.from_bytes(raw, "big")
        if not kind.strip(b"\0") or size <= 0:
            return
        body = data[place + 10 : place + 10 + size]
        if kind in {b"TXXX", b"COMM"}:
            yield from _frame(kind, body)
        place += 10 + size


def _frame(kind: bytes, body: bytes) -> Iterator[Piece]:
    code = _TEXT_CODES.get(body[0]) if body else None
    if code is None:
        return
    skip = 4 if kind == b"COMM" else 1  # a comment names its language
    text = body[skip:].decode(code, "replace")
    key, mark, value = text.partition("\0")
    if mark:
        value = value.lstrip("\ufeff").rstrip("\0")
        yield Piece(key.lstrip("\ufeff")[:80], value.encode(), "MP3 ID3")


def _syncsafe(data: bytes) -> int:
    """A number of which each byte gives seven bits."""
    value = 0
    for byte in data:
        value = value << 7 | byte & 0x7F
    return value
