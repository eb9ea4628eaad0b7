"""Files of JSON lines that only grow: each line is on the disk when we go on."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from comfydoctor.errors import StoreError
from comfydoctor.store.atomic import make_folder, sync_folder, trouble

FORMAT = 1
MOST_LINES = 20_000
LONGEST_FILE = 16 << 20
_SAFE = re.compile(r"[A-Za-z0-9-]{1,64}\Z")


class LineFiles:
    """A folder of such files. Without a folder nothing is kept.

    ``what`` is what one file holds, for messages: "walk", "run".
    """

    def __init__(self, folder: Path | None, what: str) -> None:
        self._folder = folder
        self._what = what

    def begin(self, name: str, head: dict[str, Any]) -> None:
        """Start a file. Raises StoreError when it cannot be written."""
        self.append(name, {"format": FORMAT} | head)

    def append(self, name: str, entry: dict[str, Any]) -> None:
        """Add a line, which survives a power cut from now on."""
        if self._folder is None:
            return
        path = self._path(name)
        line = json.dumps(entry, ensure_ascii=False) + "\n"
        try:
            make_folder(self._folder)
            fresh = not path.exists()
            with path.open("a", encoding="utf-8") as file:
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
            if fresh:
                sync_folder(self._folder)
        except OSError as error:
            raise trouble(error, path) from error

    def load(self, name: str) -> list[dict[str, Any]]:
        """The head and the lines after it; one that a power cut cut off is left out.

        Raises StoreError when the file is not there, too long or not ours.
        """
        path = self._path(name)
        try:
            if path.stat().st_size > LONGEST_FILE:
                raise StoreError(f"The {self._what} {name} is too long to be read.")
            lines = list(_lines(path.read_text("utf-8", errors="replace")))
        except OSError as error:
            raise StoreError(f"There is no {self._what} {name}.") from error
        if not lines or lines[0].get("format") != FORMAT:
            raise StoreError(f"The {self._what} {name} cannot be read.")
        return lines

    def readable(self) -> Iterator[str]:
        """Names of the files that can be read."""
        if self._folder is None or not self._folder.is_dir():
            return
        for path in sorted(self._folder.glob("*.jsonl")):
            try:
                self.load(path.stem)
            except StoreError:
                continue
            yield path.stem

    def _path(self, name: str) -> Path:
        if self._folder is None or not _SAFE.match(name):
            raise StoreError(f"There is no {self._what} {name}.")
        return self._folder / f"{name}.jsonl"


def number(value: object) -> float:
    """A number from JSON, 0 for anything else."""
    return float(value) if isinstance(value, (int, float)) else 0.0


def _lines(text: str) -> Iterator[dict[str, Any]]:
    for line in text.split("\n")[:MOST_LINES]:
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(entry, dict):
            yield entry
