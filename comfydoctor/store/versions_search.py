"""What is asked of the kept versions: lists, timelines, the last good one, words."""

import re
from collections.abc import Iterable

from comfydoctor.model.job import JobState
from comfydoctor.model.version import KeptWorkflow, Place, Run, Version
from comfydoctor.store import versions_index as index
from comfydoctor.store.versions import VersionStore

SPARK = 12
"""Outcomes a list shows for a workflow."""
_SELECT = f"SELECT {index.COLUMNS} FROM {index.JOINED} WHERE v.removed IS NULL"  # noqa: S608 - our own words
_GOOD = """SELECT v.id FROM version v
    WHERE v.removed IS NULL AND v.workflow = ?
    AND EXISTS (SELECT 1 FROM run r WHERE r.workflow = v.workflow
    AND (r.version = v.id OR (r.fingerprint = v.fingerprint AND v.fingerprint <> ''))
    AND r.state = 'succeeded' AND r.rating >= 0)"""


def workflows(
    store: VersionStore, *, server: str | None = None, limit: int = 1000
) -> tuple[KeptWorkflow, ...]:
    """Newest first, of one server and this computer, or of all."""
    rows = store.database.read(
        "SELECT w.id, w.key, w.name, w.path, w.server, count(*), max(v.time)"
        " FROM workflow w JOIN version v ON v.workflow = w.id"
        " WHERE v.removed IS NULL AND (? IS NULL OR w.server IN ('', ?))"
        " GROUP BY w.id ORDER BY max(v.time) DESC LIMIT ?",
        (server, server, limit),
    )
    return tuple(
        KeptWorkflow(
            id=number,
            place=Place(*place),
            versions=count,
            newest=newest,
            outcomes=_outcomes(store, number),
            good=_good_number(store, number),
        )
        for number, *place, count, newest in rows
    )


def _outcomes(store: VersionStore, workflow: int) -> tuple[JobState, ...]:
    rows = store.database.read(
        "SELECT state FROM run WHERE workflow = ?"
        " ORDER BY coalesce(ended, started, 0) DESC LIMIT ?",
        (workflow, SPARK),
    )
    return tuple(JobState(row[0]) for row in reversed(rows))


def _good_number(store: VersionStore, workflow: int) -> int | None:
    rows = store.database.read(
        f"{_GOOD} ORDER BY v.id DESC LIMIT 1",
        (workflow,),
    )
    return int(rows[0][0]) if rows else None


def last_good(store: VersionStore, workflow: int) -> Version | None:
    """The newest version with a run that succeeded and was not rejected."""
    number = _good_number(store, workflow)
    return None if number is None else store.version(number)


def timeline(
    store: VersionStore, workflow: int, *, limit: int = 500, before: int | None = None
) -> tuple[Version, ...]:
    """Versions of a workflow, newest first; ``before`` a number, to page on."""
    return _versions(
        store,
        "AND v.workflow = ? AND (? IS NULL OR v.id < ?) ORDER BY v.id DESC LIMIT ?",
        (workflow, before, before, limit),
    )


def runs_of(store: VersionStore, version: Version) -> tuple[Run, ...]:
    """What came of it and of those that differ in seeds and layout only."""
    rows = store.database.read(
        f"SELECT {index.RUN_COLUMNS} FROM run WHERE workflow = ? AND (version = ?"  # noqa: S608 - our own words
        " OR (fingerprint = ? AND fingerprint <> ''))"
        " ORDER BY coalesce(ended, started, 0)",
        (version.workflow, version.id, version.fingerprint),
    )
    return tuple(map(index.read_run, rows))


def runs_in(store: VersionStore, workflow: int) -> dict[str, tuple[Run, ...]]:
    """All runs of a workflow by fingerprint, oldest first."""
    found: dict[str, list[Run]] = {}
    rows = store.database.read(
        f"SELECT fingerprint, {index.RUN_COLUMNS} FROM run WHERE workflow = ?"  # noqa: S608 - our own words
        " ORDER BY coalesce(ended, started, 0)",
        (workflow,),
    )
    for fingerprint, *row in rows:
        found.setdefault(fingerprint, []).append(index.read_run(tuple(row)))
    return {fingerprint: tuple(runs) for fingerprint, runs in found.items()}


def run_of_job(store: VersionStore, server: str, job: str) -> Run | None:
    """What is kept of one job."""
    rows = store.database.read(
        f"SELECT {index.RUN_COLUMNS} FROM run WHERE server = ? AND job = ?",  # noqa: S608 - our own words
        (server, job),
    )
    return index.read_run(rows[0]) if rows else None


def with_content(store: VersionStore, names: Iterable[str]) -> tuple[Version, ...]:
    """Versions of exactly these contents, newest first."""
    wanted = tuple(names)
    marks = ", ".join("?" * len(wanted))
    return _versions(store, f"AND v.content IN ({marks}) ORDER BY v.id DESC", wanted)


def with_fingerprint(
    store: VersionStore, names: Iterable[str], limit: int = 50
) -> tuple[Version, ...]:
    """Versions whose graphs differ in seeds and layout only, newest first."""
    wanted = tuple(name for name in names if name)
    marks = ", ".join("?" * len(wanted))
    return _versions(
        store,
        f"AND v.fingerprint IN ({marks}) ORDER BY v.id DESC LIMIT ?",
        (*wanted, limit),
    )


def with_graph(store: VersionStore, graph: str, server: str) -> tuple[Version, ...]:
    """The newest version of every workflow that has ComfyUI's id of a graph."""
    return _versions(
        store,
        "AND v.graph = ? AND w.server IN ('', ?) AND w.path <> ''"
        " GROUP BY v.workflow HAVING v.id = max(v.id) ORDER BY v.id DESC",
        (graph, server),
    )


def that_made(store: VersionStore, filename: str) -> tuple[Version, ...]:
    """Versions whose jobs wrote a file of that name, newest first."""
    return _versions(
        store,
        "AND v.id IN (SELECT r.version FROM made m JOIN run r ON r.server = m.server"
        " AND r.job = m.job WHERE m.filename = ?) ORDER BY v.id DESC",
        (filename,),
    )


def named(store: VersionStore, name: str) -> tuple[KeptWorkflow, ...]:
    """Workflows by number, path or name, the ending may be left out."""
    bare = name.removesuffix(".json").lower()
    return tuple(
        found
        for found in workflows(store, limit=100_000)
        if bare
        in {
            str(found.id),
            found.place.key.lower(),
            found.place.path.removesuffix(".json").lower(),
            found.place.name.removesuffix(".json").lower(),
        }
    )


def search(store: VersionStore, text: str, limit: int = 100) -> tuple[Version, ...]:
    """Versions with all these words: in the graph, or in names and notes."""
    tokens = re.findall(r"\w+", text)
    if not tokens:
        return ()
    query = " ".join(f'"{token}"*' for token in tokens)
    like = f"%{text.strip()}%"
    rows = store.database.read(
        "SELECT id FROM version WHERE removed IS NULL AND words IN"
        " (SELECT rowid FROM words WHERE words MATCH ?)"
        " UNION SELECT v.id FROM version v JOIN workflow w ON w.id = v.workflow"
        " WHERE v.removed IS NULL AND w.name LIKE ?"
        " UNION SELECT id FROM version WHERE removed IS NULL AND (name LIKE ?"
        " OR note LIKE ?) ORDER BY id DESC LIMIT ?",
        (query, like, like, like, limit),
    )
    marks = ", ".join("?" * len(rows))
    numbers = tuple(row[0] for row in rows)
    return _versions(store, f"AND v.id IN ({marks}) ORDER BY v.id DESC", numbers)


def _versions(
    store: VersionStore, condition: str, values: tuple[object, ...]
) -> tuple[Version, ...]:
    rows = store.database.read(f"{_SELECT} {condition}", values)
    return tuple(map(index.read_version, rows))
