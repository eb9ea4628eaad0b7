"""Every input of every node, the good ones in a microsecond each."""

from collections.abc import Iterator, Mapping

from comfydoctor.model.lint import LintFinding
from comfydoctor.model.workflow import Link, Node
from comfydoctor.workflow.case import Case
from comfydoctor.workflow.kinds import fits
from comfydoctor.workflow.nodeclass import NodeClass, Quick
from comfydoctor.workflow.rule_links import bad_link, missing_input
from comfydoctor.workflow.rule_shift import shifted
from comfydoctor.workflow.rule_unknown import unknown_inputs
from comfydoctor.workflow.rule_values import bad_value

_ABSENT = object()
Outputs = Mapping[str, tuple[str, ...] | None]
"""Types of the outputs by node; None where the class is not known."""


def input_findings(case: Case) -> Iterator[LintFinding]:
    """What ComfyUI would say of each input, and a little more."""
    outputs = {
        name: known.outputs if known is not None else None
        for name, known in case.class_of.items()
    }
    for node in case.nodes:
        known = case.class_of[node.id]
        if known is None:
            continue
        quick = known.quick or _quick(known, node.inputs)
        if not _is_good(node.inputs, quick, outputs):
            found = list(_of_node(case, node, known, outputs))
            for finding in (
                found if case.workflow.is_api else shifted(case, node, found)
            ):
                yield case.softened(node, finding)


def _quick(known: NodeClass, inputs: Mapping[str, object]) -> tuple[Quick, ...]:
    fields = known.fields_for(inputs)
    return tuple(Quick.of(name, each) for name, each in fields.items())


def _is_good(  # noqa: C901 - the one loop that every input of every node goes through
    inputs: Mapping[str, object], quick: tuple[Quick, ...], outputs: Outputs
) -> bool:
    """Whether all is as usual; a no only means that somebody must look closer."""
    seen = 0
    for name, required, kind, choices, low, high, step, shift in quick:
        value = inputs.get(name, _ABSENT)
        form = value.__class__
        if form is Link:
            if not _is_good_link(value, kind, outputs):  # type: ignore[arg-type]
                return False
        elif form is str:
            if kind != "STRING" and value not in choices:
                return False
        elif form is int or form is float:
            if not low <= value <= high and value not in choices:  # type: ignore[operator]
                return False
            if step and value % step != shift:  # type: ignore[operator]
                return False
        elif value is _ABSENT:
            if required:
                return False
            continue
        elif form is not bool or kind != "BOOLEAN":
            return False
        seen += 1
    return seen == len(inputs)


def _is_good_link(link: Link, kind: str, outputs: Outputs) -> bool:
    kinds = outputs.get(link.node, ())
    if kinds is None:
        return True  # a class that the server does not have: told elsewhere
    slot = link.slot
    if not -len(kinds) <= slot < len(kinds):  # Python counts from the end, too
        return False
    return kinds[slot] == kind or fits(kinds[slot], kind)


def _of_node(
    case: Case, node: Node, known: NodeClass, outputs: Outputs
) -> Iterator[LintFinding]:
    """The same input by input, with words."""
    inputs = node.inputs
    fields = known.fields_for(inputs)
    for name, each in fields.items():
        value = inputs.get(name, _ABSENT)
        if value is _ABSENT:
            if each.required:
                yield missing_input(case, node, name, each)
        elif not isinstance(value, Link):
            yield from bad_value(case, node, known, name, each, value)
        elif not _is_good_link(value, each.kind, outputs):
            yield from bad_link(case, node, name, each, value)
    if not inputs.keys() <= fields.keys():
        yield from unknown_inputs(case, node, known, fields)
