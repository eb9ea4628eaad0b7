"""SQLite's errors as the errors of our tree."""

import contextlib
import sqlite3
from collections.abc import Iterator

from comfydoctor.errors import Damaged, DiskFull, ReadOnly, StoreError


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """SQLite's errors as ours."""
    try:
        yield
    except sqlite3.Error as error:
        raise _ours(error) from error


def _ours(error: sqlite3.Error) -> StoreError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    match code:
        case sqlite3.SQLITE_FULL:
            return DiskFull(
                "The disk is full: our records could not be written.",
                advice="Make room on the disk that holds your profile.",
            )
        case sqlite3.SQLITE_READONLY:
            return ReadOnly("Our records may not be written here.")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return Damaged(
                "Our records are damaged.",
                advice="Start ComfyDoctor again: it puts a good copy in their place.",
            )
    return StoreError(f"Our records answered: {error}.")
