"""Two names for a workflow: for its shape, and for every value in it."""

import hashlib
import json
from collections.abc import Iterator, Mapping

from comfydoctor.model.workflow import Link, Node, Workflow
from comfydoctor.workflow.seeds import is_seed

_LENGTH = 32


def fingerprint(workflow: Workflow) -> str:
    """The same for the same graph with another seed, place or title.

    UI and API form of one graph differ, because the first does not name its values:
    convert first to compare them.
    """
    return _digest(_part(node, seeds=False) for node in workflow.sent)


def content_hash(workflow: Workflow) -> str:
    """The same only for the same nodes with the same values, seeds and titles."""
    return _digest(
        [_part(node, seeds=True), node.title, int(node.mode)] for node in workflow.nodes
    )


def _digest(parts: Iterator[object]) -> str:
    """Over the nodes in the order of their text: a file may list them in any."""
    lines = sorted(json.dumps(part, sort_keys=True, default=_plain) for part in parts)
    total = hashlib.blake2b(digest_size=_LENGTH // 2)
    for line in lines:
        total.update(line.encode("utf-8", "surrogatepass") + b"\n")
    return total.hexdigest()


def _part(node: Node, *, seeds: bool) -> list[object]:
    inputs = {
        name: value
        for name, value in node.inputs.items()
        if seeds or isinstance(value, Link) or not is_seed(name, value)
    }
    return [node.id, node.type, inputs, _widgets(node, seeds=seeds)]


def _widgets(node: Node, *, seeds: bool) -> object:
    """Values without names: a number before ``randomize`` is a seed."""
    if isinstance(node.widgets, Mapping):
        return {k: v for k, v in node.widgets.items() if seeds or not is_seed(k, v)}
    values = list(node.widgets)
    if seeds:
        return values
    return [None if _steered(values, place) else v for place, v in enumerate(values)]


def _steered(values: list[object], place: int) -> bool:
    follower = values[place + 1] if place + 1 < len(values) else None
    return isinstance(follower, str) and follower in CONTROLS


CONTROLS = frozenset({"fixed", "increment", "decrement", "randomize"})
"""What a ``control_after_generate`` widget holds."""


def _plain(value: object) -> object:
    if isinstance(value, Link):
        return {"node": value.node, "slot": value.slot}
    return repr(value)
