"""Mending a workflow for one server: values, models and nodes it does not know."""

import difflib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from comfydoctor.errors import NotApplicable
from comfydoctor.fixes.models_used import SUFFIXES
from comfydoctor.fixes.replacing import new_of, rule_for, swap_inputs, swap_outputs
from comfydoctor.workflow.classes import Classes
from comfydoctor.workflow.nodeclass import Field, NodeClass
from comfydoctor.workflow.widgets import named_values

ALIKE = 0.5
"""Names less alike than this are another model, not another spelling."""
KINDS = ("values", "models", "nodes")


@dataclass(frozen=True)
class Mend:
    """One change of one node."""

    node: str
    kind: str
    """Class of the node."""
    input: str
    """Empty when the class itself changes."""
    before: Any
    after: Any
    what: str
    """``values``, ``models`` or ``nodes``."""

    @property
    def shown(self) -> str:
        """A line that goes and one that comes."""
        if not self.input:
            return f"- node {self.node} {self.before}\n+ node {self.node} {self.after}"
        head = f"node {self.node} {self.kind}: {self.input} = "
        return f"- {head}{_text(self.before)}\n+ {head}{_text(self.after)}"


def mended(
    document: dict[str, Any],
    classes: Classes,
    rules: Mapping[str, object],
    only: tuple[str, ...] = KINDS,
) -> tuple[Mend, ...]:
    """Change ``document`` in place, in either form; returns what was changed.

    ``rules`` is what ``GET /node_replacements`` says (since 0.14).
    """
    nodes = _api_nodes(document) or _ui_nodes(document)
    done: list[Mend] = []
    for node in nodes:
        rule = rule_for(node.kind, classes, rules, also_present=only == ("nodes",))
        if "nodes" in only and rule is not None and node.can_swap(rule):
            done.append(Mend(node.key, node.kind, "", node.kind, new_of(rule), "nodes"))
            node.swap(document, rule)
        node_class = classes.get(node.kind)
        if node_class is not None:
            done += _values_of(node, node_class, only)
    if not done and not nodes:
        raise NotApplicable("This file holds no workflow that can be mended.")
    return tuple(done)


class _Node:
    """A node of either form, with its values by name."""

    def __init__(self, key: str, raw: dict[str, Any], kind_key: str) -> None:
        self.key, self.raw, self._kind_key = key, raw, kind_key

    @property
    def kind(self) -> str:
        return str(self.raw.get(self._kind_key))

    def can_swap(self, rule: Mapping[str, Any]) -> bool:
        """In the UI form only where nothing but the class changes."""
        same = not rule.get("input_mapping") and not rule.get("output_mapping")
        return same or self._kind_key == "class_type"

    def swap(self, document: dict[str, Any], rule: Mapping[str, Any]) -> None:
        """Become the node that a rule names."""
        self.raw[self._kind_key] = new_of(rule)
        if self._kind_key == "class_type":
            swap_inputs(self.raw, rule)
            swap_outputs(document, self.key, rule)

    def values(self, node_class: NodeClass) -> Mapping[str, object]:
        if self._kind_key == "class_type":
            found = self.raw.get("inputs")
            return found if isinstance(found, dict) else {}
        named = named_values(node_class, self.raw.get("widgets_values") or ())
        return named.values if named.exact else {}

    def put(self, node_class: NodeClass, name: str, before: object, after: Any) -> bool:
        """Set one value; False when its place in the file is not certain."""
        if self._kind_key == "class_type":
            self.raw["inputs"][name] = after
            return True
        widgets = self.raw.get("widgets_values")
        if isinstance(widgets, dict):
            widgets[name] = after
            return True
        return isinstance(widgets, list) and _put_in_list(
            widgets, node_class, name, before, after
        )


def _put_in_list(
    widgets: list[Any], node_class: NodeClass, name: str, before: object, after: Any
) -> bool:
    """Find the place by trying: it is the one that changes this value alone."""
    was = named_values(node_class, widgets).values
    for place, value in enumerate(widgets):
        if value != before:
            continue
        tried = [*widgets[:place], after, *widgets[place + 1 :]]
        now = named_values(node_class, tried).values
        if [n for n in now if now[n] != was.get(n)] == [name]:
            widgets[place] = after
            return True
    return False


def _api_nodes(document: dict[str, Any]) -> list[_Node]:
    return [
        _Node(key, raw, "class_type")
        for key, raw in document.items()
        if isinstance(raw, dict) and "class_type" in raw
    ]


def _ui_nodes(document: dict[str, Any]) -> list[_Node]:
    """Of the sheet and of every subgraph."""
    found: list[_Node] = []
    inner = document.get("definitions")
    graphs = inner.get("subgraphs") if isinstance(inner, dict) else None
    for sheet in (document, *(graphs if isinstance(graphs, list) else ())):
        nodes = sheet.get("nodes") if isinstance(sheet, dict) else None
        for raw in nodes if isinstance(nodes, list) else ():
            if isinstance(raw, dict) and isinstance(raw.get("type"), str):
                found.append(_Node(str(raw.get("id")), raw, "type"))
    return found


def _values_of(
    node: _Node, node_class: NodeClass, only: tuple[str, ...]
) -> Iterator[Mend]:
    values = node.values(node_class)
    for name, field in node_class.fields_for(values).items():
        before = values.get(name)
        if name not in values or isinstance(before, list | dict):
            continue
        found = _better(field, before)
        if found is None or found[1] not in only:
            continue
        after, what = found
        if node.put(node_class, name, before, after):
            yield Mend(node.key, node_class.name, name, before, after, what)


def _better(field: Field, value: object) -> tuple[Any, str] | None:
    """The nearest valid value and what kind of change it is; None: leave it."""
    if field.options is not None and field.options:
        if field.multiple or value in field.options or not isinstance(value, str):
            return None
        near = nearest(value, [o for o in field.options if isinstance(o, str)])
        return (near, "models" if _is_file(value) else "values") if near else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    bounded = _bounded(field, value)
    return None if bounded == value else (bounded, "values")


def _bounded(field: Field, value: float) -> float:
    if math.isnan(value):
        return value
    low = -math.inf if field.minimum is None else field.minimum
    high = math.inf if field.maximum is None else field.maximum
    kept = min(max(value, low), high)
    return int(kept) if isinstance(value, int) and kept == int(kept) else kept


def nearest(wanted: str, choices: list[str]) -> str:
    """The choice that is meant: the same file elsewhere, else the most alike name."""
    base = _base(wanted)
    for choice in choices:
        if _base(choice) == base:
            return choice
    by_name = {_stem(choice): choice for choice in reversed(choices)}
    close = difflib.get_close_matches(_stem(wanted), list(by_name), 1, ALIKE)
    return by_name[close[0]] if close else ""


def _base(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2].lower()


def _stem(name: str) -> str:
    base = _base(name)
    stem = base.rpartition(".")[0] if base.endswith(SUFFIXES) else base
    return stem.replace("-", "_").replace(" ", "_")


def _is_file(value: str) -> bool:
    return value.lower().endswith(SUFFIXES)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
