"""What we began, what came of it, and what it takes to undo it."""

import json
import sqlite3
import time
from collections.abc import Callable
from typing import Any

from comfydoctor.errors import NotUndoable
from comfydoctor.model.fix import EntryState, JournalEntry, Plan
from comfydoctor.store.database import Database, Row
from comfydoctor.store.plans import read_plan, write_plan

KEPT_SECONDS = 90 * 86400.0
_ENTRY = "id, time, fix, title, server, state, said, loses, undo, expires"
_UNFINISHED = (EntryState.INTENT, EntryState.UNDOING)


class Journal:
    """Entries are written before the effect and survive a power cut on return."""

    def __init__(
        self, database: Database, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._clock = clock

    @property
    def refusal(self) -> str:
        """Why nothing can be journalled, empty when it can."""
        if self._database.volatile:
            return "Nothing can be kept on this disk, so nothing could be undone."
        return self._database.read_only

    def intend(self, plan: Plan) -> JournalEntry:
        """Note that ``plan`` is about to be applied; the entry has the plan's id."""
        now = self._clock()
        entry = JournalEntry(
            id=plan.id,
            time=now,
            fix=plan.fix,
            title=plan.title,
            server=plan.server,
            state=EntryState.INTENT,
            loses=plan.loses,
            undo=plan.undo,
            expires=now + KEPT_SECONDS,
        )
        self.add(entry, write_plan(plan))
        return entry

    def add(self, entry: JournalEntry, plan_text: str = "") -> None:
        """Keep a whole entry as it is; nothing happens when its id is known."""
        row = (
            *(entry.id, entry.time, entry.fix, entry.title, entry.server),
            *(entry.state.value, entry.said, entry.loses, entry.undo, entry.expires),
            *(plan_text, ""),
        )

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                f"INSERT OR IGNORE INTO journal ({_ENTRY}, plan, kept)"  # noqa: S608 - our own words
                " VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
                row,
            )

        self._database.write(work)

    def mark(
        self,
        entry_id: str,
        state: EntryState,
        said: str | None = None,
        *,
        undo: str | None = None,
    ) -> None:
        """Note how an entry stands now; None leaves a text as it is."""
        self._database.write(
            lambda c: c.execute(
                "UPDATE journal SET state = ?, said = coalesce(?, said),"
                " undo = coalesce(?, undo) WHERE id = ?",
                (state.value, said, undo, entry_id),
            )
        )

    def keep(self, entry_id: str, name: str, data: object) -> None:
        """Keep JSON data with an entry, for its undo or verification."""

        def work(connection: sqlite3.Connection) -> None:
            rows = connection.execute(_KEPT, (entry_id,)).fetchall()
            text = json.dumps(_read_kept(rows) | {name: data})
            connection.execute(
                "UPDATE journal SET kept = ? WHERE id = ?", (text, entry_id)
            )

        self._database.write(work)

    def kept(self, entry_id: str, name: str) -> Any:
        """What `keep` was given, None when nothing."""
        return _read_kept(self._database.read(_KEPT, (entry_id,))).get(name)

    def entry(self, entry_id: str) -> JournalEntry:
        """Raises NotUndoable when there is no such entry (any more)."""
        rows = self._database.read(
            f"SELECT {_ENTRY} FROM journal WHERE id = ?",  # noqa: S608 - our own words
            (entry_id,),
        )
        found = [entry for entry in map(_entry, rows) if entry is not None]
        if not found:
            raise NotUndoable(
                "There is no such action in the journal.",
                advice="Actions are kept for 90 days; the list of activity shows them.",
            )
        return found[0]

    def plan(self, entry_id: str) -> Plan:
        """The plan that was applied."""
        rows = self._database.read("SELECT plan FROM journal WHERE id = ?", (entry_id,))
        plan = read_plan(rows[0][0]) if rows else None
        if plan is None:
            raise NotUndoable("What was planned then is not known any more.")
        return plan

    def entries(self, server: str = "", limit: int = 200) -> tuple[JournalEntry, ...]:
        """Newest first, of one server or of all."""
        rows = self._database.read(
            f"SELECT {_ENTRY} FROM journal WHERE ? IN ('', server)"  # noqa: S608 - our own words
            " ORDER BY time DESC, rowid DESC LIMIT ?",
            (server, limit),
        )
        return tuple(e for e in map(_entry, rows) if e is not None)

    def unfinished(self, server: str = "") -> tuple[JournalEntry, ...]:
        """Begun, and the end was never noted; newest first."""
        every = self.entries(server, limit=1000)
        return tuple(entry for entry in every if entry.state in _UNFINISHED)

    def attempt(self, entry_id: str, subject: str) -> None:
        """Note, before it is sent, that something is sent that must not come twice."""
        self._database.write(
            lambda c: c.execute(
                "INSERT OR REPLACE INTO attempt (entry, subject, time)"
                " VALUES (?, ?, ?)",
                (entry_id, subject, self._clock()),
            )
        )

    def forget_attempt(self, entry_id: str, subject: str) -> None:
        """Note that it was certainly refused."""
        self._database.write(
            lambda c: c.execute(
                "DELETE FROM attempt WHERE entry = ? AND subject = ?",
                (entry_id, subject),
            )
        )

    def attempts(self, entry_id: str) -> dict[str, float]:
        """When each subject was last sent."""
        rows = self._database.read(
            "SELECT subject, time FROM attempt WHERE entry = ?", (entry_id,)
        )
        return dict(rows)

    def prune(self) -> tuple[str, ...]:
        """Drop entries past their 90 days, finished or not; returns their ids."""
        now = self._clock()

        def work(connection: sqlite3.Connection) -> tuple[str, ...]:
            rows = connection.execute(
                "SELECT id FROM journal WHERE expires < ?", (now,)
            ).fetchall()
            connection.executemany("DELETE FROM journal WHERE id = ?", rows)
            connection.executemany("DELETE FROM attempt WHERE entry = ?", rows)
            return tuple(row[0] for row in rows)

        return self._database.write(work)


_KEPT = "SELECT kept FROM journal WHERE id = ?"


def _read_kept(rows: list[Row]) -> dict[str, Any]:
    try:
        found = json.loads(rows[0][0]) if rows else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _entry(row: Row) -> JournalEntry | None:
    try:
        names = (field.strip() for field in _ENTRY.split(","))
        values = dict(zip(names, row, strict=True))
        return JournalEntry(**values | {"state": EntryState(values["state"])})
    except (ValueError, TypeError):
        return None
