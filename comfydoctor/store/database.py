"""One SQLite file: opened whatever state it is in, written by one instance."""

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from comfydoctor.errors import DiskFull, ReadOnly, StoreError
from comfydoctor.store import rescue
from comfydoctor.store.atomic import make_folder
from comfydoctor.store.ballast import Ballast
from comfydoctor.store.schema import RECORDS, Schema
from comfydoctor.store.trouble import translated

T = TypeVar("T")
Row = tuple[Any, ...]
BUSY_SECONDS = 5.0


class Database:
    """Safe to use from any thread; writes and reads do not wait for each other.

    ``notices`` are sentences for the person about what happened while opening.
    ``read_only`` says why nothing may be written, empty when it may.
    ``volatile``: there is no file at all, everything ends with this process.
    """

    def __init__(
        self,
        path: Path | None,
        schema: Schema = RECORDS,
        *,
        writer: bool = True,
        backups: Path | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.path = path
        self.schema = schema
        self.notices: list[str] = []
        self.read_only = "" if writer else _OTHER
        self.volatile = False
        self._backups = backups
        self._clock = clock
        self._write_turn = threading.RLock()
        self._read_turn = threading.RLock()
        self._durable = True
        self._ballast: Ballast | None = None
        self._open()

    def read(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """All rows of a query."""
        with self._read_turn, translated():
            return self._reader.execute(sql, values).fetchall()

    def write(
        self, work: Callable[[sqlite3.Connection], T], *, durable: bool = True
    ) -> T:
        """Run ``work`` in one transaction: all of it is kept, or nothing.

        ``durable`` waits until it would survive a power cut. ``work`` may run twice:
        on a full disk the ballast is given up and it is tried once more.
        Raises ReadOnly, DiskFull, Damaged or another StoreError.
        """
        if self.read_only:
            raise ReadOnly(self.read_only)
        with self._write_turn:
            try:
                return self._transact(work, durable)
            except DiskFull:
                if self._ballast is None or not self._ballast.release():
                    raise
                return self._transact(work, durable)

    def copy_due(self) -> bool:
        """Whether the newest good copy is over an hour old, or there is none."""
        if self._backups is None or self.path is None or self.read_only:
            return False
        kept = rescue.copies(self._backups, self.path.stem)
        return not kept or self._clock() - kept[0].stat().st_mtime > 3600

    def keep_copy(self) -> Path | None:
        """Write a good copy now; None where there is nothing to copy or no place."""
        if self._backups is None or self.path is None or self.volatile:
            return None
        with self._write_turn, translated():
            try:
                return rescue.keep_copy(
                    self._writer, self._backups, self.path.stem, self._clock()
                )
            except OSError as error:
                raise StoreError(f"No copy could be written: {error}.") from error

    def close(self) -> None:
        """Close; the lock of the profile is the caller's."""
        with self._read_turn, self._write_turn:
            self._reader.close()
            self._writer.close()

    def _open(self) -> None:
        if self.path is None:
            self._open_in_memory("")
            return
        try:
            make_folder(self.path.parent)
            if self.read_only:
                self._open_reader_only(self.path)
            else:
                self._mend(self.path)
                self._open_file(self.path)
        except (OSError, sqlite3.Error, StoreError) as error:
            self._open_in_memory(str(error))

    def _mend(self, path: Path) -> None:
        """Move a damaged file aside and put the newest good copy in its place."""
        damage = rescue.find_damage(path, self.schema)
        lost = path.exists() and path.stat().st_size == 0
        copies = rescue.copies(self._backups, path.stem) if self._backups else []
        if not damage and not (lost and copies):
            return
        aside = rescue.set_aside(path, self._clock())
        copy = None
        if self._backups is not None:
            copy = rescue.restore(path, self._backups, self.schema)
        self.notices.append(
            f"The {self.schema.name} were damaged and are kept as {aside.name}. "
            + (
                f"The copy {copy.name} was put in their place."
                if copy
                else "There was no good copy, so they start anew."
            )
        )

    def _open_file(self, path: Path) -> None:
        self._writer = _connect(path)
        try:
            self._prepare(path)
        except BaseException:
            self._writer.close()
            raise
        self._reader = self._writer
        if not self.read_only:
            self._ballast = Ballast(path.with_suffix(".ballast"))
            self._ballast.keep()
        self._reader = _connect(path, reading=True)

    def _prepare(self, path: Path) -> None:
        version = _version(self._writer)
        if version > self.schema.version:
            self.read_only = _NEWER
            self.notices.append(_NEWER)
            return
        self._writer.execute("PRAGMA journal_mode=WAL")
        self._writer.execute("PRAGMA synchronous=FULL")
        if 0 < version < self.schema.version:
            self.keep_copy()
        for number in range(version, self.schema.version):
            self._transact(partial(self._migrate, number), True)

    def _migrate(self, number: int, connection: sqlite3.Connection) -> None:
        for sql in self.schema.steps[number]:
            connection.execute(sql)
        connection.execute(f"PRAGMA application_id={self.schema.application_id}")
        connection.execute(f"PRAGMA user_version={number + 1}")

    def _open_reader_only(self, path: Path) -> None:
        """Another instance writes: look only, mend nothing."""
        if not path.exists():
            self._open_in_memory("")
            return
        self._reader = self._writer = _connect(path, reading=True)
        try:
            self._reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.Error:
            self._reader.close()
            raise

    def _open_in_memory(self, reason: str) -> None:
        self.volatile = True
        if reason:
            self.notices.append(
                f"The {self.schema.name} cannot be kept on disk ({reason}); "
                "they last until the program is closed."
            )
        self._reader = self._writer = _connect(None)
        self._read_turn = self._write_turn
        for number in range(self.schema.version):
            self._transact(partial(self._migrate, number), True)

    def _transact(self, work: Callable[[sqlite3.Connection], T], durable: bool) -> T:
        connection = self._writer
        with translated():
            if durable is not self._durable:
                level = "FULL" if durable else "NORMAL"
                connection.execute(f"PRAGMA synchronous={level}")
                self._durable = durable
            connection.execute("BEGIN IMMEDIATE")
            try:
                result = work(connection)
                connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise
            return result


_OTHER = (
    "Another ComfyDoctor is open with this profile and keeps its records; "
    "this one only looks."
)
_NEWER = (
    "These records were written by a newer ComfyDoctor; they are shown but not changed."
)


def _connect(path: Path | None, *, reading: bool = False) -> sqlite3.Connection:
    place = path.absolute().as_uri() if path else ":memory:"
    connection = sqlite3.connect(
        f"{place}?mode={'ro' if reading else 'rwc'}" if path else place,
        uri=path is not None,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    # A flipped bit may make text invalid without SQLite noticing.
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    return connection


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
