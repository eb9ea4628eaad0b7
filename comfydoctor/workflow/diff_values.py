"""A node's values with names, as far as names can be known."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto

from comfydoctor.model.workflow import Link, Node
from comfydoctor.workflow.fingerprint import CONTROLS

Names = Callable[[str], Sequence[str]]
"""The widgets of a class of nodes, in the browser's order; empty when not known."""

CONTROL = "control after generate"
MODEL_ENDINGS = (
    ".safetensors",
    ".ckpt",
    ".pt",
    ".pth",
    ".bin",
    ".gguf",
    ".sft",
    ".onnx",
)


class _Absent(Enum):
    ABSENT = auto()


Absent = _Absent.ABSENT
"""Stands for a value that one side does not have."""


def no_names(kind: str) -> Sequence[str]:
    """Where no definitions of nodes are at hand."""
    return ()


def is_model(value: object) -> bool:
    """Whether a value names a file of weights."""
    return isinstance(value, str) and value.lower().endswith(MODEL_ENDINGS)


def values_of(
    old: Node, new: Node, names: Names
) -> tuple[Mapping[str, object], Mapping[str, object]]:
    """The values and links of both by the same names."""
    told = names(new.type) if old.type == new.type else ()
    if not told:
        told = _plain_names(old) or _plain_names(new)
    return _named(old, told), _named(new, told)


def _plain_names(node: Node) -> Sequence[str]:
    """The posted form names its values, in the order of the widgets."""
    if node.widgets:
        return ()
    return [name for name, value in node.inputs.items() if not isinstance(value, Link)]


def _named(node: Node, names: Sequence[str]) -> dict[str, object]:
    if isinstance(node.widgets, Mapping):
        return {**node.widgets, **node.inputs}
    found: dict[str, object] = {}
    place, values = 0, list(node.widgets)
    for index, value in enumerate(values):
        if _is_control(values, index):
            found[f"{CONTROL} of {next(reversed(found))}"] = value
            continue
        found[_name(node, names, place, values, index)] = value
        place += 1
    return {**found, **node.inputs}


def _name(
    node: Node, names: Sequence[str], place: int, values: list[object], index: int
) -> str:
    if place < len(names):
        return names[place]
    if index + 1 < len(values) and _is_control(values, index + 1):
        return "seed"  # whatever it is called: the browser changes it by itself
    alone = len(values) == 1
    if alone and len(node.named) == 1:
        return node.named[0]
    return "value" if alone else f"value {index + 1}"


def _is_control(values: list[object], index: int) -> bool:
    value = values[index]
    before = values[index - 1] if index else None
    plain = isinstance(before, int | float) and not isinstance(before, bool)
    return isinstance(value, str) and value in CONTROLS and plain
