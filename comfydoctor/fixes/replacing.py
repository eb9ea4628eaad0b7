"""Rules by which a server names a newer node for an old one (since 0.14)."""

from collections.abc import Iterator, Mapping
from typing import Any

from comfydoctor.workflow.classes import Classes

Rule = Mapping[str, Any]


def rule_for(
    kind: str, classes: Classes, rules: Mapping[str, object], *, also_present: bool
) -> Rule | None:
    """The first rule whose new node is there.

    A node that the server still has is only replaced when that is asked for.
    """
    if kind not in rules or (classes.get(kind) is not None and not also_present):
        return None
    told = rules[kind]
    for rule in told if isinstance(told, list) else ():
        if isinstance(rule, dict) and classes.get(new_of(rule)) is not None:
            return rule
    return None


def new_of(rule: Rule) -> str:
    """Class of the node that takes the place."""
    return str(rule.get("new_node_id", ""))


def swap_inputs(node: dict[str, Any], rule: Rule) -> None:
    """Give the inputs of a node in API form their new names and values."""
    mapping = _pairs(rule.get("input_mapping"))
    if not mapping:
        return
    old = node.get("inputs")
    was = old if isinstance(old, dict) else {}
    node["inputs"] = dict(_renamed(mapping, was))


def swap_outputs(document: dict[str, Any], key: str, rule: Rule) -> None:
    """Let links to a node find its outputs at their new places."""
    moved = {
        pair.get("old_idx"): pair.get("new_idx")
        for pair in _pairs(rule.get("output_mapping"))
    }
    for node in document.values() if moved else ():
        found = node.get("inputs") if isinstance(node, dict) else None
        inputs: dict[str, Any] = found if isinstance(found, dict) else {}
        for name, value in inputs.items():
            if isinstance(value, list) and len(value) == 2 and value[0] == key:
                inputs[name] = [key, moved.get(value[1], value[1])]


def _renamed(
    mapping: list[dict[str, Any]], was: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    for pair in mapping:
        name = str(pair.get("new_id", ""))
        if "set_value" in pair:
            yield name, pair["set_value"]
        elif pair.get("old_id") in was:
            yield name, was[str(pair["old_id"])]


def _pairs(told: object) -> list[dict[str, Any]]:
    return [p for p in told if isinstance(p, dict)] if isinstance(told, list) else []
