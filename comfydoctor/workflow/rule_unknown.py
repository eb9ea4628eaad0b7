"""Inputs that the node's class does not have (any more)."""

from collections.abc import Iterator, Mapping

from comfydoctor.comfy.text import one_line
from comfydoctor.model.finding import Severity
from comfydoctor.model.lint import LintFinding
from comfydoctor.model.workflow import Link, Node
from comfydoctor.workflow.case import Case
from comfydoctor.workflow.nodeclass import Field, NodeClass


def unknown_inputs(
    case: Case, node: Node, known: NodeClass, fields: Mapping[str, Field]
) -> Iterator[LintFinding]:
    """What the server ignores; a note, since the job runs without it.

    In the drawn form widgets that only the browser knows are no surprise.
    """
    for name, value in node.inputs.items():
        if name in fields or (known.is_dynamic and _is_inner(name, known)):
            continue
        if not case.workflow.is_api and not isinstance(value, Link):
            continue
        missing = [n for n, f in fields.items() if f.required and n not in node.inputs]
        near = case.nearest(name, missing) or case.nearest(name, fields)
        yield LintFinding(
            rule="unknown-input",
            severity=Severity.INFO,
            title=f"{case.place(node)} has no input {one_line(name)}.",
            node_id=node.id,
            input=name,
            detail="ComfyUI ignores it.",
            suggestion=f"Did it become {one_line(near)}?" if near else "",
        )


def _is_inner(name: str, known: NodeClass) -> bool:
    """An input of another choice than the one taken: the browser keeps it."""
    return name.partition(".")[0] in known.by_name
