"""The list over the shelf: what is asked often, made from the records themselves."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable
from typing import Any, NamedTuple

from comfydoctor.model.job import JobState, Output
from comfydoctor.model.version import Origin, Place, Rating, Run, Version
from comfydoctor.store.database import Row
from comfydoctor.store.versions_shelf import Record

VERSION = "version"
MARK = "mark"
RUN = "run"
GONE = "gone"

COLUMNS = (
    "v.id, v.workflow, w.key, w.name, w.path, w.server, v.content, v.time, v.origin,"
    " v.size, v.detail, v.form, v.graph, v.fingerprint, v.nodes, v.name, v.note,"
    " v.starred, v.pinned"
)
JOINED = "version v JOIN workflow w ON w.id = v.workflow"
RUN_COLUMNS = "server, job, version, state, started, ended, findings, outputs, rating"


class Content(NamedTuple):
    """Where a content lies, and against which other one it was packed."""

    base: str
    file: int
    at: int


def take(connection: sqlite3.Connection, records: Iterable[Record]) -> None:
    """List records; one that is listed already changes nothing."""
    for record in records:
        _TAKE.get(record.header.get("kind", ""), _ignore)(connection, record)
        note_end(connection, record)


def note_end(connection: sqlite3.Connection, record: Record) -> None:
    """Everything up to this record's end is listed."""
    connection.execute(
        "INSERT INTO shelf VALUES (?, ?) ON CONFLICT (file)"
        " DO UPDATE SET listed = max(listed, excluded.listed)",
        (record.spot.file, record.end),
    )


def _take_version(connection: sqlite3.Connection, record: Record) -> None:
    head = record.header
    if record.data:
        connection.execute(
            "INSERT OR IGNORE INTO content VALUES (?, ?, ?, ?, ?, ?)",
            (
                *(head["content"], head["base"], *record.spot),
                *(head["size"], len(record.data)),
            ),
        )
    place = Place(**head["place"])
    connection.execute(
        "INSERT OR IGNORE INTO version (id, workflow, content, time, origin, detail,"
        " form, graph, fingerprint, nodes, size, words)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(head["id"], workflow_of(connection, place), head["content"]),
            *(head["time"], head["origin"], head["detail"], head["form"]),
            *(head["graph"], head["fingerprint"], head["nodes"], head["size"]),
            _wording(connection, head["words"], head.get("text", "")),
        ),
    )


def workflow_of(connection: sqlite3.Connection, place: Place) -> int:
    """Number of a workflow, listed now if it was not."""
    found = connection.execute(
        "SELECT id FROM workflow WHERE key = ?", (place.key,)
    ).fetchone()
    if found is not None:
        return int(found[0])
    made = connection.execute(
        "INSERT INTO workflow (key, name, path, server) VALUES (?, ?, ?, ?)",
        (place.key, place.name, place.path, place.server),
    )
    return int(made.lastrowid or 0)


def words_hash(text: str) -> str:
    """Name of what a version can be found by; many share one."""
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()


def _wording(connection: sqlite3.Connection, name: str, text: str) -> int:
    found = connection.execute(
        "SELECT id FROM wording WHERE hash = ?", (name,)
    ).fetchone()
    if found is not None:
        return int(found[0])
    made = connection.execute("INSERT INTO wording (hash) VALUES (?)", (name,))
    number = int(made.lastrowid or 0)
    connection.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (number, text))
    return number


def _take_mark(connection: sqlite3.Connection, record: Record) -> None:
    head = record.header
    connection.execute(
        "UPDATE version SET name = ?, note = ?, starred = ?, pinned = ? WHERE id = ?",
        (head["name"], head["note"], head["starred"], head["pinned"], head["id"]),
    )


def _take_gone(connection: sqlite3.Connection, record: Record) -> None:
    connection.executemany(
        "UPDATE version SET removed = ? WHERE id = ?",
        [(record.header["time"], number) for number in record.header["ids"]],
    )


def _take_run(connection: sqlite3.Connection, record: Record) -> None:
    head = record.header
    found = connection.execute(
        "SELECT workflow, fingerprint FROM version WHERE id = ?", (head["version"],)
    ).fetchone()
    if found is None:
        return
    connection.execute(
        "INSERT OR REPLACE INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(head["server"], head["job"], head["version"], *found, head["state"]),
            *(head["started"], head["ended"], json.dumps(head["findings"])),
            *(json.dumps(head["outputs"]), head["rating"]),
        ),
    )
    connection.executemany(
        "INSERT OR IGNORE INTO made VALUES (?, ?, ?, ?)",
        [(out[0], out[1], head["server"], head["job"]) for out in head["outputs"]],
    )


def _ignore(connection: sqlite3.Connection, record: Record) -> None:
    """A kind of a newer program."""


_TAKE = {
    VERSION: _take_version,
    MARK: _take_mark,
    RUN: _take_run,
    GONE: _take_gone,
}


def read_version(row: Row) -> Version:
    """A row of `COLUMNS`."""
    number, workflow, key, name, path, server, content, time, origin, *rest = row
    size, detail, form, graph, fingerprint, nodes, called, note, star, pin = rest
    return Version(
        id=number,
        workflow=workflow,
        place=Place(key, name, path, server),
        content=content,
        time=time,
        origin=Origin(origin),
        size=size,
        detail=detail,
        form=form,
        graph=graph,
        fingerprint=fingerprint,
        nodes=nodes,
        name=called,
        note=note,
        starred=bool(star),
        pinned=bool(pin),
    )


def read_run(row: Row) -> Run:
    """A row of `RUN_COLUMNS`."""
    server, job, version, state, started, ended, findings, outputs, rating = row
    return Run(
        server=server,
        job=job,
        version=version,
        state=JobState(state),
        started=started,
        ended=ended,
        findings=tuple(json.loads(findings)),
        outputs=tuple(Output(*out) for out in json.loads(outputs)),
        rating=Rating(rating),
    )


def run_header(run: Run) -> dict[str, Any]:
    """The record of a run."""
    return {
        "kind": RUN,
        "server": run.server,
        "job": run.job,
        "version": run.version,
        "state": run.state.value,
        "started": run.started,
        "ended": run.ended,
        "findings": list(run.findings),
        "outputs": [
            [out.filename, out.subfolder, out.type, out.node, out.kind]
            for out in run.outputs
        ],
        "rating": run.rating.value,
    }
