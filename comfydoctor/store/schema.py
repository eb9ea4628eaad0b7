"""The tables of our two databases, as the steps that lead to them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Schema:
    """Step ``n`` leads from version ``n`` to ``n + 1``; published steps stay."""

    name: str
    application_id: int
    """Stands in the file's header, so that a foreign file is recognised."""
    steps: tuple[tuple[str, ...], ...]

    @property
    def version(self) -> int:
        """The version this program writes."""
        return len(self.steps)


RECORDS = Schema(
    "records",
    0x43444F31,
    (
        (
            """CREATE TABLE journal (
                id TEXT PRIMARY KEY, time REAL NOT NULL, fix TEXT NOT NULL,
                title TEXT NOT NULL, server TEXT NOT NULL, state TEXT NOT NULL,
                said TEXT NOT NULL, loses TEXT NOT NULL, undo TEXT NOT NULL,
                expires REAL NOT NULL, plan TEXT NOT NULL, kept TEXT NOT NULL
            )""",
            "CREATE INDEX journal_time ON journal (server, time)",
            """CREATE TABLE attempt (
                entry TEXT NOT NULL, subject TEXT NOT NULL, time REAL NOT NULL,
                PRIMARY KEY (entry, subject)
            ) WITHOUT ROWID""",
            """CREATE TABLE audit (
                idx INTEGER PRIMARY KEY, time REAL NOT NULL, who TEXT NOT NULL,
                server TEXT NOT NULL, action TEXT NOT NULL, detail TEXT NOT NULL,
                result TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL
            )""",
            """CREATE TABLE job (
                server TEXT NOT NULL, id TEXT NOT NULL, ended REAL,
                state TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (server, id)
            ) WITHOUT ROWID""",
            "CREATE INDEX job_ended ON job (server, ended)",
        ),
    ),
)

SAMPLES = Schema(
    "samples",
    0x43444F32,
    (
        (
            """CREATE TABLE series (
                id INTEGER PRIMARY KEY, scope TEXT NOT NULL, metric TEXT NOT NULL,
                subject TEXT NOT NULL, UNIQUE (scope, metric, subject)
            )""",
            """CREATE TABLE sample (
                series INTEGER NOT NULL, time REAL NOT NULL, value REAL,
                PRIMARY KEY (series, time)
            ) WITHOUT ROWID""",
        ),
        (
            """CREATE TABLE tail (
                id INTEGER PRIMARY KEY, scope TEXT NOT NULL, hour INTEGER NOT NULL,
                body BLOB NOT NULL
            )""",
            """CREATE TABLE chunk (
                id INTEGER PRIMARY KEY, series INTEGER NOT NULL,
                step INTEGER NOT NULL, start INTEGER NOT NULL, body BLOB NOT NULL,
                UNIQUE (series, step, start)
            )""",
        ),
    ),
)

MODELS = Schema(
    "list of model files",
    0x43444F33,
    (
        (
            """CREATE TABLE model (
                path TEXT PRIMARY KEY, size INTEGER NOT NULL,
                modified INTEGER NOT NULL, maker TEXT NOT NULL, body TEXT NOT NULL
            ) WITHOUT ROWID""",
        ),
    ),
)
"""What was seen in model files, by path, size and time; may be deleted any time."""

VERSIONS = Schema(
    "list of workflow versions",
    0x43444F34,
    (
        (
            """CREATE TABLE workflow (
                id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
                path TEXT NOT NULL, server TEXT NOT NULL
            )""",
            """CREATE TABLE content (
                hash TEXT PRIMARY KEY, base TEXT NOT NULL, file INTEGER NOT NULL,
                at INTEGER NOT NULL, size INTEGER NOT NULL, packed INTEGER NOT NULL
            ) WITHOUT ROWID""",
            """CREATE TABLE version (
                id INTEGER PRIMARY KEY, workflow INTEGER NOT NULL,
                content TEXT NOT NULL, time REAL NOT NULL, origin TEXT NOT NULL,
                detail TEXT NOT NULL, form TEXT NOT NULL, graph TEXT NOT NULL,
                fingerprint TEXT NOT NULL, nodes INTEGER NOT NULL,
                size INTEGER NOT NULL, words INTEGER NOT NULL,
                name TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '',
                starred INTEGER NOT NULL DEFAULT 0, pinned INTEGER NOT NULL DEFAULT 0,
                removed REAL
            )""",
            "CREATE INDEX version_workflow ON version (workflow, id)",
            "CREATE INDEX version_content ON version (content)",
            "CREATE INDEX version_fingerprint ON version (fingerprint, workflow)",
            "CREATE INDEX version_graph ON version (graph, workflow)",
            "CREATE INDEX version_words ON version (words)",
            """CREATE TABLE wording (
                id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE
            )""",
            "CREATE VIRTUAL TABLE words USING fts5 (text, content='', detail=full)",
            """CREATE TABLE run (
                server TEXT NOT NULL, job TEXT NOT NULL, version INTEGER NOT NULL,
                workflow INTEGER NOT NULL, fingerprint TEXT NOT NULL,
                state TEXT NOT NULL, started REAL, ended REAL,
                findings TEXT NOT NULL, outputs TEXT NOT NULL,
                rating INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (server, job)
            ) WITHOUT ROWID""",
            "CREATE INDEX run_state ON run (workflow, fingerprint)",
            "CREATE INDEX run_version ON run (version)",
            """CREATE TABLE made (
                filename TEXT NOT NULL, subfolder TEXT NOT NULL, server TEXT NOT NULL,
                job TEXT NOT NULL, PRIMARY KEY (filename, subfolder, server, job)
            ) WITHOUT ROWID""",
            """CREATE TABLE shelf (
                file INTEGER PRIMARY KEY, listed INTEGER NOT NULL
            )""",
        ),
    ),
)
"""A list over the files of kept versions, which hold everything themselves; it is
made again from them when it was lost."""

FINGERPRINTS = Schema(
    "fingerprints of servers",
    0x43444F35,
    (
        (
            """CREATE TABLE part (
                hash TEXT PRIMARY KEY, body BLOB NOT NULL
            ) WITHOUT ROWID""",
            """CREATE TABLE moment (
                server TEXT NOT NULL, event TEXT NOT NULL, workflow TEXT NOT NULL,
                state TEXT NOT NULL, first REAL NOT NULL, time REAL NOT NULL,
                UNIQUE (server, event, workflow, state)
            )""",
            "CREATE INDEX moment_time ON moment (server, time)",
            """CREATE TABLE abode (
                server TEXT PRIMARY KEY, body TEXT NOT NULL
            ) WITHOUT ROWID""",
        ),
    ),
)
"""States of servers over time; a state names its parts, equal parts are kept once."""
