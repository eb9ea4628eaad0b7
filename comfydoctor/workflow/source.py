"""Where an input's value comes from: through reroutes, bypasses and subgraphs.

The same decisions as the frontend's ``graphToPrompt`` takes (frontend 1.49
``ExecutableNodeDTO``), without its recursion.
"""

from dataclasses import dataclass
from typing import NamedTuple, cast

from comfydoctor.model.workflow import Link, Lost, Mode, Why
from comfydoctor.workflow.browser import REROUTES, is_virtual
from comfydoctor.workflow.drawn import (
    Raw,
    Sheet,
    Wire,
    first_value,
    id_text,
    mode_of,
    node_id,
    slots,
    text,
)


@dataclass(frozen=True, slots=True)
class Given:
    """A value instead of a connection: of a primitive or a subgraph's face."""

    value: object


Source = Link | Given | Lost | None


def source_is_untold(source: Source) -> bool:
    """Whether a subgraph's face gives nothing to hold on to."""
    return isinstance(source, Lost) and source.why in {Why.UNTOLD, Why.EMPTY}


class _Input(NamedTuple):
    sheet: Sheet
    node: Raw
    slot: int


class _Output(NamedTuple):
    sheet: Sheet
    node: Raw
    slot: int


def source_of(sheet: Sheet, node: Raw, slot: int) -> Source:
    """What an input gets; None when nothing is connected to it."""
    wanted = _type(sheet.inputs(node), slot)
    place = _before_input(_Input(sheet, node, slot), first=True)
    passed: list[tuple[Sheet, tuple[int, int, str]]] = []
    while isinstance(place, _Input | _Output):
        if isinstance(place, _Input):
            place = _before_input(place, first=False)
            continue
        key = (id(place.node), place.slot, wanted)
        if key in place.sheet.led:
            place = cast(Source, place.sheet.led[key])
            break
        # Whoever comes by here again before it is known goes round in a circle.
        here = place.sheet.prefix + node_id(place.node)
        place.sheet.led[key] = Lost(here, Why.LOOP)
        passed.append((place.sheet, key))
        place = _before_output(place, wanted)
    for other, key in passed:
        other.led[key] = place
    return place


def _before_input(place: _Input, first: bool) -> _Input | _Output | Source:
    sheet, node, slot = place
    told = sheet.inputs(node)
    number = told[slot].get("link") if 0 <= slot < len(told) else None
    wire = _wire(sheet, node, slot, number)
    if wire is None:
        here = sheet.prefix + node_id(node)
        if number is not None:
            return Lost(here, Why.GONE)
        return None if first else Lost(here, Why.EMPTY)
    if wire.source == sheet.inputs_id and sheet.host is not None:
        return _through_face(sheet, wire.out)
    origin = sheet.nodes.get(wire.source)
    if origin is None:
        return Lost(sheet.prefix + wire.source, Why.GONE)
    return _Output(sheet, origin, wire.out)


def _wire(sheet: Sheet, node: Raw, slot: int, number: object) -> Wire | None:
    if number is not None:
        return sheet.wires.get(id_text(number))
    return sheet.everywhere.get((node_id(node), slot))


def _through_face(sheet: Sheet, out: int) -> _Input | Source:
    """From the inputs of a subgraph to its node on the sheet above."""
    host = sheet.host
    if host is None:
        return None
    name = sheet.faces[out] if 0 <= out < len(sheet.faces) else ""
    slot = sheet.outer.get(name, -1)
    face = host.sheet.inputs(host.node)[slot] if slot >= 0 else {}
    joined = (node_id(host.node), slot) in host.sheet.everywhere
    if face.get("link") is not None or joined:
        return _Input(host.sheet, host.node, slot)
    value = sheet.face.get(name)
    if value is not None:
        return Given(value)
    # The browser leaves inputs out of the file only where they are widgets.
    is_widget = slot < 0 or isinstance(face.get("widget"), dict)
    return Lost(host.path, Why.UNTOLD if is_widget else Why.EMPTY)


def _before_output(place: _Output, wanted: str) -> _Input | _Output | Source:
    sheet, node, slot = place
    here = sheet.prefix + node_id(node)
    mode = mode_of(node)
    if mode is Mode.MUTED:
        return Lost(here, Why.MUTED)
    if mode is Mode.BYPASSED:
        instead = _bypass(sheet, node, slot, wanted)
        return Lost(here, Why.BYPASSED) if instead < 0 else _Input(sheet, node, instead)
    inner = sheet.inner.get(node_id(node))
    if inner is not None:
        return _out_of(inner, slot, here)
    kind = text(node.get("type"))
    if is_virtual(kind):
        return _through_virtual(sheet, node, kind, here)
    return Link(here, slot)


def _out_of(inner: Sheet, slot: int, here: str) -> _Output | _Input | Source:
    """From an output of a subgraph's node to what reaches it inside."""
    wire = inner.results.get(slot)
    if wire is None:
        return Lost(here, Why.EMPTY)
    if wire.source == inner.inputs_id:
        return _through_face(inner, wire.out)
    origin = inner.nodes.get(wire.source)
    if origin is None:
        return Lost(inner.prefix + wire.source, Why.GONE)
    return _Output(inner, origin, wire.out)


def _through_virtual(sheet: Sheet, node: Raw, kind: str, here: str) -> _Input | Source:
    if kind == "PrimitiveNode":
        values = node.get("widgets_values")
        if isinstance(values, list) and values:
            return Given(values[0])
        return Lost(here, Why.EMPTY)
    if kind in REROUTES:
        return _Input(sheet, node, 0)
    if kind in _GETTERS:
        found = _setter(sheet, node, _GETTERS[kind])
        return found or Lost(here, Why.EMPTY)
    return Lost(here, Why.EMPTY)


_GETTERS = {"GetNode": "SetNode", "easy getNode": "easy setNode"}
"""Packs that connect by name: KJNodes, Easy Use."""


def _setter(sheet: Sheet, getter: Raw, kind: str) -> _Input | None:
    """The input of the node that keeps what ``getter`` asks for, here or above."""
    name = first_value(getter)
    place: Sheet | None = sheet
    while place is not None and name:
        if (found := place.setters.get((kind, name))) is not None:
            return _Input(place, found, 0)
        place = place.host.sheet if place.host else None
    return None


def _bypass(sheet: Sheet, node: Raw, slot: int, wanted: str) -> int:
    """Which input a bypassed node hands on; -1 when none fits."""
    kinds = [text(each.get("type")) for each in sheet.inputs(node)]
    if wanted in {"*", ""}:
        return (slot if slot < len(kinds) else 0) if kinds else -1
    gives = _type(slots(node, "outputs"), slot)
    if slot < len(kinds) and _fits(kinds[slot], gives) and _fits(kinds[slot], wanted):
        return slot
    if wanted in kinds:
        return kinds.index(wanted)
    fitting = (i for i, k in enumerate(kinds) if _fits(k, gives) and _fits(k, wanted))
    return next(fitting, -1)


def _type(told: list[Raw], slot: int) -> str:
    """The type of one slot; anything, where the file does not tell."""
    kind = told[slot].get("type") if 0 <= slot < len(told) else None
    return kind if isinstance(kind, str) else "*"


def _fits(one: str, other: str) -> bool:
    """LiteGraph's rule: case does not count, commas list choices."""
    if one in {"", "*"} or other in {"", "*"}:
        return True
    return not {k.strip() for k in one.lower().split(",")}.isdisjoint(
        k.strip() for k in other.lower().split(",")
    )
