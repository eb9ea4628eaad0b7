"""Changes that make a graph lighter, each with a name and a way back."""

import copy
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from comfydoctor.errors import NotApplicable

Graph = dict[str, Any]
MISSING = "(not set)"
GRID = 16
"""Widths and heights stay multiples of it: what every latent maker accepts."""
SMALLEST = 256
TILES: Mapping[str, tuple[str, Mapping[str, int]]] = {
    "VAEDecode": (
        "VAEDecodeTiled",
        {"tile_size": 512, "overlap": 64, "temporal_size": 64, "temporal_overlap": 8},
    ),
    "VAEEncode": (
        "VAEEncodeTiled",
        {"tile_size": 512, "overlap": 64, "temporal_size": 64, "temporal_overlap": 8},
    ),
}
"""Core nodes and their tiled twins with ComfyUI's own defaults (nodes.py)."""


@dataclass(frozen=True)
class Edit:
    """One change of a graph; ``input`` is empty when the node's class changes."""

    node: str
    kind: str
    """Class of the node before."""
    input: str
    before: Any
    after: Any

    @property
    def difference(self) -> str:
        """A line that goes and one that comes."""
        name = f"node {self.node} {self.kind}"
        what = f"{self.input} = " if self.input else "becomes "
        if not self.input:
            return f"- {name}\n+ node {self.node} {self.after}"
        return f"- {name}: {what}{self.before}\n+ {name}: {what}{self.after}"


@dataclass(frozen=True)
class Lightening:
    """One named transformation, asked for by an option of the fix."""

    option: str
    title: str
    edits: Callable[[Graph, str], Iterator[Edit]]


def lighten(graph: Graph, wishes: Mapping[str, str]) -> tuple[Graph, tuple[Edit, ...]]:
    """The graph with the wished changes, and what they were.

    Raises NotApplicable for an unknown wish or when nothing becomes lighter.
    """
    known = {one.option: one for one in LIGHTENINGS}
    if strange := sorted(set(wishes) - set(known)):
        raise NotApplicable(
            f"“{strange[0]}” is no way to make a job lighter.",
            advice="Known are: " + ", ".join(known) + ".",
        )
    edits: list[Edit] = []
    for option, value in wishes.items():
        edits += known[option].edits(graph, value)
    if not edits:
        raise NotApplicable("Nothing in this job becomes lighter that way.")
    return changed(graph, edits), tuple(edits)


def usual(graph: Graph, *, tiles: bool = True) -> dict[str, str]:
    """What to try first: it costs no quality; smaller only where that is nothing.

    ``tiles``: whether the server has the nodes for it.
    """
    mild = {"batch": "1"} | ({"tiled_vae": "yes"} if tiles else {})
    known = {one.option: one for one in LIGHTENINGS}
    if any(list(known[option].edits(graph, value)) for option, value in mild.items()):
        return mild
    return {"size": "75%"}


def changed(graph: Graph, edits: list[Edit] | tuple[Edit, ...]) -> Graph:
    """A copy with the edits made."""
    made = copy.deepcopy(graph)
    for edit in edits:
        _put(made[edit.node], edit.input, edit.after)
    return made


def restored(graph: Graph, edits: tuple[Edit, ...]) -> Graph:
    """A copy with the edits taken back."""
    made = copy.deepcopy(graph)
    for edit in reversed(edits):
        _put(made[edit.node], edit.input, edit.before)
    return made


def _put(node: dict[str, Any], name: str, value: Any) -> None:
    if not name:
        node["class_type"] = value
    elif value == MISSING:
        node["inputs"].pop(name, None)
    else:
        node["inputs"][name] = value


def _nodes(graph: Graph) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Id, class and inputs of each node that is whole."""
    for key, node in graph.items():
        inputs = node.get("inputs") if isinstance(node, dict) else None
        if isinstance(inputs, dict) and isinstance(node.get("class_type"), str):
            yield key, node["class_type"], inputs


def _smaller(graph: Graph, value: str) -> Iterator[Edit]:
    share = _share(value)
    for key, kind, inputs in _nodes(graph):
        sides = [name for name in ("width", "height") if _is_count(inputs.get(name))]
        if len(sides) < 2 or not kind.startswith(("Empty", "Wan", "Hunyuan", "LTX")):
            continue
        for name in sides:
            now = inputs[name]
            new = max(SMALLEST, int(now * share) // GRID * GRID)
            if new < now:
                yield Edit(key, kind, name, now, new)


def _at_most(
    name: str, beside: tuple[str, ...] = (), step: int = 1
) -> Callable[[Graph, str], Iterator[Edit]]:
    """Lower an input to a number, kept on ``step`` * n + 1 where that is not 1."""

    def edits(graph: Graph, value: str) -> Iterator[Edit]:
        most = _whole(value)
        most = most if step == 1 else (most - 1) // step * step + 1
        for key, kind, inputs in _nodes(graph):
            now: Any = inputs.get(name)
            fits = not beside or any(other in inputs for other in beside)
            if fits and _is_count(now) and now > most > 0:
                yield Edit(key, kind, name, now, most)

    return edits


def _tiled(graph: Graph, value: str) -> Iterator[Edit]:
    if value.lower() not in {"yes", "true", "1", "on"}:
        return
    for key, kind, inputs in _nodes(graph):
        if kind not in TILES:
            continue
        twin, defaults = TILES[kind]
        yield Edit(key, kind, "", kind, twin)
        for name, default in defaults.items():
            yield Edit(key, twin, name, inputs.get(name, MISSING), default)


LIGHTENINGS: tuple[Lightening, ...] = (
    Lightening("batch", "Fewer pictures at once", _at_most("batch_size")),
    Lightening("tiled_vae", "Decode in tiles", _tiled),
    Lightening("size", "Smaller pictures", _smaller),
    Lightening("frames", "A shorter video", _at_most("length", ("width",), 4)),
    Lightening(
        "steps", "Fewer steps", _at_most("steps", ("sampler_name", "cfg", "scheduler"))
    ),
)
"""In the order in which they cost quality, the mildest first."""


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _share(text: str) -> float:
    try:
        share = float(text.rstrip("% ")) / (100 if "%" in text else 1)
    except ValueError:
        share = math.nan
    if not 0.1 <= share < 1:
        raise NotApplicable(f"“{text}” is no part of a size.", advice="Say size=75%.")
    return share


def _whole(text: str) -> int:
    if not text.isdecimal() or not int(text[:9]):
        raise NotApplicable(f"“{text}” is no number from 1 on.")
    return int(text[:9])
