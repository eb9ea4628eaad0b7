"""Every input of every node, the good ones in a microsecond each."""

from collections.abc import Iterator, Mapping

from comfydoctor.model.lint import LintFinding
from comfydoctor.model.workflow import Link, Node
from comfydoctor.workflow.case import Case
from comfydoctor.workflow.kinds import fits
from comfydoctor.workflow.nodeclass import Field, NodeClass
from comfydoctor.workflow.rule_links import bad_link, missing_input
from comfydoctor.workflow.rule_unknown import unknown_inputs
from comfydoctor.workflow.rule_values import bad_value

_ABSENT = object()


def input_findings(case: Case) -> Iterator[LintFinding]:
    """What ComfyUI would say of each input, and a little more."""
    outputs = {
        name: known.outputs if known is not None else None
        for name, known in case.class_of.items()
    }
    for node in case.nodes:
        known = case.class_of[node.id]
        if known is not None:
            for finding in _of_node(case, node, known, outputs):
                yield case.softened(node, finding)


def _of_node(
    case: Case,
    node: Node,
    known: NodeClass,
    outputs: Mapping[str, tuple[str, ...] | None],
) -> Iterator[LintFinding]:
    inputs = node.inputs
    fields = known.fields_for(inputs)
    seen = 0
    for name, each in fields.items():
        value = inputs.get(name, _ABSENT)
        if value is _ABSENT:
            if each.required:
                yield missing_input(case, node, name, each)
            continue
        seen += 1
        if value.__class__ is Link:
            if not _is_good_link(value, each, outputs):
                yield from bad_link(case, node, name, each, value)
        elif not _is_plainly_good(each, value):
            yield from bad_value(case, node, known, name, each, value)
    if seen != len(inputs):
        yield from unknown_inputs(case, node, known, fields)


def _is_good_link(
    link: Link, each: Field, outputs: Mapping[str, tuple[str, ...] | None]
) -> bool:
    kinds = outputs.get(link.node, ())
    if kinds is None:
        return True  # a class that the server does not have: told elsewhere
    if not 0 <= link.slot < len(kinds):
        return False
    return kinds[link.slot] == each.kind or fits(kinds[link.slot], each.kind)


def _is_plainly_good(each: Field, value: object) -> bool:
    """The usual cases; a no only means that somebody must look closer."""
    kind = value.__class__
    if kind is str:
        return each.kind == "STRING" or value in each.choices
    if kind is int or kind is float:
        if each.kind not in {"INT", "FLOAT"}:
            return value in each.choices
        low, high, step = each.minimum, each.maximum, each.step
        return (
            (low is None or value >= low)  # type: ignore[operator]
            and (high is None or value <= high)  # type: ignore[operator]
            and (kind is float or step is None or step <= 1 or not value % step)  # type: ignore[operator]
        )
    return kind is bool and each.kind == "BOOLEAN"
