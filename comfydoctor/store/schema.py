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
