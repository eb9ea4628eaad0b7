"""Runs through checklists as files of lines: what a person said is kept at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from comfydoctor.model.checklist import TaskState, Tick
from comfydoctor.store.lines import LineFiles, number
from comfydoctor.store.redact import redact_text


@dataclass(frozen=True)
class ChecklistRun:
    """One kept run."""

    id: str
    checklist: str
    server: str
    began: float
    ticks: tuple[Tick, ...] = ()


class ChecklistRuns:
    """The runs of one profile. Without a folder nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._files = LineFiles(folder, "run")

    def begin(self, run: ChecklistRun) -> None:
        """Keep a new run. Raises StoreError when that cannot be written."""
        head = {"checklist": run.checklist, "server": run.server, "began": run.began}
        self._files.begin(run.id, head)

    def tick(self, run_id: str, tick: Tick) -> None:
        """Keep what a person said; secrets in a note do not reach the disk."""
        self._files.append(
            run_id,
            {
                "task": tick.task,
                "state": tick.state.value,
                "note": redact_text(tick.note),
                "who": tick.who,
                "time": tick.time,
            },
        )

    def load(self, run_id: str) -> ChecklistRun:
        """One run. Raises StoreError when it is not there or not ours."""
        head, *lines = self._files.load(run_id)
        return ChecklistRun(
            run_id,
            str(head.get("checklist", "")),
            str(head.get("server", "")),
            number(head.get("began")),
            tuple(_ticks(lines)),
        )

    def list(self, server: str = "", limit: int = 50) -> tuple[ChecklistRun, ...]:
        """The newest runs, newest first; those that cannot be read are left out."""
        runs = [self.load(name) for name in self._files.readable()]
        mine = [run for run in runs if server in {"", run.server}]
        return tuple(sorted(mine, key=lambda run: -run.began)[:limit])


def _ticks(lines: list[dict[str, object]]) -> Iterator[Tick]:
    states = {state.value: state for state in TaskState}
    for line in lines:
        state = states.get(str(line.get("state")))
        if state is not None:
            task, note, who = (str(line.get(n, "")) for n in ("task", "note", "who"))
            yield Tick(task, state, note, who, number(line.get("time")))
