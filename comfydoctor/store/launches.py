"""How servers of this computer were started, so that a dead one can be again."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from comfydoctor.store.atomic import write_text
from comfydoctor.store.redact import redact_text

MOST = 100


@dataclass(frozen=True)
class Started:
    """What was seen of a server's process; its environment is never kept."""

    argv: tuple[str, ...]
    cwd: str
    log: str = ""


class Launches:
    """One small file, by the server's key."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def get(self, server: str) -> Started | None:
        """How a server was started when it was seen last; None when it never was."""
        found = self._read().get(server, {})
        try:
            return Started(tuple(found["argv"]), found["cwd"], found["log"])
        except (TypeError, KeyError):
            return None

    def remember(self, server: str, started: Started) -> None:
        """Keep it; a command line with a key or password in it is not kept."""
        words = " ".join(started.argv)
        known = self._read()
        written = asdict(started) | {"argv": list(started.argv)}
        if (
            self._path is None
            or redact_text(words) != words
            or known.get(server) == written
        ):
            return
        known.pop(server, None)
        newest = dict(list((known | {server: written}).items())[-MOST:])
        write_text(self._path, json.dumps(newest, indent=1, ensure_ascii=False))

    def _read(self) -> dict[str, dict[str, str]]:
        if self._path is None:
            return {}
        try:
            found = json.loads(self._path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError):
            return {}  # it is seen anew with the next start
        return found if isinstance(found, dict) else {}
