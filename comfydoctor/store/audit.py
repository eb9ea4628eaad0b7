"""The audit trail: a chain of records in which no change goes unseen."""

import hashlib
import json
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from comfydoctor.errors import StoreError
from comfydoctor.model.audit import AuditRecord
from comfydoctor.store.atomic import write_text
from comfydoctor.store.database import Database, Row
from comfydoctor.store.redact import redact_text

FIRST = "0" * 64
LIMIT = 16_000
"""Characters kept of each text."""
_COLUMNS = "idx, time, who, server, action, detail, result, previous, hash"


class Audit:
    """Each record carries the SHA-256 of the one before.

    The last one's index and hash are kept in ``head``, a file of its own, so that a
    shortened chain is seen too. It shows accidents and careless hands; somebody with
    the person's own account could write both anew, unless a head was exported.
    """

    def __init__(
        self,
        database: Database,
        head: Path | None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._head = head
        self._clock = clock
        self._turn = threading.Lock()

    def append(
        self, *, who: str, server: str, action: str, detail: str = "", result: str = ""
    ) -> AuditRecord:
        """Add a record, durable on return; keys and passwords are taken out."""
        texts = [_kept(text) for text in (who, server, action, detail, result)]
        with self._turn:
            last = self._last()
            head = self._read_head()
            if head is not None and not self._reaches(head, last):
                last = self._add(last, ["", "", "audit gap", _gap(head, last), ""])
            return self._add(last, texts)

    def verify(self) -> int | None:
        """Index of the first record that is not as it was written; None: all are.

        Where records are missing at the end it is the first missing one.
        """
        previous, index = FIRST, 0
        head = self._read_head()
        for row in self._rows("ORDER BY idx", ()):
            record = _record(row)
            if record is None or record.index != index or record.previous != previous:
                return index
            if record.hash != _hash(record):
                return index
            if head is not None and head[0] == index and head[1] != record.hash:
                return index
            previous, index = record.hash, index + 1
        return index if head is not None and head[0] >= index else None

    def records(self, limit: int = 200) -> tuple[AuditRecord, ...]:
        """Newest first."""
        rows = self._rows("ORDER BY idx DESC LIMIT ?", (limit,))
        return tuple(r for r in map(_record, rows) if r is not None)

    def export(self) -> Iterator[str]:
        """All records as JSON lines, oldest first; the last hash is the anchor."""
        for row in self._rows("ORDER BY idx", ()):
            record = _record(row)
            if record is not None:
                yield json.dumps(vars(record), ensure_ascii=False, sort_keys=True)

    def _rows(self, tail: str, values: tuple[object, ...]) -> list[Row]:
        return self._database.read(f"SELECT {_COLUMNS} FROM audit {tail}", values)  # noqa: S608 - our own words

    def _last(self) -> AuditRecord | None:
        rows = self._rows("ORDER BY idx DESC LIMIT 1", ())
        return _record(rows[0]) if rows else None

    def _add(self, last: AuditRecord | None, texts: list[str]) -> AuditRecord:
        who, server, action, detail, result = texts
        bare = AuditRecord(
            index=last.index + 1 if last else 0,
            time=self._clock(),
            who=who,
            server=server,
            action=action,
            detail=detail,
            result=result,
            previous=last.hash if last else FIRST,
            hash="",
        )
        record = AuditRecord(**vars(bare) | {"hash": _hash(bare)})

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                f"INSERT INTO audit ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?)",  # noqa: S608 - our own words
                tuple(vars(record).values()),
            )

        self._database.write(work)
        if self._head is not None and not self._database.volatile:
            write_text(self._head, f"{record.index} {record.hash}\n")
        return record

    def _read_head(self) -> tuple[int, str] | None:
        """None when there is none yet, or nothing is kept at all."""
        if self._head is None or self._database.volatile:
            return None
        try:
            number, _, digest = self._head.read_text("ascii").partition(" ")
            return int(number), digest.strip()
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            return 0, "unreadable"

    def _reaches(self, head: tuple[int, str], last: AuditRecord | None) -> bool:
        """Whether the chain still holds the record that ``head`` names."""
        if last is None or last.index < head[0]:
            return False
        rows = self._rows("WHERE idx = ?", (head[0],))
        return bool(rows) and rows[0][-1] == head[1]


def write_export(audit: Audit, path: Path) -> int:
    """Write the export to a file; returns the number of records."""
    lines = list(audit.export())
    if path.is_dir():
        raise StoreError(f"{path.name} is a folder.")
    write_text(path, "".join(line + os.linesep for line in lines))
    return len(lines)


def _kept(text: str) -> str:
    # Half a surrogate pair could be written but never read back.
    clean = text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")
    return redact_text(clean[: 2 * LIMIT])[:LIMIT]


def _gap(head: tuple[int, str], last: AuditRecord | None) -> str:
    held = last.index if last else -1
    return (
        f"The trail ended with record {head[0]} ({head[1]}) before, "
        f"now with record {held}: it was shortened, changed or restored."
    )


def _hash(record: AuditRecord) -> str:
    fields = [value for name, value in vars(record).items() if name != "hash"]
    text = json.dumps(fields, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _record(row: Row) -> AuditRecord | None:
    number, moment, *texts = row
    if not isinstance(number, int) or not isinstance(moment, float):
        return None
    if not all(isinstance(text, str) for text in texts):
        return None
    return AuditRecord(number, moment, *texts)
