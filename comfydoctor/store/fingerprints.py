"""Fingerprints of servers over time; equal parts are kept once.

A file of its own, opened for each use: it is written a few times an hour.
"""

import hashlib
import json
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from comfydoctor.model.fingerprint import Event, Fingerprint, Moment, Part
from comfydoctor.store.database import Database
from comfydoctor.store.schema import FINGERPRINTS

KEPT = 300
"""Moments kept of each server."""
PART_MAX = 32 * 2**20
"""Bytes of one part, unpacked; a damaged row must not fill our memory."""


class Fingerprints:
    """What is kept of all servers; may be used from any thread."""

    def __init__(
        self,
        path: Path,
        *,
        writer: bool = True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._path = path
        self._writer = writer
        self._clock = clock

    def keep(
        self, server: str, event: Event, taken: Fingerprint, workflow: str = ""
    ) -> None:
        """Keep a state; the same again only moves its time. Raises a StoreError."""
        if not self._writer:
            return
        packed = {name: _packed(part) for name, part in taken.parts.items()}
        state = json.dumps(
            {
                "parts": {name: key for name, (key, _) in packed.items()},
                "unread": dict(taken.unread),
            },
            sort_keys=True,
        )
        now = self._clock()

        def work(connection: sqlite3.Connection) -> None:
            connection.executemany(
                "INSERT OR IGNORE INTO part (hash, body) VALUES (?, ?)",
                packed.values(),
            )
            connection.execute(
                "INSERT INTO moment (server, event, workflow, state, first, time)"
                " VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (server, event, workflow, state)"
                " DO UPDATE SET time = excluded.time",
                (server, event.value, workflow, state, now, now),
            )
            _prune(connection, server)

        with self._database() as database:
            database.write(work, durable=False)

    def last(
        self,
        server: str,
        events: tuple[Event, ...] = tuple(Event),
        *,
        workflow: str | None = None,
        before: float | None = None,
    ) -> Moment | None:
        """The newest moment of some kinds, of one workflow when it is named."""
        sql = (
            "SELECT event, workflow, state, first, time FROM moment"
            " WHERE server = ? AND event IN (SELECT value FROM json_each(?))"
        )
        values: list[object] = [server, json.dumps([e.value for e in events])]
        if workflow is not None:
            sql += " AND workflow = ?"
            values.append(workflow)
        if before is not None:
            sql += " AND first <= ?"
            values.append(before)
        with self._database() as database:
            rows = database.read(sql + " ORDER BY time DESC LIMIT 1", values)
            return _moment(database, rows[0]) if rows else None

    def keep_abode(self, server: str, abode: Mapping[str, object]) -> None:
        """Keep where a server lives on this computer."""
        if not self._writer:
            return
        body = json.dumps(dict(abode))
        with self._database() as database:
            database.write(
                lambda connection: connection.execute(
                    "INSERT INTO abode (server, body) VALUES (?, ?) ON CONFLICT"
                    " (server) DO UPDATE SET body = excluded.body",
                    (server, body),
                ),
                durable=False,
            )

    def abode(self, server: str) -> dict[str, object]:
        """Where a server lived when it was last met; empty when it is not known."""
        with self._database() as database:
            rows = database.read("SELECT body FROM abode WHERE server = ?", (server,))
        try:
            value = json.loads(rows[0][0]) if rows else {}
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    @contextmanager
    def _database(self) -> Iterator[Database]:
        database = Database(
            self._path, FINGERPRINTS, writer=self._writer, clock=self._clock
        )
        try:
            yield database
        finally:
            database.close()


def _packed(part: Part) -> tuple[str, bytes]:
    """The name of a part's content, and the content as it is kept."""
    text = json.dumps(dict(part), sort_keys=True, ensure_ascii=True)
    body = zlib.compress(text.encode(), 6)
    return hashlib.sha256(text.encode()).hexdigest(), body


def _prune(connection: sqlite3.Connection, server: str) -> None:
    """Drop the oldest moments, then the parts that no moment names."""
    dropped = connection.execute(
        "DELETE FROM moment WHERE server = ? AND rowid NOT IN (SELECT rowid FROM moment"
        " WHERE server = ? ORDER BY time DESC LIMIT ?)",
        (server, server, KEPT),
    ).rowcount
    if dropped:
        connection.execute(
            "DELETE FROM part WHERE hash NOT IN (SELECT value FROM moment,"
            " json_each(json_extract(moment.state, '$.parts')))"
        )


def _moment(database: Database, row: tuple[object, ...]) -> Moment | None:
    """A damaged row is left out, not shown as something it was not."""
    event, workflow, state, first, when = row
    try:
        said = json.loads(str(state))
        parts = {n: _part(database, key) for n, key in said["parts"].items()}
        known = {name: part for name, part in parts.items() if part is not None}
        return Moment(
            float(str(when)),
            Event(event),
            Fingerprint(known, dict(said["unread"])),
            str(workflow),
            float(str(first)),
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _part(database: Database, key: object) -> dict[str, str] | None:
    rows = database.read("SELECT body FROM part WHERE hash = ?", (key,))
    if not rows:
        return None
    try:
        unpacker = zlib.decompressobj()
        text = unpacker.decompress(bytes(rows[0][0]), PART_MAX)
        value = json.loads(text)
    except (zlib.error, ValueError, TypeError):
        return None
    return {str(name): str(state) for name, state in value.items()}
