"""Writing files so that a crash leaves the old content or the new, never half."""

import contextlib
import errno
import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from comfydoctor.errors import DiskFull, StoreError

SUFFIX = ".comfydoctor-tmp"
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
_PAUSES = (0.05, 0.15, 0.3, 0.5, 1.0)
"""Seconds between tries while an antivirus or indexer holds the file (Windows)."""


def write_bytes(
    path: Path, data: bytes, *, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Replace ``path``; on return the content survives a power cut.

    Raises DiskFull or StoreError, with the old content untouched. A link is
    followed, so that a settings file kept elsewhere stays there.
    """
    path = Path(os.path.realpath(path))
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}{SUFFIX}")
    try:
        make_folder(path.parent)
        try:
            _write_new(temporary, data)
            _replace(temporary, path, sleep)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        sync_folder(path.parent)
    except OSError as error:
        raise trouble(error, path) from error


def write_text(path: Path, text: str) -> None:
    """`write_bytes` in UTF-8."""
    write_bytes(path, text.encode("utf-8", "replace"))


def make_folder(path: Path) -> None:
    """A folder that only its owner reads."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)


def sweep(folder: Path, now: float, older_than: float = 60.0) -> int:
    """Remove temporary files a crash left behind; returns how many."""
    swept = 0
    with contextlib.suppress(OSError):
        for stray in folder.glob(f".*{SUFFIX}"):
            with contextlib.suppress(OSError):
                if now - stray.stat().st_mtime >= older_than:
                    stray.unlink()
                    swept += 1
    return swept


def sync_folder(folder: Path) -> None:
    """Make a rename in it durable; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def trouble(error: OSError, path: Path) -> StoreError:
    """The error of our tree for what the operating system said."""
    if error.errno in _NO_ROOM:
        return DiskFull(
            f"The disk is full: {path.name} could not be written.",
            advice="Make room on the disk that holds your profile, then try again.",
        )
    reason = error.strerror or type(error).__name__
    return StoreError(f"{path.name} could not be written: {reason}.")


def _write_new(path: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _replace(source: Path, target: Path, sleep: Callable[[float], None]) -> None:
    for pause in _PAUSES:
        try:
            source.replace(target)
        except PermissionError:
            sleep(pause)
        else:
            return
    source.replace(target)
