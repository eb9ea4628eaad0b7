"""Which node of one state is which of another: by id, else by all it holds."""

import json
from collections import defaultdict
from collections.abc import Iterable

from comfydoctor.model.workflow import Link, Node, Workflow


def match_nodes(before: Workflow, after: Workflow) -> dict[str, str]:
    """Ids in ``after`` by ids in ``before``.

    The same id and class is the same node. What was pasted anew or renumbered is
    found by its class, title and values, where exactly one fits.
    """
    pairs = {
        node.id: node.id
        for node in before.nodes
        if (other := after.by_id.get(node.id)) is not None and other.type == node.type
    }
    taken = set(pairs.values())
    left = _by_looks(n for n in before.nodes if n.id not in pairs)
    for looks, (node, *more) in _by_looks(
        n for n in after.nodes if n.id not in taken
    ).items():
        candidates = left.get(looks, [])
        if not more and len(candidates) == 1:
            pairs[candidates[0].id] = node.id
    return pairs


def _by_looks(nodes: Iterable[Node]) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = defaultdict(list)
    for node in nodes:
        found[_looks(node)].append(node)
    return found


def _looks(node: Node) -> str:
    values = {k: v for k, v in node.inputs.items() if not isinstance(v, Link)}
    links = sorted(node.links)
    told = [node.type, node.title, values, links, node.widgets]
    return json.dumps(told, sort_keys=True, default=str)
