"""Looks into a file of any size without ever reading much of it."""

import os
import stat
from pathlib import Path
from types import TracebackType

from comfydoctor.errors import ModelFileError

_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)


class Window:
    """A regular file opened for reading at any place.

    Raises ModelFileError where the file cannot be opened or read, and for pipes,
    devices and folders, which may never end.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = str(path)
        try:
            self._handle = os.open(path, _FLAGS)
        except (OSError, ValueError) as error:
            raise _refused(error) from error
        seen = os.fstat(self._handle)
        if not stat.S_ISREG(seen.st_mode):
            os.close(self._handle)
            raise ModelFileError("This is not a file.")
        self.size = seen.st_size
        self.modified = seen.st_mtime

    def read(self, start: int, length: int) -> bytes:
        """Up to ``length`` bytes; fewer at the end of the file."""
        if start < 0 or start >= self.size or length <= 0:
            return b""
        try:
            os.lseek(self._handle, start, os.SEEK_SET)
            parts = []
            while length > 0 and (part := os.read(self._handle, length)):
                parts.append(part)
                length -= len(part)
        except OSError as error:
            raise _refused(error) from error
        return b"".join(parts)

    def __enter__(self) -> "Window":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._handle)


def _refused(error: OSError | ValueError) -> ModelFileError:
    words = getattr(error, "strerror", None) or str(error)
    return ModelFileError(f"The file cannot be read: {words}.")
