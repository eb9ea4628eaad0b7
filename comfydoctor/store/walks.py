"""Guided diagnoses as files of lines: each step is kept at once, none is changed."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from comfydoctor.model.flowchart import Step
from comfydoctor.model.guidance import WalkRecord
from comfydoctor.store.lines import LineFiles, number
from comfydoctor.store.redact import redact_text

_TEXTS = ("chart", "node", "answer", "by", "why")


class Walks:
    """The transcripts of one profile. Without a folder nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._files = LineFiles(folder, "walk")

    def begin(self, record: WalkRecord) -> None:
        """Keep a new walk. Raises StoreError when that cannot be written."""
        head = {"chart": record.chart, "server": record.server, "began": record.began}
        self._files.begin(record.id, head)

    def step(self, walk_id: str, step: Step) -> None:
        """Keep one step; what the person noted loses its secrets."""
        self._files.append(walk_id, asdict(step) | {"why": redact_text(step.why)})

    def back(self, walk_id: str, steps: int) -> None:
        """Keep that the last steps were taken back."""
        self._files.append(walk_id, {"back": steps})

    def load(self, walk_id: str) -> WalkRecord:
        """One walk. Raises StoreError when it is not there or not ours."""
        head, *lines = self._files.load(walk_id)
        return WalkRecord(
            walk_id,
            str(head.get("chart", "")),
            str(head.get("server", "")),
            number(head.get("began")),
            tuple(_steps(lines)),
        )

    def list(self, server: str = "", limit: int = 50) -> tuple[WalkRecord, ...]:
        """The newest walks, newest first; those that cannot be read are left out."""
        records = [self.load(name) for name in self._files.readable()]
        mine = [record for record in records if server in {"", record.server}]
        return tuple(sorted(mine, key=lambda record: -record.began)[:limit])


def _steps(lines: list[dict[str, Any]]) -> list[Step]:
    steps: list[Step] = []
    for entry in lines:
        if "back" in entry:
            del steps[max(0, len(steps) - int(number(entry["back"]))) :]
        else:
            steps.append(_step(entry))
    return steps


def _step(entry: dict[str, Any]) -> Step:
    chart, node, answer, by, why = (str(entry.get(n, "")) for n in _TEXTS)
    return Step(chart, node, answer, by, why, number(entry.get("time")))
