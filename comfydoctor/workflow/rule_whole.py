"""The graph as a whole: results, circles, what nothing depends on."""

from collections.abc import Iterator

from comfydoctor.comfy.text import one_line
from comfydoctor.model.finding import Severity
from comfydoctor.model.lint import LintFinding
from comfydoctor.model.workflow import Node
from comfydoctor.workflow.case import Case
from comfydoctor.workflow.cycle import find_cycle

_SHOWN = 12


def whole_findings(case: Case) -> Iterator[LintFinding]:
    """What no single node is to blame for."""
    if circle := find_cycle(case.sources):
        yield _circle(case, circle)
    if case.reached:
        idle = [node for node in case.nodes if node.id not in case.reached]
        if idle:
            yield _idle(case, idle)
    elif all(known is not None for known in case.class_of.values()):
        yield _no_output(case)


def _circle(case: Case, circle: list[str]) -> LintFinding:
    names = [f"{one_line(n, 60)} ({one_line(case.by_id[n].type, 60)})" for n in circle]
    shown = names[:_SHOWN] if len(names) > _SHOWN else [*names, names[0]]
    way = " → ".join(shown) + (" → …" if len(names) > _SHOWN else "")
    runs = not case.reached or not case.reached.isdisjoint(circle)
    return LintFinding(
        rule="dependency-cycle",
        severity=Severity.ERROR if runs else Severity.INFO,
        title="The workflow goes round in a circle.",
        node_id=circle[0],
        detail=f"Each waits for the next: {way}.",
        suggestion="Cut one of these connections.",
        subject=circle[0],
        cause="workflow-has-a-loop",
        nodes=tuple(circle),
    )


def _no_output(case: Case) -> LintFinding:
    return LintFinding(
        rule="no-output-node",
        severity=Severity.ERROR,
        title="No node of the workflow keeps a result.",
        detail="ComfyUI runs only what a result depends on, so it refuses this.",
        suggestion="Add a Save Image or Preview Image node, or unmute yours.",
        cause="no-output-node",
    )


def _idle(case: Case, nodes: list[Node]) -> LintFinding:
    shown = ", ".join(case.place(node) for node in nodes[:_SHOWN])
    more = f" and {len(nodes) - _SHOWN} more" if len(nodes) > _SHOWN else ""
    count = "1 node does" if len(nodes) == 1 else f"{len(nodes)} nodes do"
    return LintFinding(
        rule="unreachable-node",
        severity=Severity.INFO,
        title=f"{count} not run, because no result depends on it."
        if len(nodes) == 1
        else f"{count} not run, because no result depends on them.",
        node_id=nodes[0].id,
        detail=f"{shown}{more}.",
        subject=nodes[0].id,
        nodes=tuple(node.id for node in nodes),
    )
