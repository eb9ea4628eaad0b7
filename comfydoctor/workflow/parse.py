"""A workflow in any form that people have: saved, posted, or taken from history."""

from collections.abc import Iterator, Mapping

from comfydoctor.errors import NotAWorkflow
from comfydoctor.model.workflow import Link, Node, Workflow
from comfydoctor.workflow.drawn import Raw, id_text, text
from comfydoctor.workflow.flatten import MOST_NODES, nodes_of
from comfydoctor.workflow.jsontext import read_json

_AROUND = ("prompt", "workflow", "output", "extra_pnginfo", "extra_data")
"""Where a graph lies in what is posted, in history and in metadata; the posted form
is preferred because it names its values."""
_DEEPEST = 6
_ADVICE = "Save it in ComfyUI with Workflow > Save or Export (API) and try again."


def parse(data: bytes | str | Mapping[str, object]) -> Workflow:
    """The workflow in a file, a text or an object.

    Takes the UI form (subgraphs are taken apart), the API form, and both wrapped as
    ``POST /prompt``, the history and picture metadata have them. Values are kept as
    JSON has them. Raises NotAWorkflow.
    """
    value = read_json(data) if isinstance(data, bytes | str) else data
    for found in _candidates(value):
        if is_ui(found):
            return _from_ui(found)
        if is_api(found):
            return _from_api(found)
    raise NotAWorkflow("There is no workflow in this.", advice=_ADVICE)


def is_ui(value: Raw) -> bool:
    """Whether it is a graph as the browser saves it."""
    nodes = value.get("nodes")
    return isinstance(nodes, list) and all(
        isinstance(node, dict) and "class_type" not in node for node in nodes[:3]
    )


def is_api(value: Raw) -> bool:
    """Whether it is a graph as it is posted."""
    return any(_is_api_node(node) for node in value.values())


def _is_api_node(node: object) -> bool:
    return isinstance(node, dict) and isinstance(node.get("class_type"), str)


def _candidates(value: object, depth: int = 0) -> Iterator[Raw]:
    """What may be a graph: the value itself, then what it wraps."""
    if isinstance(value, str) and value.lstrip()[:1] == "{" and depth:
        value = _inner_json(value)
    if isinstance(value, list) and len(value) > 2:
        value = value[2]  # a queue item: number, id, graph, ...
    if not isinstance(value, dict) or depth > _DEEPEST:
        return
    yield value
    for name in _AROUND:
        if name in value:
            yield from _candidates(value[name], depth + 1)
    if len(value) == 1 and depth < 2:  # an answer of /history/{id}
        yield from _candidates(next(iter(value.values())), depth + 1)


def _inner_json(value: str) -> object:
    try:
        return read_json(value)
    except NotAWorkflow:
        return None


def _from_ui(value: Raw) -> Workflow:
    nodes = nodes_of(value)
    if not nodes:
        raise NotAWorkflow("This workflow is empty.", advice=_ADVICE)
    extra = value.get("extra")
    told = extra if isinstance(extra, dict) else {}
    return Workflow(
        form="ui",
        nodes=nodes,
        id=id_text(value.get("id")),
        frontend=text(told.get("frontendVersion"), 50),
    )


def _from_api(value: Raw) -> Workflow:
    if len(value) > MOST_NODES:
        raise NotAWorkflow(f"This has more than {MOST_NODES} nodes.")
    return Workflow("api", tuple(_api_nodes(value)))


def _api_nodes(value: Raw) -> Iterator[Node]:
    """Every member: one without a class makes ComfyUI refuse the whole."""
    for name, node in value.items():
        if not isinstance(node, dict):
            continue
        inputs, meta = node.get("inputs"), node.get("_meta")
        values = _values(inputs) if isinstance(inputs, dict) else {}
        title = text(meta.get("title")) if meta.__class__ is dict else ""
        yield Node(name, text(node.get("class_type")), values, title)


def _values(inputs: Raw) -> dict[str, object]:
    """A pair of node id and output number is a link; other lists stay as they are."""
    return {
        name: Link(value[0], value[1])
        if value.__class__ is list
        and len(value) == 2
        and value[0].__class__ is str
        and value[1].__class__ is int
        else value
        for name, value in inputs.items()
    }
