"""Reads small text files of others: capped, never a pipe or device, never failing."""

import codecs
import json
import os
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path

TEXT_MAX = 2**20
"""Bytes of a configuration file that are read."""
ENTRIES_MAX = 5000
"""Entries of one folder that are looked at."""


def read_text(path: Path, limit: int = TEXT_MAX) -> str:
    """The beginning of a text file; empty when it is none or cannot be read.

    UTF-8 and the UTF-16 of Windows editors; what is neither becomes U+FFFD.
    """
    try:
        # Opened without waiting: a pipe of that name must not hold us for ever.
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except (OSError, ValueError):
        return ""
    with os.fdopen(number, "rb") as file:
        try:
            if not stat.S_ISREG(os.fstat(number).st_mode):
                return ""
            data = file.read(limit)
        except OSError:
            return ""
    return _decode(data)


def _decode(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    return data.decode("utf-8-sig", errors="replace")


def read_json(path: Path) -> dict[str, object]:
    """The object in a JSON file; empty when there is none."""
    try:
        value = json.loads(read_text(path) or "{}")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def read_toml(path: Path) -> dict[str, object]:
    """The tables of a TOML file; empty when it is not valid."""
    try:
        return tomllib.loads(read_text(path))
    except (ValueError, RecursionError):
        return {}


def table(value: object, *names: str) -> dict[str, object]:
    """The object below some names, empty where anything else stands there."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def text(value: object) -> str:
    """A text of a foreign file; anything else counts as not told."""
    return value if isinstance(value, str) else ""


def entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    """What lies in a folder, in the order of its names; nothing when unreadable."""
    try:
        with os.scandir(folder) as found:
            listed = [
                entry for entry, _ in zip(found, range(ENTRIES_MAX), strict=False)
            ]
    except (OSError, ValueError):
        return
    yield from sorted(listed, key=lambda entry: entry.name.lower())


def is_dir(path: Path) -> bool:
    """Whether a folder is there and may be seen."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def is_file(path: Path) -> bool:
    """Whether a plain file is there and may be seen."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
