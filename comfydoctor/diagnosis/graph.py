"""A workflow as nodes with their values, from the API form or the UI form."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

MOST_NODES = 5000
_NOT_SENT = {2, 4}
"""LiteGraph modes of muted and bypassed nodes: the server never sees them."""
_DRAWN_ONLY = {"Note", "MarkdownNote", "Reroute", "PrimitiveNode"}
"""Nodes that exist in the browser only."""


@dataclass(frozen=True)
class Link:
    """An input that takes another node's output."""

    node: str
    output: int


@dataclass(frozen=True)
class GraphNode:
    """One node as the server will get it."""

    id: str
    type: str
    inputs: Mapping[str, object] = field(default_factory=dict)
    """Values and `Link`s by input, in the API form only."""
    widgets: tuple[object, ...] = ()
    """Values without their names, in the UI form only."""
    pack: str = ""
    """Registry id or repository of the pack, where the workflow names it;
    ``comfy-core`` for ComfyUI's own nodes."""


@dataclass(frozen=True)
class Graph:
    """A workflow; ``is_api`` tells whether values have their names."""

    nodes: tuple[GraphNode, ...]
    is_api: bool

    @property
    def types(self) -> frozenset[str]:
        """Classes that the server must know."""
        return frozenset(node.type for node in self.nodes)


def read_graph(workflow: Mapping[str, object]) -> Graph | None:
    """The graph in a workflow file; None when it is neither form."""
    for inner in ("prompt", "workflow"):
        wrapped = workflow.get(inner)
        if isinstance(wrapped, dict) and "nodes" not in workflow:
            return read_graph(wrapped)
    if isinstance(workflow.get("nodes"), list):
        nodes = tuple(_limited(_ui_nodes(workflow)))
        return Graph(nodes, is_api=False) if nodes else None
    nodes = tuple(_limited(_api_nodes(workflow)))
    return Graph(nodes, is_api=True) if nodes else None


def _limited(nodes: Iterable[GraphNode]) -> Iterator[GraphNode]:
    for _, node in zip(range(MOST_NODES), nodes, strict=False):
        yield node


def _api_nodes(workflow: Mapping[str, object]) -> Iterator[GraphNode]:
    for node_id, node in workflow.items():
        if isinstance(node, dict) and isinstance(node.get("class_type"), str):
            inputs = node.get("inputs")
            values = inputs if isinstance(inputs, dict) else {}
            named = {str(name): _value(value) for name, value in values.items()}
            yield GraphNode(str(node_id), node["class_type"], named)


def _value(value: object) -> object:
    """A pair of node id and output number is a link."""
    match value:
        case [str() | int() as node, int(output)]:
            return Link(str(node), output)
        case _:
            return value


def _ui_nodes(workflow: Mapping[str, object]) -> Iterator[GraphNode]:
    """Nodes that will be sent, those inside of subgraphs included."""
    subgraphs = _subgraphs(workflow)
    for node in _dicts(workflow.get("nodes")):
        if node.get("mode") in _NOT_SENT:
            continue
        if (inner := subgraphs.get(str(node.get("type")))) is not None:
            yield from _inner_nodes(inner, subgraphs, frozenset({str(node["type"])}))
        elif found := _ui_node(node):
            yield found


def _inner_nodes(
    subgraph: Mapping[str, object],
    subgraphs: Mapping[str, Mapping[str, object]],
    above: frozenset[str],
) -> Iterator[GraphNode]:
    for node in _dicts(subgraph.get("nodes")):
        kind = str(node.get("type"))
        if node.get("mode") in _NOT_SENT or kind in above:
            continue
        if (inner := subgraphs.get(kind)) is not None:
            yield from _inner_nodes(inner, subgraphs, above | {kind})
        elif found := _ui_node(node):
            yield found


def _subgraphs(workflow: Mapping[str, object]) -> dict[str, Mapping[str, object]]:
    """Subgraph definitions by the id that stands as type of the outer node."""
    definitions = workflow.get("definitions")
    known = definitions.get("subgraphs") if isinstance(definitions, dict) else None
    return {str(each.get("id")): each for each in _dicts(known)}


def _ui_node(node: Mapping[str, object]) -> GraphNode | None:
    kind = node.get("type")
    if not isinstance(kind, str) or not kind or kind in _DRAWN_ONLY:
        return None
    told = node.get("widgets_values")
    values = list(told.values()) if isinstance(told, dict) else told
    return GraphNode(
        id=str(node.get("id")),
        type=kind,
        widgets=tuple(values) if isinstance(values, list) else (),
        pack=_pack(node.get("properties")),
    )


def _pack(properties: object) -> str:
    told = properties if isinstance(properties, dict) else {}
    name = told.get("cnr_id") or told.get("aux_id") or ""
    return str(name)[:200]


def _dicts(value: object) -> Iterator[dict[str, object]]:
    if isinstance(value, list):
        yield from (each for each in value if isinstance(each, dict))
