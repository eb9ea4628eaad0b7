"""Logs that a rotation has packed with gzip, read as if they were not."""

import zlib
from typing import BinaryIO, Protocol

MOST = 4 << 30
"""Bytes that are unpacked at most; the rest of such a log is not read."""
_MAGIC = b"\x1f\x8b"
_BIT = 1 << 16


class Readable(Protocol):
    """What can be read in pieces."""

    def read(self, size: int, /) -> bytes: ...


def unpacked(source: BinaryIO) -> tuple[bytes, Readable]:
    """The first bytes of the text, and where the rest comes from.

    What is cut off or damaged ends there, without an error.
    """
    head = source.read(_BIT)
    if not head.startswith(_MAGIC):
        return head, source
    packed = _Packed(head, source)
    return packed.read(_BIT), packed


class _Packed:
    def __init__(self, head: bytes, source: BinaryIO) -> None:
        self._rest = head
        self._source = source
        self._inflate = zlib.decompressobj(wbits=31)
        self._given = 0

    def read(self, size: int, /) -> bytes:
        """About as many bytes as asked for; none at the end."""
        while self._given < MOST:
            data = self._rest or self._source.read(_BIT)
            if not data:
                return b""
            try:
                text = self._inflate.decompress(data, size)
            except zlib.error:
                return b""
            self._next(data)
            if text:
                self._given += len(text)
                return text
        return b""

    def _next(self, data: bytes) -> None:
        """What is left to unpack; a log may be several packed parts in a row."""
        if not self._inflate.eof:
            self._rest = self._inflate.unconsumed_tail
            return
        self._rest = self._inflate.unused_data
        self._inflate = zlib.decompressobj(wbits=31)
