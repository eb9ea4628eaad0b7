"""Reading a file piece by piece, within limits, and the pieces found in it."""

import os
from typing import BinaryIO, NamedTuple

MOST_TEXT = 16 << 20
"""Bytes of one text; the largest workflow seen in a picture had 2 MB."""
MOST_TOTAL = 64 << 20
MOST_STEPS = 200_000
"""Chunks, boxes, segments and clusters that are looked at."""


class Piece(NamedTuple):
    """A text that somebody put into a file."""

    key: str
    data: bytes
    where: str
    """In words: ``PNG tEXt``."""


class BrokenMedia(Exception):
    """The structure ends or makes no sense; what was found before still counts."""


class Source:
    """An open file; asks for too much end as `BrokenMedia`, not as memory."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = file.seek(0, os.SEEK_END)
        self._left = MOST_TOTAL
        self._steps = MOST_STEPS

    def read(self, offset: int, count: int) -> bytes:
        """Exactly ``count`` bytes, a chunk's head or a text."""
        if not 0 <= count <= MOST_TEXT or offset < 0 or offset + count > self.size:
            raise BrokenMedia
        self._left -= count
        if self._left < 0:
            raise BrokenMedia
        self._file.seek(offset)
        data = self._file.read(count)
        if len(data) != count:
            raise BrokenMedia
        return data

    def head(self, count: int = 64) -> bytes:
        """The first bytes, fewer in a short file."""
        return self.read(0, min(count, self.size))

    def step(self) -> None:
        """One more chunk; stops files that have no end of them."""
        self._steps -= 1
        if self._steps < 0:
            raise BrokenMedia
