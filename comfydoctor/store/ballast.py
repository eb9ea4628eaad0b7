"""A file kept only to be given up when the disk is full.

SQLite needs room even to delete; without it a full disk could not be left again.
"""

import contextlib
import os
from pathlib import Path

SIZE = 4 << 20


class Ballast:
    """Four mebibytes beside a database."""

    def __init__(self, path: Path, size: int = SIZE) -> None:
        self.path = path
        self.size = size

    def keep(self) -> bool:
        """Make sure it lies there; false when there is no room for it."""
        try:
            if self.path.stat().st_size == self.size:
                return True
        except OSError:
            pass
        try:
            # Random, or a compressing file system would keep next to nothing.
            self.path.write_bytes(os.urandom(self.size))
        except OSError:
            self.release()
            return False
        return True

    def release(self) -> bool:
        """Give it up; false when there was none."""
        with contextlib.suppress(OSError):
            self.path.unlink()
            return True
        return False
