"""The graph as the browser saved it: one `Sheet` for each canvas."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from comfydoctor.model.workflow import Mode

Raw = Mapping[str, object]

INPUTS = "-10"
"""Id of the node that stands for the inputs, inside a subgraph."""
OUTPUTS = "-20"
_MODES = {int(mode): mode for mode in Mode}


class Wire(NamedTuple):
    """One connection."""

    source: str
    out: int
    target: str
    slot: int


class Sheet:
    """One canvas: the outermost, or one instance of a subgraph."""

    def __init__(self, raw: Raw, host: "Host | None" = None) -> None:
        self.raw = raw
        self.host = host
        self.name = text(raw.get("name")) if host else ""
        self.nodes = {node_id(node): node for node in dicts(raw.get("nodes"))}
        self.wires = dict(_wires(raw.get("links")))
        self.faces = [text(slot.get("name")) for slot in dicts(raw.get("inputs"))]
        """Names of a subgraph's inputs, in the order of their slots."""
        self.inputs_id = _side(raw.get("inputNode"), INPUTS)
        outputs_id = _side(raw.get("outputNode"), OUTPUTS)
        self.results = {
            w.slot: w for w in self.wires.values() if w.target == outputs_id
        }
        """What reaches the outputs of a subgraph."""
        self.inner: dict[str, Sheet] = {}
        """Sheets of the subgraphs that lie on this one, by their node here."""
        self.everywhere = dict(_everywhere(raw.get("extra")))
        """Invisible connections of the pack cg-use-everywhere."""
        self.face: Mapping[str, object] = {}
        """What its node on the sheet above holds for its inputs; see `face_values`."""
        self.led: dict[tuple[int, int, str], object] = {}
        """Where outputs lead that were followed already; see `source_of`."""
        self._inputs: dict[int, list[Raw]] = {}

    def inputs(self, node: Raw) -> list[Raw]:
        """The inputs of one of its nodes, in their order."""
        key = id(node)
        if key not in self._inputs:
            self._inputs[key] = slots(node)
        return self._inputs[key]

    @cached_property
    def outer(self) -> dict[str, int]:
        """Of a subgraph: places of the inputs of its node on the sheet above."""
        told = self.host.sheet.inputs(self.host.node) if self.host else []
        places: dict[str, int] = {}
        for place, slot in enumerate(told):
            places.setdefault(text(slot.get("name")), place)
        return places

    @cached_property
    def shown(self) -> dict[int, tuple[str, str]]:
        """Inputs of a subgraph that lead to a widget: its node and its name."""
        found: dict[int, tuple[str, str]] = {}
        for wire in self.wires.values():
            told = self.inputs(self.nodes.get(wire.target, {}))
            if wire.source == self.inputs_id and 0 <= wire.slot < len(told):
                slot = told[wire.slot]
                if isinstance(slot.get("widget"), dict):
                    name = text(slot.get("name"))
                    found.setdefault(wire.out, (wire.target, name))
        return found

    @cached_property
    def setters(self) -> dict[tuple[str, str], Raw]:
        """Nodes that give their input a name, by type and name."""
        found: dict[tuple[str, str], Raw] = {}
        for node in self.nodes.values():
            found.setdefault((text(node.get("type")), first_value(node)), node)
        return found

    @property
    def prefix(self) -> str:
        """What comes before the ids of its nodes."""
        return f"{self.host.path}:" if self.host else ""


class Host(NamedTuple):
    """The node that stands for a subgraph on the sheet above."""

    sheet: Sheet
    node: Raw

    @property
    def path(self) -> str:
        """The id that the server would get for it."""
        return self.sheet.prefix + node_id(self.node)


def dicts(value: object) -> Iterator[Raw]:
    """The objects in a list, whatever else it holds."""
    if isinstance(value, list):
        yield from (each for each in value if isinstance(each, dict))


def text(value: object, limit: int = 500) -> str:
    """A name; what is none becomes empty."""
    return value[:limit] if isinstance(value, str) else ""


def node_id(node: Raw) -> str:
    """Numbers and texts stand for the same node."""
    return id_text(node.get("id"))


def id_text(value: object) -> str:
    """An id as text; whole numbers may come as floats."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)[:200] if isinstance(value, str | int | float) else ""


def mode_of(node: Raw) -> Mode:
    """What the file says, or that it always runs."""
    told = node.get("mode")
    return _MODES.get(told, Mode.ALWAYS) if isinstance(told, int) else Mode.ALWAYS


def slots(node: Raw, side: str = "inputs") -> list[Raw]:
    """Its inputs or outputs in their order."""
    told = node.get(side)
    if not isinstance(told, list):
        return []
    return [each if isinstance(each, dict) else {} for each in told]


def first_value(node: Raw) -> str:
    """What the first widget of a node holds, if that is a text."""
    values = node.get("widgets_values")
    return text(values[0]) if isinstance(values, list) and values else ""


def _side(node: object, usual: str) -> str:
    return node_id(node) if isinstance(node, dict) and "id" in node else usual


def _wires(links: object) -> Iterator[tuple[str, Wire]]:
    for link in links if isinstance(links, list) else ():
        match link:
            case [number, source, int(out), target, int(slot), *_]:
                wire = Wire(id_text(source), out, id_text(target), slot)
                yield id_text(number), wire
            case {
                "id": number,
                "origin_id": source,
                "origin_slot": int(out),
                "target_id": target,
                "target_slot": int(slot),
            }:
                wire = Wire(id_text(source), out, id_text(target), slot)
                yield id_text(number), wire


def _everywhere(extra: object) -> Iterator[tuple[tuple[str, int], Wire]]:
    told = extra.get("ue_links") if isinstance(extra, dict) else None
    for link in dicts(told):
        match link:
            case {
                "downstream": target,
                "downstream_slot": int(slot),
                "upstream": source,
                "upstream_slot": int(out),
            }:
                wire = Wire(id_text(source), out, id_text(target), slot)
                yield (wire.target, slot), wire
