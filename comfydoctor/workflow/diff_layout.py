"""Where nodes lie and in which group; the API form has neither."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from comfydoctor.workflow.drawn import Raw, dicts, node_id, text

Box = tuple[float, float, float, float]
"""Left, top, width, height."""


@dataclass(frozen=True)
class Layout:
    """Of the outermost canvas and of those inside its subgraphs."""

    places: Mapping[str, Box] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    """Name of the innermost group a node lies in."""

    def group_of(self, node: str) -> str:
        """Empty for none."""
        return self.groups.get(node, "")

    def place_of(self, node: str) -> Box | None:
        """None where the file does not tell."""
        return self.places.get(node)


def read_layout(value: object) -> Layout:
    """From the JSON of a file; empty for the API form."""
    if not isinstance(value, dict) or not isinstance(value.get("nodes"), list):
        return Layout()
    places: dict[str, Box] = {}
    groups: dict[str, str] = {}
    for prefix, sheet in _sheets(value):
        frames = sorted(_frames(sheet), key=lambda frame: frame[1][2] * frame[1][3])
        for node in dicts(sheet.get("nodes")):
            name = prefix + node_id(node)
            box = _box(node.get("pos"), node.get("size"))
            places[name] = box
            groups[name] = next((t for t, frame in frames if _holds(frame, box)), "")
    return Layout(places, groups)


def _sheets(value: Raw) -> Iterator[tuple[str, Raw]]:
    """Every canvas once, with what comes before the ids of its nodes."""
    yield "", value
    definitions = value.get("definitions")
    told = definitions.get("subgraphs") if isinstance(definitions, dict) else None
    kinds = {text(each.get("id")): each for each in dicts(told)}
    waiting = [("", value, frozenset[str]())]
    while waiting:
        prefix, sheet, above = waiting.pop()
        for node in dicts(sheet.get("nodes")):
            kind = text(node.get("type"))
            if kind in kinds and kind not in above and len(above) < _DEEPEST:
                inner = f"{prefix}{node_id(node)}:"
                yield inner, kinds[kind]
                waiting.append((inner, kinds[kind], above | {kind}))


_DEEPEST = 8


def _frames(sheet: Raw) -> Iterator[tuple[str, Box]]:
    for group in dicts(sheet.get("groups")):
        bounding = group.get("bounding")
        if isinstance(bounding, list) and len(bounding) == 4:
            yield text(group.get("title"), 200), _box(bounding[:2], bounding[2:])


def _box(place: object, size: object) -> Box:
    left, top = _pair(place)
    width, height = _pair(size)
    return left, top, width, height


def _pair(value: object) -> tuple[float, float]:
    """LiteGraph writes lists, and objects with the keys 0 and 1."""
    if isinstance(value, dict):
        value = [value.get("0"), value.get("1")]
    if isinstance(value, list) and len(value) >= 2:
        return _number(value[0]), _number(value[1])
    return 0.0, 0.0


def _number(value: object) -> float:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if plain else 0.0  # type: ignore[arg-type]


def _holds(frame: Box, box: Box) -> bool:
    """As the browser decides: by the node's middle."""
    across, down = box[0] + box[2] / 2, box[1] + box[3] / 2
    inside = frame[0] <= across < frame[0] + frame[2]
    return inside and frame[1] <= down < frame[1] + frame[3]
