"""May ComfyUI write into its own folders?"""

import errno
from collections.abc import Iterator
from pathlib import Path

from comfydoctor.diagnosis.environment.fileprobe import FileProbe, flags_of
from comfydoctor.diagnosis.environment.process import owner_of
from comfydoctor.diagnosis.environment.rights import Right, right_of
from comfydoctor.diagnosis.environment.writing import write_once
from comfydoctor.diagnosis.probe import Look
from comfydoctor.model.finding import Confidence, Evidence, Severity
from comfydoctor.model.installation import Installation
from comfydoctor.model.probe import ProbeResult

NEEDED = {
    "output": "--output-directory",
    "temp": "--temp-directory",
    "input": "--input-directory",
    "user": "--user-directory",
}
"""Folders that every run may write into, and the option that moves each."""
OF_THE_DISK = {errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT}
INSTALLING = "custom_nodes"
"""Written only when packs are installed or updated."""


class FolderRights(FileProbe):
    """Modes, owners and mounts; a file is written only where that is allowed."""

    id = "folder-rights"
    every = 30.0

    def read(self, look: Look, found: Installation) -> ProbeResult:
        owner = owner_of(look.home.pid) if look.home.pid else None
        rights = [right_of(folder, owner) for folder in _folders(look, found)]
        if look.may_write:
            rights = [_tried(right) for right in rights]
        told = [right for right in rights if right.may_write is not None]
        if not told:
            return self.unknown("Not known: this system does not tell without writing.")
        closed = [right for right in told if not right.may_write]
        if not closed:
            return self.result(f"{len(told)} folders can be written.")
        words = "; ".join(f"{right.folder}: {right.why}" for right in closed)
        needed = any(Path(r.folder).name != INSTALLING for r in closed)
        finding = look.finding(
            "no-write-permission",
            [Evidence("probe:folder-rights", f"{r.folder}: {r.why}.") for r in closed],
            confidence=Confidence.LIKELY,
            severity=Severity.ERROR if needed else Severity.WARNING,
        )
        return self.result(f"{words}.", [finding])


def _folders(look: Look, found: Installation) -> Iterator[str]:
    """Those that exist: ComfyUI makes ``temp`` when it needs it."""
    flags = flags_of(look, found)
    for name, option in NEEDED.items():
        said = flags.value(option)
        place = Path(found.root or found.base, said) if said else Path(found.base, name)
        if said and name == "temp":
            place /= "temp"
        if place.is_dir():
            yield str(place)
    packs = Path(found.base, INSTALLING)
    if packs.is_dir():
        yield str(packs)


def _tried(right: Right) -> Right:
    """A disk that fails us fails the server; a right that we lack may be its own."""
    error = write_once(Path(right.folder))
    if error is None:
        return right if right.may_write is False else Right(right.folder, True)
    if error.errno in OF_THE_DISK:
        return Right(right.folder, False, error.strerror or "the disk fails")
    return right
