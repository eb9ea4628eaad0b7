"""Damaged databases: told, moved aside, replaced by the newest good copy."""

import contextlib
import os
import sqlite3
import time
from pathlib import Path

from comfydoctor.errors import StoreError
from comfydoctor.store.atomic import make_folder, sync_folder, write_bytes
from comfydoctor.store.schema import Schema

KEPT_COPIES = 5


def find_damage(path: Path, schema: Schema) -> str:
    """What is wrong with the file, or empty. A missing file is fine."""
    if not path.exists():
        return ""
    try:
        with contextlib.closing(_connect(path)) as connection:
            return _examine(connection, schema)
    except Exception as error:  # noqa: BLE001 - a bad file raises more than sqlite3.Error
        return str(error) or type(error).__name__


def _examine(connection: sqlite3.Connection, schema: Schema) -> str:
    """Quick to run: 0.07 s for 100,000 rows."""
    said = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if said != "ok":
        return str(said)
    if _pragma(connection, "application_id") != schema.application_id:
        fresh = not connection.execute("SELECT 1 FROM sqlite_master").fetchone()
        return "" if fresh else "This is a file of another program."
    version = _pragma(connection, "user_version")
    if version > schema.version:
        return ""
    for table in _tables(schema, version):
        connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()  # noqa: S608 - our own names
    return ""


def _tables(schema: Schema, version: int) -> list[str]:
    words = [sql.split() for step in schema.steps[:version] for sql in step]
    return [word[2] for word in words if word[:2] == ["CREATE", "TABLE"]]


def set_aside(path: Path, now: float) -> Path:
    """Move the file and SQLite's companions out of the way; returns where."""
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(now))
    aside = _unused(path.with_name(f"{path.name}.corrupt-{stamp}"))
    # The companions first: beside a restored file they would damage it again.
    for ending in ("-wal", "-shm", "-journal"):
        companion = path.with_name(path.name + ending)
        if companion.exists():
            companion.replace(aside.with_name(aside.name + ending))
    path.replace(aside)
    sync_folder(path.parent)
    return aside


def restore(path: Path, backups: Path, schema: Schema) -> Path | None:
    """Put the newest good copy in place; None when there is none."""
    for copy in copies(backups, path.stem):
        if copy.stat().st_size and not find_damage(copy, schema):
            write_bytes(path, copy.read_bytes())
            return copy
    return None


def copies(backups: Path, stem: str) -> list[Path]:
    """Copies kept of a database, newest first."""
    return sorted(backups.glob(f"{stem}-*.db"), key=lambda p: p.stem, reverse=True)


def keep_copy(
    connection: sqlite3.Connection, backups: Path, stem: str, now: float
) -> Path:
    """Write a consistent copy of an open database, dropping the oldest ones."""
    make_folder(backups)
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(now))
    copy = _unused(backups / f"{stem}-{stamp}.db")
    unfinished = copy.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    connection.execute("VACUUM INTO ?", (str(unfinished),))
    with unfinished.open("rb+") as file:
        os.fsync(file.fileno())
    unfinished.replace(copy)
    sync_folder(backups)
    for old in copies(backups, stem)[KEPT_COPIES:]:
        old.unlink(missing_ok=True)
    return copy


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=5, isolation_level=None)
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    return connection


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def _unused(path: Path) -> Path:
    for number in range(1, 1000):
        trial = path if number == 1 else path.with_name(f"{path.name}.{number}")
        if path.suffix == ".db" and number > 1:
            trial = path.with_name(f"{path.stem}-{number:03}.db")
        if not trial.exists():
            return trial
    raise StoreError(f"Too many files named {path.name}.")
