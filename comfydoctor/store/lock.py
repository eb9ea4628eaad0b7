"""The lock that makes one instance the writer of a profile."""

import contextlib
import errno
import os
import sys
from pathlib import Path

from comfydoctor.store.atomic import make_folder

_BUSY = {errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK}


class InstanceLock:
    """Held until `release` or until the process ends, however it ends.

    Where the folder cannot be written, or its file system knows no locks, it is
    neither ``held`` nor ``busy``; then SQLite's own locks must do.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.busy = False
        """Whether another instance holds it."""
        self._handle: int | None = None

    @property
    def held(self) -> bool:
        """Whether we are the writer."""
        return self._handle is not None

    def acquire(self) -> bool:
        """Try once, without waiting."""
        if self.held:
            return True
        try:
            make_folder(self.path.parent)
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            return False
        try:
            _lock(handle)
        except OSError as error:
            self.busy = error.errno in _BUSY
            os.close(handle)
            return False
        self.busy, self._handle = False, handle
        return True

    def release(self) -> None:
        """Let another instance write."""
        if self._handle is None:
            return
        with contextlib.suppress(OSError):
            _unlock(self._handle)
        os.close(self._handle)
        self._handle = None


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

    def _unlock(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)
