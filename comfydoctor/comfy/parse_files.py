"""Records of files: models, userdata, uploads, logs."""

import re
from dataclasses import dataclass

from comfydoctor.comfy.parse_fields import (
    items,
    lines,
    mapping,
    name,
    number,
    sequence,
    size,
)
from comfydoctor.errors import Garbled
from comfydoctor.model.logline import LogEntry

_SECONDS_MAX = 1e11
"""The year 5138: a larger stamp counts milliseconds."""
_SUFFIX = re.compile(r" \[(input|output|temp)\]$")


@dataclass(frozen=True)
class ModelFile:
    """One model as ``/experiment/models`` lists it; None where not told."""

    name: str
    size: int | None
    modified: float | None
    """Unix seconds of the server's clock."""


@dataclass(frozen=True)
class UserFile:
    """One file of ``/userdata``; the path is relative to the folder asked for."""

    path: str
    size: int | None
    modified: float | None
    """Unix seconds; the server counts in milliseconds or seconds, by version."""


@dataclass(frozen=True)
class Upload:
    """Where an upload was stored; the name can differ from the one asked for."""

    name: str
    subfolder: str
    type: str


def parse_model_files(value: object) -> tuple[ModelFile, ...]:
    """``GET /experiment/models/{folder}``."""
    return tuple(
        ModelFile(
            name(entry["name"]), size(entry.get("size")), number(entry.get("modified"))
        )
        for entry in items(value)
        if isinstance(entry.get("name"), str)
    )


def parse_user_files(value: object) -> tuple[UserFile, ...]:
    """``GET /userdata?full_info=true`` and ``GET /v2/userdata`` (files only)."""
    return tuple(
        UserFile(
            name(entry["path"]), size(entry.get("size")), _unix(entry.get("modified"))
        )
        for entry in items(value)
        if isinstance(entry.get("path"), str) and entry.get("type") != "directory"
    )


def parse_user_file(value: object) -> UserFile:
    """The record that writing and moving answer with ``full_info=true``."""
    found = parse_user_files([value])
    if not found:
        raise Garbled("The server does not say what it stored.")
    return found[0]


def parse_upload(value: object) -> Upload:
    """``POST /upload/image``."""
    answer = mapping(value)
    if not name(answer.get("name")):
        raise Garbled("The server does not say where it stored the upload.")
    return Upload(
        name(answer["name"]), name(answer.get("subfolder")), name(answer.get("type"))
    )


def parse_names(value: object) -> tuple[str, ...]:
    """A list of names."""
    return tuple(name(entry) for entry in sequence(value) if isinstance(entry, str))


def parse_internal_files(value: object) -> tuple[str, ...]:
    """Newest first; since 0.20 each name ends in `` [output]`` or the like."""
    return tuple(_SUFFIX.sub("", entry) for entry in parse_names(value))


def parse_folder_paths(value: object) -> dict[str, tuple[str, ...]]:
    """``GET /internal/folder_paths``: type of model -> folders on the server."""
    return {name(kind): parse_names(paths) for kind, paths in mapping(value).items()}


def parse_log(value: object) -> tuple[LogEntry, ...]:
    """``GET /internal/logs/raw``: a ring of 300 writes, not lines."""
    entries = mapping(value).get("entries")
    if not isinstance(entries, list):
        raise Garbled("The server's answer is not a log.")
    return tuple(
        LogEntry(name(entry.get("t"), 40), _raw(entry.get("m")))
        for entry in items(entries)
    )


def parse_log_text(value: object) -> str:
    """``GET /internal/logs``: one text with a time before each line."""
    return lines(value, 1 << 20)


def _unix(value: object) -> float | None:
    stamp = number(value)
    return stamp / 1000 if stamp is not None and stamp > _SECONDS_MAX else stamp


def _raw(value: object) -> str:
    """Uncleaned: carriage returns and colours are read by comfy.logs."""
    return name(value, 1 << 20)
