"""Values that ComfyUI would refuse, or take for something else."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from comfydoctor.comfy.text import one_line
from comfydoctor.content.packs import CORE, Provider, choice_providers
from comfydoctor.model.finding import Severity
from comfydoctor.model.lint import LintFinding
from comfydoctor.model.workflow import Node
from comfydoctor.workflow.case import Case
from comfydoctor.workflow.kinds import CHOICE, COMBO, SOCKETS
from comfydoctor.workflow.nodeclass import Field, NodeClass
from comfydoctor.workflow.ownrules import checks_itself
from comfydoctor.workflow.rule_files import file_finding, names_file

_CONVERT: Mapping[str, Callable[[object], object]] = {
    "INT": int,  # type: ignore[dict-item]
    "FLOAT": float,  # type: ignore[dict-item]
    "STRING": str,
    "BOOLEAN": bool,
}
_SHOWN = 8
"""Choices named in a sentence."""


@dataclass(frozen=True, slots=True)
class Given:
    """One value at its input."""

    case: Case
    node: Node
    known: NodeClass
    name: str
    field: Field
    value: object

    @property
    def place(self) -> str:
        """The node and the input in words."""
        return f"{self.case.place(self.node)}: {one_line(self.name)}"

    @property
    def shown(self) -> str:
        """The value in words."""
        return one_line(str(self.value)[:400], 80)

    def finding(
        self, rule: str, severity: Severity, title: str, cause: str = "", **more: Any
    ) -> LintFinding:
        """Fills in where it is."""
        return LintFinding(
            rule=rule,
            severity=severity,
            title=title,
            node_id=self.node.id,
            input=self.name,
            cause=cause,
            **more,
        )


def bad_value(
    case: Case, node: Node, known: NodeClass, name: str, each: Field, value: object
) -> Iterator[LintFinding]:
    """In ComfyUI's order (0.33 ``validate_inputs``); it stops at the first."""
    bare = isinstance(value, list) and case.workflow.is_api
    if bare and not each.multiple and each.kind != CHOICE:
        yield _bad_list(Given(case, node, known, name, each, value))
        return
    if isinstance(value, dict) and "__value__" in value:
        value = value["__value__"]
    convert = _CONVERT.get(each.kind)
    if convert is not None:
        try:
            value = convert(value)
        except (TypeError, ValueError, OverflowError):
            yield _not_converted(Given(case, node, known, name, each, value))
            return
    given = Given(case, node, known, name, each, value)
    yield from _of_kind(given)


def _of_kind(given: Given) -> Iterator[LintFinding]:
    each = given.field
    own = checks_itself(given.node.type, given.name)
    if isinstance(given.value, int | float):
        yield from _of_number(given, float(given.value), own)
    elif each.kind in SOCKETS:
        yield _not_connected(given)
    many = isinstance(given.value, list) and each.multiple
    if each.upload and not many and not isinstance(given.value, str):
        yield _not_converted(given)
        return
    if each.kind == COMBO and each.options is not None:
        yield from _of_choice(given, own)
    if each.kind == CHOICE:
        yield from _of_dynamic_choice(given)


def _of_number(given: Given, value: float, own: bool) -> Iterator[LintFinding]:
    low, high = given.field.minimum, given.field.maximum
    step, shift = given.field.raster
    if low is not None and value < low and not own:
        yield _out_of_range(given, "below", low)
    elif high is not None and value > high and not own:
        yield _out_of_range(given, "above", high)
    elif step and value % step != shift:
        yield _off_step(given, value, step, shift)


def _out_of_range(given: Given, side: str, limit: float) -> LintFinding:
    return given.finding(
        "value-out-of-range",
        Severity.ERROR,
        f"{given.place} is {given.shown}, {side} the limit of {limit:g}.",
        "value-out-of-range",
        detail="ComfyUI refuses it.",
        suggestion=f"Set it to {limit:g} or {'more' if side == 'below' else 'less'}.",
        instead=f"{limit:g}",
        facts=(("value", given.shown), ("limit", f"{limit:g}")),
    )


def _off_step(given: Given, value: float, step: float, shift: float) -> LintFinding:
    below = int((value - shift) // step * step + shift)
    return given.finding(
        "off-step",
        Severity.INFO,
        f"{given.place} is {given.shown}, which is off the steps of {step:g}.",
        detail="ComfyUI takes it, but most models round it down or leave a seam.",
        suggestion=f"Use {below} or {below + int(step)}.",
        instead=str(below),
    )


def _bad_list(given: Given) -> LintFinding:
    return given.finding(
        "bad-link",
        Severity.ERROR,
        f"{given.place} holds a list that is no connection.",
        "required-input-missing",
        detail="A connection is a node's number as text and an output: ['4', 0].",
        suggestion="Write it so, or wrap a list of values in __value__.",
    )


def _not_converted(given: Given) -> LintFinding:
    kind = given.field.kind
    return given.finding(
        "invalid-value",
        Severity.ERROR,
        f"{given.place} is {given.shown}, which is no {_NOUN.get(kind, kind)}.",
        "value-out-of-range",
        detail=f"ComfyUI wants {kind}.",
        suggestion=f"Set it to {one_line(str(given.field.default), 60)}, its default.",
    )


_NOUN = {"INT": "whole number", "FLOAT": "number", "COMBO": "name"}


def _not_connected(given: Given) -> LintFinding:
    kind = given.field.kind
    return given.finding(
        "not-connected",
        Severity.WARNING,
        f"{given.place} holds a value where only a connection makes sense.",
        detail=f"ComfyUI takes it, and the node fails: it wants {kind}.",
        suggestion=f"Connect an output of type {kind}.",
    )


def _of_choice(given: Given, own: bool) -> Iterator[LintFinding]:
    options = given.field.options or ()
    wanted = given.value if isinstance(given.value, list) else [given.value]
    wrong = [value for value in wanted if value not in options]
    if not wrong:
        return
    if names_file(given.field, wrong[0]):
        yield from file_finding(
            given.case, given.node, given.name, given.field, str(wrong[0]), own
        )
    elif provider := choice_providers().get(str(wrong[0])):
        yield _choice_of_pack(given, provider)
    elif not own:
        yield _not_a_choice(given, wrong[0])


def _not_a_choice(given: Given, value: object) -> LintFinding:
    options = given.field.options or tuple(given.field.deeper)
    near = given.case.nearest(str(value)[:200], options)
    shown = ", ".join(one_line(str(option), 40) for option in options[:_SHOWN])
    more = f" and {len(options) - _SHOWN} more" if len(options) > _SHOWN else ""
    # ComfyUI does not check choices that bring further inputs, nor may those of a
    # pack that checks them by itself.
    sure = given.known.is_core and given.field.kind == COMBO
    severity = Severity.ERROR if sure else Severity.WARNING
    return given.finding(
        "value-not-in-list",
        severity,
        f"{given.place} is {one_line(str(value)[:400], 80)}, which is not offered.",
        "value-out-of-range",
        detail=(f"Offered are {shown}{more}." if options else "Nothing is offered.")
        + _saved_with(given),
        suggestion=f"Use {one_line(near)}." if near else "Choose one that is offered.",
        instead=near,
    )


def _choice_of_pack(given: Given, provider: Provider) -> LintFinding:
    return given.finding(
        "missing-pack-choice",
        Severity.ERROR,
        f"{given.place} is {given.shown}, which a node pack adds that is not here.",
        "missing-node-pack",
        detail=f"It comes with {provider.name} ({provider.repository}).",
        suggestion=f"Install {provider.name} in the Manager, or choose another.",
        pack=provider.name,
    )


def _saved_with(given: Given) -> str:
    """A workflow of a newer ComfyUI asks for what this one does not have yet."""
    pack = given.node.pack
    if pack.id != CORE or not pack.version:
        return ""
    return f" The workflow was saved with ComfyUI {one_line(pack.version, 40)}."


def _of_dynamic_choice(given: Given) -> Iterator[LintFinding]:
    value = given.value
    if not isinstance(value, str | int | float) or value not in given.field.deeper:
        yield _not_a_choice(given, value)
