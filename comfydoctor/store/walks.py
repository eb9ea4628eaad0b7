"""Guided diagnoses as files of lines: each step is kept at once, none is changed."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from comfydoctor.errors import StoreError
from comfydoctor.model.flowchart import Step
from comfydoctor.model.guidance import WalkRecord
from comfydoctor.store.atomic import make_folder, sync_folder, trouble
from comfydoctor.store.redact import redact_text

FORMAT = 1
MOST_LINES = 2000
LONGEST_FILE = 4 << 20
_TEXTS = ("chart", "node", "answer", "by", "why")
_SAFE = re.compile(r"[A-Za-z0-9-]{1,64}\Z")


class Walks:
    """The transcripts of one profile. Without a folder nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def begin(self, record: WalkRecord) -> None:
        """Keep a new walk. Raises StoreError when that cannot be written."""
        head = {"format": FORMAT, "chart": record.chart, "server": record.server}
        self._append(record.id, head | {"began": record.began})

    def step(self, walk_id: str, step: Step) -> None:
        """Keep one step; what the person noted loses its secrets."""
        self._append(walk_id, asdict(step) | {"why": redact_text(step.why)})

    def back(self, walk_id: str, steps: int) -> None:
        """Keep that the last steps were taken back."""
        self._append(walk_id, {"back": steps})

    def load(self, walk_id: str) -> WalkRecord:
        """One walk. Raises StoreError when it is not there or not ours."""
        path = self._path(walk_id)
        try:
            if path.stat().st_size > LONGEST_FILE:
                raise StoreError(f"The walk {walk_id} is too long to be read.")
            lines = list(_lines(path.read_text("utf-8", errors="replace")))
        except OSError as error:
            raise StoreError(f"There is no walk {walk_id}.") from error
        if not lines or lines[0].get("format") != FORMAT:
            raise StoreError(f"The walk {walk_id} cannot be read.")
        head = lines[0]
        return WalkRecord(
            walk_id,
            str(head.get("chart", "")),
            str(head.get("server", "")),
            _number(head.get("began")),
            tuple(_steps(lines[1:])),
        )

    def list(self, server: str = "", limit: int = 50) -> tuple[WalkRecord, ...]:
        """The newest walks, newest first; those that cannot be read are left out."""
        if self._folder is None or not self._folder.is_dir():
            return ()
        names = [path.stem for path in self._folder.glob("*.jsonl")]
        found: list[WalkRecord] = []
        for name in names:
            try:
                record = self.load(name)
            except StoreError:
                continue
            if server in {"", record.server}:
                found.append(record)
        return tuple(sorted(found, key=lambda r: -r.began)[:limit])

    def _append(self, walk_id: str, entry: dict[str, Any]) -> None:
        if self._folder is None:
            return
        path = self._path(walk_id)
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

    def _path(self, walk_id: str) -> Path:
        if self._folder is None or not _SAFE.match(walk_id):
            raise StoreError(f"There is no walk {walk_id}.")
        return self._folder / f"{walk_id}.jsonl"


def _lines(text: str) -> Iterator[dict[str, Any]]:
    """The whole lines; the last may be cut off by a power cut."""
    for line in text.split("\n")[:MOST_LINES]:
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict):
            yield entry


def _steps(lines: list[dict[str, Any]]) -> list[Step]:
    steps: list[Step] = []
    for entry in lines:
        if "back" in entry:
            del steps[max(0, len(steps) - int(_number(entry["back"]))) :]
        else:
            steps.append(_step(entry))
    return steps


def _step(entry: dict[str, Any]) -> Step:
    chart, node, answer, by, why = (str(entry.get(n, "")) for n in _TEXTS)
    return Step(chart, node, answer, by, why, _number(entry.get("time")))


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0
