"""Finished jobs: ComfyUI forgets them at every restart, we do not."""

import json
import sqlite3
from dataclasses import asdict
from typing import Any

from comfydoctor.model.job import Job, JobError, JobState, Output
from comfydoctor.store.database import Database
from comfydoctor.store.redact import redact_text

KEPT = 20_000
"""Jobs kept of each server."""


class Jobs:
    """The finished jobs of one server."""

    def __init__(self, database: Database, server: str) -> None:
        self._database = database
        self._server = server

    def keep(self, *jobs: Job) -> None:
        """Add jobs or replace what was known of them.

        That a job was lost is a guess, so it never replaces a known end.
        """
        rows = [
            (self._server, job.id, job.ended, job.state.value, _written(job))
            for job in jobs
        ]

        def work(connection: sqlite3.Connection) -> None:
            connection.executemany(
                "INSERT INTO job (server, id, ended, state, body)"
                " VALUES (?, ?, ?, ?, ?) ON CONFLICT (server, id) DO UPDATE SET"
                " ended = excluded.ended, state = excluded.state, body = excluded.body"
                " WHERE excluded.state <> 'lost' OR job.state = 'lost'",
                rows,
            )

        if rows:
            self._database.write(work, durable=False)

    def get(self, job_id: str) -> Job | None:
        """One job, None when we never saw its end."""
        rows = self._database.read(
            "SELECT body FROM job WHERE server = ? AND id = ?", (self._server, job_id)
        )
        return _read(rows[0][0]) if rows else None

    def recent(self, limit: int = 200) -> tuple[Job, ...]:
        """Newest first."""
        rows = self._database.read(
            "SELECT body FROM job WHERE server = ? ORDER BY ended DESC LIMIT ?",
            (self._server, limit),
        )
        found = (_read(row[0]) for row in rows)
        return tuple(job for job in found if job is not None)

    def between(self, start: float, end: float, limit: int = 1000) -> tuple[Job, ...]:
        """Those that ended from ``start`` on and began before ``end``, oldest first."""
        rows = self._database.read(
            "SELECT body FROM job WHERE server = ? AND ended >= ?"
            " ORDER BY ended DESC LIMIT ?",
            (self._server, start, limit),
        )
        found = (_read(row[0]) for row in reversed(rows))
        jobs = (job for job in found if job is not None)
        return tuple(job for job in jobs if (job.started or job.ended or 0.0) < end)

    def prune(self, kept: int = KEPT) -> None:
        """Drop the oldest beyond ``kept``."""
        self._database.write(
            lambda c: c.execute(
                "DELETE FROM job WHERE server = ? AND id NOT IN (SELECT id FROM job"
                " WHERE server = ? ORDER BY ended DESC LIMIT ?)",
                (self._server, self._server, kept),
            ),
            durable=False,
        )


def _written(job: Job) -> str:
    body = asdict(job) | {"state": job.state.value}
    return redact_text(json.dumps(body, ensure_ascii=True, separators=(",", ":")))


def _read(text: str) -> Job | None:
    """A damaged row is left out, not shown as something it was not."""
    try:
        body: dict[str, Any] = json.loads(text)
        error = body.pop("error")
        if error is not None:
            error = JobError(**error | {"traceback": tuple(error["traceback"])})
        outputs = tuple(Output(**output) for output in body.pop("outputs"))
        state = JobState(body.pop("state"))
        models = tuple(body.pop("models", ()))
        return Job(**body, state=state, error=error, outputs=outputs, models=models)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
