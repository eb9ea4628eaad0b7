"""One node's values as they were, in the workflow as it is now."""

import json
from typing import Any

from comfydoctor.errors import NotAWorkflow
from comfydoctor.workflow.drawn import dicts, node_id, text
from comfydoctor.workflow.jsontext import read_json

_VALUES = ("widgets_values", "widgets_values_named")


def restore_node(now: bytes, then: bytes, node: str) -> bytes:
    """The file ``now`` with the values that ``node`` had ``then``; links stay.

    Raises NotAWorkflow when either lacks the node, or it is of another class.
    """
    document = read_json(now)
    target, source = _find(document, node), _find(read_json(then), node)
    if target is None or source is None:
        which = "the current workflow" if target is None else "that version"
        raise NotAWorkflow(f"There is no node {node} in {which}.")
    if _kind(target) != _kind(source):
        raise NotAWorkflow(
            f"Node {node} was a {_kind(source)} then and is a {_kind(target)} now."
        )
    _take_values(target, source)
    return _written(document, now)


def _find(document: Any, node: str) -> dict[str, Any] | None:
    """The node itself, ready to be changed; a path leads into subgraphs."""
    if not isinstance(document, dict):
        return None
    if not isinstance(document.get("nodes"), list):
        found = document.get(node)
        return found if isinstance(found, dict) else None
    definitions = document.get("definitions")
    told = definitions.get("subgraphs") if isinstance(definitions, dict) else None
    kinds = {text(each.get("id")): each for each in dicts(told)}
    sheet: Any = document
    *hosts, last = node.split(":")
    for host in hosts:
        outer = _on(sheet, host)
        sheet = kinds.get(text(outer.get("type"))) if outer else None
    return _on(sheet, last)


def _on(sheet: Any, name: str) -> dict[str, Any] | None:
    nodes = dicts(sheet.get("nodes")) if isinstance(sheet, dict) else iter(())
    return next((dict_of(n) for n in nodes if node_id(n) == name), None)


def dict_of(node: Any) -> dict[str, Any]:
    """The same object, which its reader calls unchangeable."""
    found: dict[str, Any] = node
    return found


def _kind(node: dict[str, Any]) -> str:
    return text(node.get("type")) or text(node.get("class_type"))


def _take_values(target: dict[str, Any], source: dict[str, Any]) -> None:
    if "class_type" in target:
        inputs = target.setdefault("inputs", {})
        told = source.get("inputs") or {}
        links = {name for name, value in inputs.items() if isinstance(value, list)}
        plain = {k: v for k, v in told.items() if not isinstance(v, list)}
        inputs.update({k: v for k, v in plain.items() if k not in links})
        return
    for name in _VALUES:
        if name in source:
            target[name] = source[name]
        else:
            target.pop(name, None)


def _written(document: object, like: bytes) -> bytes:
    """In the manner of the file: on one line, or indented."""
    indent = 2 if b"\n" in like.strip()[:200] else None
    separators = None if indent else (",", ":")
    said = json.dumps(
        document, ensure_ascii=False, indent=indent, separators=separators
    )
    return said.encode("utf-8", "surrogatepass")
