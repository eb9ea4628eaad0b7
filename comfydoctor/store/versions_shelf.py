"""Files that only ever grow: every version's own record, readable without an index."""

import hashlib
import json
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from comfydoctor.errors import Damaged
from comfydoctor.store.atomic import make_folder, sync_folder, trouble

MARK = b"CDv1"
_FRAME = struct.Struct("<4sII16s")
"""Mark, length of the header, length of the data, BLAKE2b of both."""
FULL = 64 * 2**20
"""Bytes after which the next file is begun."""
LONGEST = 96 * 2**20
"""No part of a record is longer; a length beyond it is damage."""
ENDING = ".versions"


class Spot(NamedTuple):
    """Where a record lies."""

    file: int
    at: int


class Record(NamedTuple):
    """One record: what it says of itself, and its compressed content."""

    spot: Spot
    header: dict[str, Any]
    data: bytes
    end: int


class Shelf:
    """Records are appended, never changed; one process writes, any number read.

    A record that a crash cut off is passed over: nothing is ever written behind it,
    the next one goes to a new file.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writing: tuple[int, BinaryIO] | None = None
        self._readers: dict[int, BinaryIO] = {}

    def append(self, records: list[tuple[dict[str, Any], bytes]]) -> list[Spot]:
        """Add records; on return they survive a power cut.

        Raises DiskFull or StoreError, and then none of them was added.
        """
        number, file = self._open_to_write()
        begun = file.seek(0, os.SEEK_END)
        try:
            spots = [Spot(number, self._write(file, *record)) for record in records]
            file.flush()
            os.fsync(file.fileno())
        except OSError as error:
            self._take_back(file, begun)
            raise trouble(error, self._path(number)) from error
        return spots

    def read(self, spot: Spot) -> Record:
        """One record. Raises Damaged when it is not there as it was written."""
        try:
            file = self._reader(spot.file)
            file.seek(spot.at)
            found = _read_at(file, spot)
        except OSError as error:
            raise Damaged(f"A file of kept versions cannot be read: {error}") from error
        if found is None:
            raise Damaged("A record of the kept versions is damaged.")
        return found

    def scan(self, number: int, start: int = 0) -> Iterator[Record]:
        """Every whole record of a file from ``start`` on, whatever lies between."""
        with self._path(number).open("rb") as file:
            at: int | None = start
            while at is not None:
                file.seek(at)
                if found := _read_at(file, Spot(number, at)):
                    yield found
                    at = found.end
                else:
                    at = _next_mark(file, at + 1)

    def files(self) -> dict[int, int]:
        """Number and size of every file, oldest first."""
        found = {}
        for path in self._folder.glob(f"*{ENDING}"):
            if path.stem.isdigit():
                found[int(path.stem)] = path.stat().st_size
        return dict(sorted(found.items()))

    def begin_file(self) -> int:
        """Go on in a new file; returns its number."""
        self.close()
        number = max(self.files(), default=0) + 1
        make_folder(self._folder)
        handle = os.open(self._path(number), _FLAGS, 0o600)
        self._writing = (number, os.fdopen(handle, "ab", buffering=0))
        sync_folder(self._folder)
        return number

    def go_on(self, number: int) -> None:
        """Append to a file that is whole, in place of the one written until now."""
        if self._path(number).stat().st_size < FULL:
            self.close()
            handle = os.open(self._path(number), _FLAGS & ~(os.O_CREAT | os.O_EXCL))
            self._writing = (number, os.fdopen(handle, "ab", buffering=0))

    def drop(self, number: int) -> None:
        """Remove a file that nothing points to any more."""
        if self._writing is not None and self._writing[0] == number:
            self.close()
        if (reader := self._readers.pop(number, None)) is not None:
            reader.close()
        self._path(number).unlink(missing_ok=True)

    def close(self) -> None:
        """Close every file."""
        if self._writing is not None:
            self._writing[1].close()
            self._writing = None
        for reader in self._readers.values():
            reader.close()
        self._readers.clear()

    def _open_to_write(self) -> tuple[int, BinaryIO]:
        if self._writing is None or self._writing[1].tell() >= FULL:
            try:
                self.begin_file()
            except OSError as error:
                raise trouble(error, self._folder) from error
        if self._writing is None:
            raise Damaged("The kept versions cannot be written.")
        return self._writing

    def _write(self, file: BinaryIO, header: dict[str, Any], data: bytes) -> int:
        at = file.tell()
        text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode(
            "utf-8", "replace"
        )
        frame = _FRAME.pack(MARK, len(text), len(data), _digest(text, data))
        _write_all(file, frame + text + data)
        return at

    def _take_back(self, file: BinaryIO, begun: int) -> None:
        """Cut off what a full disk left; what cannot be cut is passed over."""
        try:
            file.truncate(begun)
            file.seek(begun)
        except OSError:
            self.close()

    def _reader(self, number: int) -> BinaryIO:
        if number not in self._readers:
            self._readers[number] = self._path(number).open("rb", buffering=0)
        return self._readers[number]

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:06}{ENDING}"


_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_BINARY", 0)


def _write_all(file: BinaryIO, data: bytes) -> None:
    """All of it: an unbuffered file may take less, as on a disk that fills up."""
    left = memoryview(data)
    while left:
        left = left[file.write(left) :]


def _digest(text: bytes, data: bytes) -> bytes:
    made = hashlib.blake2b(text, digest_size=16)
    made.update(data)
    return made.digest()


def _read_at(file: BinaryIO, spot: Spot) -> Record | None:
    """The record that begins where ``file`` stands; None when there is no whole one."""
    frame = file.read(_FRAME.size)
    if len(frame) < _FRAME.size:
        return None
    mark, long, size, digest = _FRAME.unpack(frame)
    if mark != MARK or long > LONGEST or size > LONGEST:
        return None
    text, data = file.read(long), file.read(size)
    if _digest(text, data) != digest:
        return None
    header = json.loads(text)
    return Record(spot, header, data, spot.at + _FRAME.size + long + size)


def _next_mark(file: BinaryIO, start: int) -> int | None:
    """Where the next record may begin, past damage; None at the end."""
    file.seek(start)
    at, tail = start, b""
    while block := file.read(1 << 16):
        window = tail + block
        if (found := window.find(MARK)) >= 0:
            return at - len(tail) + found
        at, tail = at + len(block), window[-(len(MARK) - 1) :]
    return None
