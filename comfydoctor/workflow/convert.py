"""From the form that people draw to the form that is posted."""

import json
from collections.abc import Mapping
from dataclasses import replace

from comfydoctor.model.workflow import Link, Node, Workflow
from comfydoctor.workflow.classes import Classes, DefinitionSource
from comfydoctor.workflow.nodeclass import NodeClass
from comfydoctor.workflow.widgets import named_values


def to_api(workflow: Workflow, definitions: DefinitionSource | Classes) -> Workflow:
    """What the browser would post: only sent nodes, each value under its name.

    Nodes of classes that the server does not have keep their connections and lose
    their values, as in the browser. A workflow that is in this form stays as it is.
    """
    if workflow.is_api:
        return workflow
    classes = definitions if isinstance(definitions, Classes) else Classes(definitions)
    nodes = tuple(convert(node, classes.get(node.type))[0] for node in workflow.sent)
    return replace(workflow, form="api", nodes=nodes)


def convert(node: Node, node_class: NodeClass | None) -> tuple[Node, bool]:
    """One node with named values, and whether the names are sure."""
    if node_class is None:
        return node, False
    named = named_values(node_class, node.widgets)
    inputs = {**named.values, **node.inputs}
    return node._replace(inputs=_kept(inputs, node_class), widgets=()), named.exact


def _kept(inputs: Mapping[str, object], node_class: NodeClass) -> dict[str, object]:
    """In the order of the class, then what it does not know."""
    known = node_class.fields_for(inputs)
    ordered = {name: inputs[name] for name in known if name in inputs}
    return {**ordered, **inputs}


def prompt(workflow: Workflow) -> dict[str, object]:
    """The object for ``POST /prompt``, from the API form (see `to_api`)."""
    return {node.id: _posted(node) for node in workflow.sent}


def prompt_json(workflow: Workflow) -> str:
    """The same as text."""
    return json.dumps(prompt(workflow), ensure_ascii=False)


def _posted(node: Node) -> dict[str, object]:
    posted: dict[str, object] = {
        "inputs": {name: _value(value) for name, value in node.inputs.items()},
        "class_type": node.type,
    }
    if node.title:
        posted["_meta"] = {"title": node.title}
    return posted


def _value(value: object) -> object:
    """Lists are wrapped because a bare one means a connection."""
    if isinstance(value, Link):
        return [value.node, value.slot]
    return {"__value__": value} if isinstance(value, list) else value
