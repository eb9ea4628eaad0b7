"""Checklists that fill themselves in where they can, and a run through one."""

from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar

from comfydoctor.model.flowchart import Condition

_STRICT: dict[str, Any] = {"extra": "forbid"}


@dataclass(frozen=True)
class Task:
    """One thing to check or to do."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    title: str
    text: str = ""
    """How to do it by hand; plain text."""
    good: tuple[Condition, ...] = ()
    """Any of these means that all is well."""
    bad: tuple[Condition, ...] = ()
    """Any of these means that it is not."""
    fix: str = ""
    """Id of a one-click fix beside it."""
    chart: str = ""
    """Id of the flowchart beside it."""
    figure: str = ""
    """What to write down, such as "Seconds for a picture"; its unit in the words."""


@dataclass(frozen=True)
class Section:
    """Tasks that belong together."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    title: str
    task: tuple[Task, ...]


@dataclass(frozen=True)
class Checklist:
    """One checklist."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    id: str
    title: str
    about: str
    """When to use it, in one sentence."""
    section: tuple[Section, ...]
    minutes: int = 0
    """Time that a person has for it; 0 is as long as it takes."""
    place: int = 50
    """Where it stands in the list, smallest first."""

    @property
    def tasks(self) -> tuple[Task, ...]:
        """All tasks, in their order."""
        return tuple(task for section in self.section for task in section.task)

    @property
    def probes(self) -> tuple[str, ...]:
        """Ids of all probes that its tasks ask, each once."""
        asked = (c.probe for task in self.tasks for c in (*task.good, *task.bad))
        return tuple(dict.fromkeys(probe for probe in asked if probe))


class TaskState(Enum):
    """How a task stands."""

    GOOD = "good"
    BAD = "bad"
    OPEN = "open"
    """Not known yet, or for a person to do."""
    SKIPPED = "skipped"
    """A person decided that it does not apply here."""


@dataclass(frozen=True)
class Tick:
    """What a person said of a task."""

    task: str
    state: TaskState
    note: str = ""
    who: str = ""
    time: float = 0.0
    """Unix seconds."""


@dataclass(frozen=True)
class TaskView:
    """One task as it stands now."""

    task: Task
    state: TaskState
    why: str = ""
    """Evidence of a look, or the person's note."""
    tick: Tick | None = None
    """What a person said, which goes before what was looked up."""


@dataclass(frozen=True)
class ChecklistView:
    """One run through a checklist at one moment, immutable."""

    run: str
    """Id of the run."""
    checklist: Checklist
    began: float
    """Unix seconds."""
    tasks: tuple[TaskView, ...]
    asking: tuple[str, ...] = ()
    """Questions of the probes that are under way."""

    def count(self, state: TaskState) -> int:
        """How many tasks stand so."""
        return sum(view.state is state for view in self.tasks)

    @property
    def done(self) -> bool:
        """Whether nothing is open."""
        return self.count(TaskState.OPEN) == 0


@dataclass(frozen=True)
class ChecklistEntry:
    """One checklist, as a list shows it."""

    id: str
    title: str
    about: str
    minutes: int
    tasks: int
    last: float = 0.0
    """Unix seconds when it was last begun on this server; 0 for never."""
