"""Where servers lived when they were last met: kept, and read when one is gone."""

import logging
from dataclasses import asdict, dataclass

from comfydoctor.errors import StoreError
from comfydoctor.model.installation import Installation
from comfydoctor.store.fingerprints import Fingerprints
from comfydoctor.store.paths import Paths

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Abode:
    """What is needed to find the files of a server without its process."""

    root: str
    base: str
    logs: tuple[str, ...] = ()
    """Files that its console went into."""
    python: str = ""
    flags: tuple[str, ...] = ()
    pid: int | None = None
    good: float = 0.0
    """Unix seconds when it last answered."""


def abode_of(found: Installation, pid: int | None, now: float) -> Abode:
    """Where an installation lives, as it is remembered."""
    logs = tuple(x for server in found.running for x in server.outputs)
    return Abode(
        root=found.root,
        base=found.base,
        logs=tuple(dict.fromkeys(logs)),
        python=found.python.executable if found.python else "",
        flags=found.flags,
        pid=pid,
        good=now,
    )


def keep_abode(kept: Fingerprints, server: str, abode: Abode) -> None:
    """Remember it; a disk that refuses is logged."""
    try:
        kept.keep_abode(server, asdict(abode))
    except StoreError as error:
        log.warning("where %s lives is not kept: %s", server, error)


def load_abode(kept: Fingerprints, server: str) -> Abode | None:
    """Where a server lived, without its process, which is another one by now."""
    try:
        said = kept.abode(server)
        return Abode(
            root=str(said["root"]),
            base=str(said["base"]),
            logs=_texts(said["logs"]),
            python=str(said["python"]),
            flags=_texts(said["flags"]),
            good=float(str(said["good"])),
        )
    except (StoreError, KeyError, ValueError):
        return None


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def remembered(url: str, paths: Paths | None = None) -> Abode | None:
    """The same for an address, from this person's profile."""
    place = (paths or Paths.find()).fingerprints
    return load_abode(Fingerprints(place, writer=False), url.lower())
