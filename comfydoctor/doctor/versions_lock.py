"""A server's environment as a lock file: written, read, and checked against."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from comfydoctor import __version__
from comfydoctor.diagnosis.changes import compare
from comfydoctor.doctor.comparing import moment, state_of
from comfydoctor.doctor.office import Office
from comfydoctor.errors import UsageError
from comfydoctor.model.fingerprint import (
    PARTS,
    Comparison,
    Event,
    Fingerprint,
    Moment,
)
from comfydoctor.model.server import ServerProfile
from comfydoctor.store.atomic import write_text

FORMAT = 1
MOST_BYTES = 64 << 20


@dataclass(frozen=True)
class Locked:
    """What a lock file holds."""

    time: float
    server: str
    fingerprint: Fingerprint

    @property
    def counts(self) -> dict[str, int]:
        """Entries of each part."""
        return {name: len(part) for name, part in self.fingerprint.parts.items()}


async def write_lock(
    office: Office, profile: ServerProfile, path: Path, *, replace: bool = False
) -> Locked:
    """Write the state of now. Raises UsageError, StoreError or a ServerError."""
    if not replace:
        await asyncio.to_thread(_refuse_existing, path)
    taken, _by_files = await state_of(office, profile)
    now = moment(taken.fingerprint)
    locked = Locked(now.time, profile.name, now.fingerprint)
    write_text(path, _written(locked))
    return locked


def _refuse_existing(path: Path) -> None:
    if path.exists():
        raise UsageError(f"{path} is there already.", advice="Add --force.")


async def check_lock(
    office: Office, profile: ServerProfile, locked: Locked
) -> Comparison:
    """What differs on a server. Raises a ServerError when it cannot be read."""
    taken, _by_files = await state_of(office, profile)
    then = Moment(locked.time, Event.ASKED, locked.fingerprint, first=locked.time)
    return compare(then, moment(taken.fingerprint))


def read_lock(path: Path) -> Locked:
    """Raises UsageError for a file that is none."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(f"{path} is too large for a lock file.")
        body: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if body["format"] != FORMAT:
            raise UsageError(f"{path} was written by a newer ComfyDoctor.")
        parts = {name: _part(body["parts"][name]) for name in body["parts"]}
        unread = _part(body["unread"])
        fingerprint = Fingerprint(parts, unread)
        return Locked(float(body["time"]), str(body["server"]), fingerprint)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(f"{path} is no lock file.") from error


def _part(told: dict[str, object]) -> dict[str, str]:
    return {str(name): str(value) for name, value in told.items()}


def _written(locked: Locked) -> str:
    """Sorted and indented, so that a version control shows what changed."""
    order = [name for name, _words in PARTS]
    parts = locked.fingerprint.parts
    body = {
        "format": FORMAT,
        "made_by": f"comfydoctor {__version__}",
        "time": locked.time,
        "server": locked.server,
        "parts": {
            name: dict(sorted(parts[name].items())) for name in order if name in parts
        },
        "unread": dict(locked.fingerprint.unread),
    }
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"
