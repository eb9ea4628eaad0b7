"""A node class as ``/object_info`` tells it, made ready for looking nodes up in."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from comfydoctor.workflow.field import Field, mapping, read_fields
from comfydoctor.workflow.kinds import AUTOGROW, CHOICE, COMBO, DYNAMIC, SLOT

__all__ = ["Field", "NodeClass", "Quick", "read_class"]


class Quick(NamedTuple):
    """What tells in a moment whether an input is in order; see `rule_inputs`."""

    name: str
    required: bool
    kind: str
    choices: frozenset[object]
    low: float
    high: float
    step: float
    """0 where every number will do."""
    shift: float
    """What is left when a good number is divided by ``step``."""

    @classmethod
    def of(cls, name: str, each: Field) -> "Quick":
        """From the whole description."""
        plain = each.kind in {"INT", "FLOAT"}
        low = each.minimum if each.minimum is not None else -math.inf
        high = each.maximum if each.maximum is not None else math.inf
        if not plain:  # other numbers are looked at closely
            low, high = math.inf, -math.inf
        step, shift = each.raster
        return cls(name, each.required, each.kind, each.choices, low, high, step, shift)


@dataclass(frozen=True, slots=True, eq=False)
class NodeClass:
    """One class of nodes."""

    name: str
    title: str
    fields: tuple[Field, ...]
    """Required inputs, then optional ones, in the order of the server."""
    outputs: tuple[str, ...]
    is_output: bool
    """Whether a job may end with it."""
    module: str
    """``nodes``, ``comfy_extras.nodes_x``, ``custom_nodes.<folder>``."""
    by_name: Mapping[str, Field]
    is_dynamic: bool
    """Whether its inputs depend on one another."""
    quick: tuple[Quick, ...] = ()
    """For each input; empty where they depend on one another."""

    @property
    def is_core(self) -> bool:
        """Whether it comes with ComfyUI, so that its rules are known here."""
        return not self.module.startswith("custom_nodes")

    @property
    def pack(self) -> str:
        """Folder of the pack that brings it, or empty."""
        place = self.module.partition("custom_nodes.")[2]
        return place.split(".")[0]

    def fields_for(self, inputs: Mapping[str, object]) -> Mapping[str, Field]:
        """Its inputs by name, as they are when these values are set.

        ComfyUI 0.33 ``get_finalized_class_inputs``.
        """
        return (
            dict(_expand(self.fields, inputs, "")) if self.is_dynamic else self.by_name
        )


def read_class(name: str, told: Mapping[str, object]) -> NodeClass:
    """Make a definition ready; what it does not tell stays empty."""
    groups = mapping(told.get("input"))
    order = mapping(told.get("input_order"))
    fields = tuple(read_fields(groups, order))
    outputs = told.get("output")
    is_dynamic = any(each.kind in DYNAMIC for each in fields)
    return NodeClass(
        name=name,
        title=str(told.get("display_name") or name),
        fields=fields,
        outputs=tuple(
            kind if isinstance(kind, str) else COMBO
            for kind in (outputs if isinstance(outputs, list) else ())
        ),
        is_output=told.get("output_node") is True,
        module=str(told.get("python_module") or ""),
        by_name={each.name: each for each in fields},
        is_dynamic=is_dynamic,
        quick=() if is_dynamic else tuple(Quick.of(each.name, each) for each in fields),
    )


def _expand(
    fields: tuple[Field, ...], inputs: Mapping[str, object], prefix: str
) -> Iterator[tuple[str, Field]]:
    for each in fields:
        name = prefix + each.name
        if each.kind == AUTOGROW:
            for inner in each.grown:
                yield f"{name}.{inner.name}", inner
        elif each.kind in {CHOICE, SLOT}:
            if name in inputs:
                yield name, each
                deeper = _chosen(each, inputs[name])
                yield from _expand(deeper, inputs, f"{name}.")
        else:
            yield name, each


def _chosen(each: Field, value: object) -> tuple[Field, ...]:
    """Inputs that a choice brings; none when there is no such choice."""
    if each.kind == SLOT:
        return each.deeper.get(None, ())
    return each.deeper.get(value, ()) if isinstance(value, str | int | float) else ()
