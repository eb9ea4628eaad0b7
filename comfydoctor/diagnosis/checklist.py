"""How each task of a checklist stands, by what is known and what a person said."""

from collections.abc import Iterable, Mapping

from comfydoctor.diagnosis.flowchart.known import Known, any_holds
from comfydoctor.model.checklist import Checklist, Task, TaskState, TaskView, Tick


def stand(
    checklist: Checklist, known: Known, ticks: Mapping[str, Tick]
) -> tuple[TaskView, ...]:
    """All tasks in their order; a person's word goes before a look."""
    return tuple(_view(task, known, ticks.get(task.id)) for task in checklist.tasks)


def newest(ticks: Iterable[Tick]) -> dict[str, Tick]:
    """The last tick of each task; an open one takes the word back."""
    last = {tick.task: tick for tick in ticks}
    return {t: tick for t, tick in last.items() if tick.state is not TaskState.OPEN}


def _view(task: Task, known: Known, tick: Tick | None) -> TaskView:
    state, why = _look(task, known)
    if tick is None:
        return TaskView(task, state, why)
    return TaskView(task, tick.state, tick.note or why, tick)


def _look(task: Task, known: Known) -> tuple[TaskState, str]:
    """Trouble first: what looks well from one side may be ill from another."""
    bad = any_holds(task.bad, known)
    if bad.holds:
        return TaskState.BAD, bad.why
    good = any_holds(task.good, known)
    if good.holds:
        return TaskState.GOOD, good.why
    return TaskState.OPEN, ""
