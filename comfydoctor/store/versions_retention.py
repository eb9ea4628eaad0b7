"""Which versions are tidied away, shown before it is done; files are then rewritten."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from comfydoctor.model.version import Removal
from comfydoctor.store import versions_index as index
from comfydoctor.store.versions import BATCH, VersionStore
from comfydoctor.store.versions_shelf import Record

DAY = 86400.0


@dataclass(frozen=True)
class Rule:
    """What is always kept; the rest goes."""

    days: float = 365.0
    """Everything younger."""
    newest: int = 50
    """So many of each workflow, however old."""


def preview(store: VersionStore, rule: Rule) -> Removal:
    """What the rule takes away.

    Never what a person marked, and never a version whose run succeeded.
    """
    horizon = store.clock() - rule.days * DAY
    rows = store.database.read(_OLD, (horizon, rule.newest))
    times = [row[1] for row in rows]
    return Removal(
        versions=tuple(sorted(row[0] for row in rows)),
        workflows=len({row[2] for row in rows}),
        oldest=min(times, default=None),
        newest=max(times, default=None),
        bytes=sum(row[3] or 0 for row in rows),
    )


def remove(store: VersionStore, removal: Removal) -> None:
    """Take them off the lists; `tidy` frees the room."""
    header = {
        "kind": index.GONE,
        "ids": list(removal.versions),
        "time": store.clock(),
    }
    if removal.versions:
        store.add_records([(header, b"")])


def tidy(store: VersionStore, on_step: Callable[[int, int], None] | None = None) -> int:
    """Write what is still wanted anew, then drop the old files; bytes freed.

    A crash before the end leaves both, and nothing is lost.
    """
    before = store.shelf.files()
    wanted = {row[0] for row in store.database.read(_WANTED)}
    live = {row[0] for row in store.database.read(_LIVE)}
    store.shelf.begin_file()
    for done, number in enumerate(before, start=1):
        _copy(store, number, wanted, live)
        if on_step is not None:
            on_step(done, len(before))
    _forget(store, tuple(before))
    return sum(before.values()) - sum(store.shelf.files().values())


def _copy(store: VersionStore, number: int, wanted: set[str], live: set[int]) -> None:
    batch: list[tuple[dict[str, Any], bytes]] = []
    for record in store.shelf.scan(number):
        batch += _kept(record, wanted, live)
        if len(batch) >= BATCH:
            _move(store, batch)
            batch = []
    _move(store, batch)


def _move(store: VersionStore, batch: list[tuple[dict[str, Any], bytes]]) -> None:
    """Write records into the new file and point the list at them."""
    if not batch:
        return
    spots = store.shelf.append(batch)
    places = [
        (*spot, head["content"])
        for spot, (head, data) in zip(spots, batch, strict=True)
        if data
    ]
    ends = [store.shelf.read(spots[-1])]

    def work(connection: sqlite3.Connection) -> None:
        connection.executemany(
            "UPDATE content SET file = ?, at = ? WHERE hash = ?", places
        )
        index.note_end(connection, ends[-1])

    store.database.write(work)


def _forget(store: VersionStore, files: tuple[int, ...]) -> None:
    """Drop the old files; the list forgets first what only they held."""
    marks = ", ".join("?" * len(files))

    def work(connection: sqlite3.Connection) -> None:
        connection.execute(f"DELETE FROM content WHERE file IN ({marks})", files)  # noqa: S608 - only marks
        connection.execute("DELETE FROM version WHERE removed IS NOT NULL")
        connection.execute(f"DELETE FROM shelf WHERE file IN ({marks})", files)  # noqa: S608 - only marks

    store.database.write(work)
    for number in files:
        store.shelf.drop(number)


def _kept(
    record: Record, wanted: set[str], live: set[int]
) -> list[tuple[dict[str, Any], bytes]]:
    """The record as it is written anew, or nothing.

    A content that others are packed against outlives its own version: its record
    stays whole, and the note of what is gone stays with it.
    """
    head = record.header
    if head["kind"] != index.VERSION:
        return [(head, record.data)]
    needed = head["id"] in live or (record.data and head["content"] in wanted)
    return [(head, record.data)] if needed else []


_OLD = """SELECT id, time, workflow, packed FROM (
    SELECT v.*, c.packed, row_number() OVER
        (PARTITION BY v.workflow ORDER BY v.id DESC) AS place
    FROM version v LEFT JOIN content c ON c.hash = v.content
    WHERE v.removed IS NULL) v
    WHERE time < ? AND place > ? AND NOT starred AND NOT pinned
    AND name = '' AND note = ''
    AND NOT EXISTS (SELECT 1 FROM run r WHERE r.workflow = v.workflow
        AND (r.version = v.id OR r.fingerprint = v.fingerprint)
        AND r.state = 'succeeded' AND r.rating >= 0)"""
_LIVE = "SELECT id FROM version WHERE removed IS NULL"
_WANTED = """SELECT content FROM version WHERE removed IS NULL
    UNION SELECT c.base FROM content c JOIN version v ON v.content = c.hash
    WHERE v.removed IS NULL AND c.base <> ''"""
