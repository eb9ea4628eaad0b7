"""Whether another server could run a job: its nodes and its files."""

import json
from collections.abc import Iterator, Mapping

from comfydoctor.comfy.client import Client
from comfydoctor.comfy.definitions import Definitions
from comfydoctor.model.job import QueueItem

MOST = 20


async def definitions_of(client: Client) -> Definitions:
    """The node classes of a server; megabytes on a big installation."""
    return await client.definitions()


def misfits(item: QueueItem, definitions: Definitions) -> tuple[str, ...]:
    """Why the server would refuse a job, in words; empty when it has all it needs."""
    graph = json.loads(item.prompt_json)
    found = dict.fromkeys(
        _misfits(graph if isinstance(graph, dict) else {}, definitions)
    )
    return tuple(found)[:MOST]


def _misfits(graph: Mapping[str, object], definitions: Definitions) -> Iterator[str]:
    for node in graph.values():
        if not isinstance(node, dict):
            continue
        kind = str(node.get("class_type"))
        definition = definitions.get(kind)
        if definition is None:
            yield f"the node {kind} is missing there"
            continue
        inputs = node.get("inputs")
        for name, value in (inputs if isinstance(inputs, dict) else {}).items():
            choices = choices_of(definition, str(name))
            if choices is not None and isinstance(value, str) and value not in choices:
                yield f"{kind} has no “{value}” there"


def choices_of(definition: Mapping[str, object], name: str) -> list[object] | None:
    """What a combo input accepts, in both of ComfyUI's forms; None: no combo.

    ``[["a", "b"], {…}]``, or V3's ``["COMBO", {"options": ["a", "b"]}]``.
    """
    groups = definition.get("input")
    for group in ("required", "optional"):
        inputs = groups.get(group) if isinstance(groups, dict) else None
        said = inputs.get(name) if isinstance(inputs, dict) else None
        if not isinstance(said, list | tuple) or not said:
            continue
        if isinstance(said[0], list):
            return list(said[0])
        more = said[1] if len(said) > 1 else None
        options = more.get("options") if isinstance(more, dict) else None
        if said[0] == "COMBO" and isinstance(options, list):
            return list(options)
    return None
