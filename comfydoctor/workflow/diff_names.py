"""Names for a file's values, from what a server says of its node classes."""

from dataclasses import replace

from comfydoctor.model.workflow import Node, Workflow
from comfydoctor.workflow.classes import Classes
from comfydoctor.workflow.widgets import named_values


def with_names(workflow: Workflow, classes: Classes) -> Workflow:
    """The same workflow; the values of known classes stand under their names."""
    nodes = tuple(_named(node, classes) for node in workflow.nodes)
    return replace(workflow, nodes=nodes)


def _named(node: Node, classes: Classes) -> Node:
    known = classes.get(node.type)
    if known is None or not node.widgets:
        return node
    named = named_values(known, node.widgets)
    return node._replace(widgets=named.values) if named.exact else node
