"""A support bundle: one file that a helper opens and works on as if connected.

A ZIP with ``manifest.json``, ``dossier.json`` and ``log.txt``. What is read from one
is hostile: sizes and numbers are capped, names are never used as paths.
"""

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json, to_json

from comfydoctor.errors import UsageError
from comfydoctor.model.dossier import Dossier

FORMAT = 1
NAME = "comfydoctor-bundle"
MANIFEST, DOSSIER, LOG = "manifest.json", "dossier.json", "log.txt"
LARGEST_FILE = 256 << 20
LARGEST_PART = 64 << 20
MOST_PARTS = 64
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ValueError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)
"""What zipfile and the parsers raise over a damaged or hostile archive."""
_DOSSIER = TypeAdapter(Dossier)


def write_bundle(path: Path, dossier: Dossier) -> None:
    """Write a redacted dossier. Raises OSError when it cannot be written."""
    inside = io.BytesIO()
    manifest = {"kind": NAME, "format": FORMAT, "made": dossier.made}
    with zipfile.ZipFile(inside, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        archive.writestr(MANIFEST, to_json(manifest, indent=1))
        archive.writestr(LOG, "\n".join(dossier.log))
        # NaN is a gap in a curve; JSON has no other word for it.
        body = to_json(replace(dossier, log=()), inf_nan_mode="constants")
        archive.writestr(DOSSIER, body)
    path.write_bytes(inside.getvalue())


def is_bundle(path: Path) -> bool:
    """Whether the file is a bundle of ours, by its beginning and its parts."""
    try:
        if path.stat().st_size > LARGEST_FILE or not zipfile.is_zipfile(path):
            return False
        with zipfile.ZipFile(path) as archive:
            return {MANIFEST, DOSSIER} <= set(archive.namelist()[:MOST_PARTS])
    except (OSError, zipfile.BadZipFile):
        return False


def read_bundle(path: Path) -> Dossier:
    """The dossier in a bundle. Raises UsageError, which says what is wrong."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise UsageError(f"{path.name} is larger than a bundle can be (256 MiB).")
        with zipfile.ZipFile(path) as archive:
            return _read(archive, path.name)
    except OSError as error:
        raise UsageError(f"{path.name} cannot be read: {error.strerror}.") from error
    except _BROKEN as error:
        raise UsageError(
            f"{path.name} is not a support bundle, or it is damaged.",
            advice="Ask for the file again; send it as an attachment, not as text.",
        ) from error


def _read(archive: zipfile.ZipFile, name: str) -> Dossier:
    manifest: Mapping[str, Any] = from_json(_part(archive, MANIFEST))
    if not isinstance(manifest, dict) or manifest.get("kind") != NAME:
        raise ValueError("another kind of archive")
    if manifest.get("format") != FORMAT:
        raise UsageError(
            f"{name} was made by a newer ComfyDoctor.",
            advice="Update this ComfyDoctor to open it.",
        )
    log = _part(archive, LOG).decode("utf-8", "replace").split("\n")
    try:
        dossier = _DOSSIER.validate_python(from_json(_part(archive, DOSSIER)))
    except ValidationError as error:
        raise ValueError("the dossier is not whole") from error
    return replace(dossier, log=tuple(log))


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """One part, never more than is allowed, whatever its header says."""
    try:
        with archive.open(name) as part:
            body = part.read(LARGEST_PART + 1)
    except (KeyError, RuntimeError, zipfile.BadZipFile) as error:
        raise ValueError(f"no part {name}") from error
    if len(body) > LARGEST_PART:
        raise ValueError(f"part {name} is too large")
    return body
