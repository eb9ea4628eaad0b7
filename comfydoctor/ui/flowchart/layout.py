"""Where the boxes and lines of a flowchart lie: layers from top to bottom.

The usual steps of layered drawing (Sugiyama, Tagawa, Toda 1981): layers by longest
way, crossings lowered by barycentres, then boxes pulled towards their neighbours.
"""

import graphlib
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

SWEEPS = 8
PULLS = 10
Ways = Mapping[str, Sequence[tuple[str, str]]]
"""Of each node the answers and where they lead."""
Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """One node's place; ``x`` is its middle, ``y`` its upper edge."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Line:
    """One answer's way, from the lower edge of a box to the upper one of the next."""

    source: str
    answer: str
    target: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Layout:
    """Everything placed; all coordinates are at least zero."""

    boxes: Mapping[str, Box]
    lines: tuple[Line, ...]
    width: float
    height: float


@dataclass
class _Graph:
    """Nodes and the places where long lines pass a layer, each in its layer."""

    layers: list[list[str]]
    up: dict[str, list[str]] = field(default_factory=dict)
    down: dict[str, list[str]] = field(default_factory=dict)
    chains: list[tuple[str, str, str, list[str], bool]] = field(default_factory=list)
    """Source, answer, target, the way from above to below, and whether it rises."""


def lay_out(
    ways: Ways, start: str, sizes: Mapping[str, tuple[float, float]], gap: Point
) -> Layout:
    """Place every node; ``sizes`` in pixels, ``gap`` between boxes and layers."""
    graph = _graph_of(ways, start)
    _lower_crossings(graph)
    widths = {n: sizes.get(n, (gap[0] / 2, 0.0))[0] for n in _all(graph.layers)}
    xs = _columns(graph, widths, gap[0])
    ys = _rows(graph.layers, sizes, gap[1])
    left = min(xs[n] - widths[n] / 2 for n in xs)
    boxes = {n: Box(xs[n] - left, ys[n], *sizes[n]) for n in sizes if n in xs}
    ports = _ports(graph, xs, boxes)
    lines = tuple(
        _line(chain, xs, ys, boxes, left, ports[chain[0], chain[1]])
        for chain in graph.chains
    )
    return Layout(
        boxes,
        lines,
        max(xs[n] + widths[n] / 2 for n in xs) - left,
        max(box.y + box.height for box in boxes.values()),
    )


def _graph_of(ways: Ways, start: str) -> _Graph:
    rising = set(_rising(ways, start))
    depth = _depths(ways, rising)
    graph = _Graph([[] for _ in range(max(depth.values()) + 1)])
    for node in _preorder(ways, start):
        graph.layers[depth[node]].append(node)
    for source, answer, target in _edges(ways):
        back = (source, target) in rising
        above, below = (target, source) if back else (source, target)
        chain = _chain(graph, f"{source}/{answer}", above, below, depth)
        graph.chains.append((source, answer, target, chain, back))
    return graph


def _edges(ways: Ways) -> Iterator[tuple[str, str, str]]:
    for source, answers in ways.items():
        for answer, target in answers:
            yield source, answer, target


def _chain(
    graph: _Graph, name: str, above: str, below: str, depth: Mapping[str, int]
) -> list[str]:
    """The nodes of a line, with a place of its own in each layer it passes."""
    chain = [above]
    for layer in range(depth[above] + 1, depth[below]):
        passing = f"{name}/{layer}"
        graph.layers[layer].append(passing)
        chain.append(passing)
    chain.append(below)
    for upper, lower in itertools.pairwise(chain):
        graph.down.setdefault(upper, []).append(lower)
        graph.up.setdefault(lower, []).append(upper)
    return chain


def _rising(ways: Ways, start: str) -> Iterator[tuple[str, str]]:
    """Lines that lead back to a node on the way; they are drawn upwards."""
    open_: set[str] = set()
    done: set[str] = set()

    def visit(node: str) -> Iterator[tuple[str, str]]:
        open_.add(node)
        for _answer, target in ways[node]:
            if target in open_:
                yield node, target
            elif target not in done:
                yield from visit(target)
        open_.discard(node)
        done.add(node)

    yield from visit(start)


def _preorder(ways: Ways, start: str) -> list[str]:
    seen: dict[str, None] = {}
    open_ends = [start]
    while open_ends:
        node = open_ends.pop()
        if node not in seen:
            seen[node] = None
            open_ends += [target for _answer, target in reversed(ways[node])]
    return list(seen)


def _depths(ways: Ways, rising: set[tuple[str, str]]) -> dict[str, int]:
    """Layer of each node: the longest way to it that never rises."""
    before: dict[str, set[str]] = {node: set() for node in ways}
    for source, _answer, target in _edges(ways):
        if (source, target) not in rising:
            before[target].add(source)
    depth: dict[str, int] = {}
    for node in graphlib.TopologicalSorter(before).static_order():
        depth[node] = max((depth[n] + 1 for n in before[node]), default=0)
    return depth


def _lower_crossings(graph: _Graph) -> None:
    for sweep in range(SWEEPS):
        downward = sweep % 2 == 0
        near = graph.up if downward else graph.down
        layers = graph.layers if downward else graph.layers[::-1]
        place: dict[str, float] = {}
        for layer in layers:
            wanted = {
                node: _mean(near.get(node, ()), place, float(i))
                for i, node in enumerate(layer)
            }
            layer.sort(key=wanted.__getitem__)
            place.update({node: float(i) for i, node in enumerate(layer)})


def _mean(nodes: Iterable[str], place: Mapping[str, float], own: float) -> float:
    known = [place[node] for node in nodes if node in place]
    return sum(known) / len(known) if known else own


def _columns(
    graph: _Graph, widths: Mapping[str, float], gap: float
) -> dict[str, float]:
    """Pull every node towards the middle of its neighbours, keeping the order."""
    xs: dict[str, float] = {}
    for layer in graph.layers:
        xs.update(_spread(layer, dict.fromkeys(layer, 0.0), widths, gap))
    for pull in range(PULLS):
        layers = graph.layers if pull % 2 == 0 else graph.layers[::-1]
        for layer in layers:
            wanted = {n: _middle(graph, n, xs) for n in layer}
            xs.update(_spread(layer, wanted, widths, gap))
    return xs


def _middle(graph: _Graph, node: str, xs: Mapping[str, float]) -> float:
    near = [*graph.up.get(node, ()), *graph.down.get(node, ())]
    return sum(xs[n] for n in near) / len(near) if near else xs[node]


def _spread(
    layer: Sequence[str],
    wanted: Mapping[str, float],
    widths: Mapping[str, float],
    gap: float,
) -> dict[str, float]:
    """As near to where they want to be as room allows, from both sides."""
    right = _pack(layer, wanted, widths, gap)
    mirrored = {node: -wanted[node] for node in layer}
    left = _pack(layer[::-1], mirrored, widths, gap)
    return {node: (right[node] - left[node]) / 2 for node in layer}


def _pack(
    layer: Sequence[str],
    wanted: Mapping[str, float],
    widths: Mapping[str, float],
    gap: float,
) -> dict[str, float]:
    placed: dict[str, float] = {}
    edge = float("-inf")
    for node in layer:
        placed[node] = max(wanted[node], edge + widths[node] / 2)
        edge = placed[node] + widths[node] / 2 + gap
    return placed


def _rows(
    layers: Sequence[Sequence[str]],
    sizes: Mapping[str, tuple[float, float]],
    gap: float,
) -> dict[str, float]:
    ys: dict[str, float] = {}
    top = 0.0
    for layer in layers:
        ys.update(dict.fromkeys(layer, top))
        top += max(sizes.get(node, (0.0, 0.0))[1] for node in layer) + gap
    return ys


def _ports(
    graph: _Graph, xs: Mapping[str, float], boxes: Mapping[str, Box]
) -> dict[tuple[str, str], float]:
    """How far from its box's middle each line leaves, so that they do not cross."""
    leaving: dict[str, list[tuple[float, str]]] = {}
    for source, answer, _target, chain, rises in graph.chains:
        onward = chain[-2] if rises else chain[1]
        leaving.setdefault(source, []).append((xs[onward], answer))
    ports: dict[tuple[str, str], float] = {}
    for source, lines in leaving.items():
        apart = boxes[source].width / (len(lines) + 1)
        for place, (_x, answer) in enumerate(sorted(lines)):
            ports[source, answer] = (place - (len(lines) - 1) / 2) * apart
    return ports


def _line(
    chain: tuple[str, str, str, list[str], bool],
    xs: Mapping[str, float],
    ys: Mapping[str, float],
    boxes: Mapping[str, Box],
    left: float,
    port: float,
) -> Line:
    source, answer, target, nodes, rises = chain
    points: list[Point] = []
    for node in nodes:
        x, box = xs[node] - left, boxes.get(node)
        below = box is not None and node == nodes[0]
        points.append((x, ys[node] + (box.height if box and below else 0.0)))
    if rises:
        points.reverse()
    points[0] = (points[0][0] + port, points[0][1])
    return Line(source, answer, target, tuple(points))


def _all(layers: Iterable[Iterable[str]]) -> Iterator[str]:
    for layer in layers:
        yield from layer
