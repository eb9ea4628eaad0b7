"""Values on the face of a subgraph: what its node keeps for the nodes inside."""

from collections.abc import Mapping

from comfydoctor.workflow.drawn import (
    Raw,
    Sheet,
    Wire,
    dicts,
    id_text,
    slots,
    text,
)


def face_value(sheet: Sheet, host: Raw, name: str) -> object:
    """What the node of a subgraph holds for its input ``name``; None for nothing.

    Kept by position: beside the subgraph's inputs that lead to a widget (frontend
    1.43 and later), or beside ``properties.proxyWidgets`` (1.28 to 1.42), where ``-1``
    means an input of the subgraph and a node id a widget inside, see `inner_values`.
    """
    named = host.get("widgets_values_named")
    if isinstance(named, dict) and name in named:
        return named[name]
    if name in (kept := _set_aside(host)):
        return kept[name]
    values = host.get("widgets_values")
    if not isinstance(values, list):
        return None
    proxies = _proxies(host)
    faces = [widget for _, widget in proxies] if proxies else _widget_faces(sheet)
    at = faces.index(name) if name in faces else -1
    return values[at] if 0 <= at < len(values) else None


def _widget_faces(sheet: Sheet) -> list[str]:
    """Names of the subgraph's inputs that set a widget inside."""
    shown = {
        wire.out
        for wire in sheet.wires.values()
        if wire.source == sheet.inputs_id and _is_widget(sheet, wire)
    }
    return [name for place, name in enumerate(sheet.faces) if place in shown]


def _is_widget(sheet: Sheet, wire: Wire) -> bool:
    told = slots(sheet.nodes.get(wire.target, {}))
    return wire.slot < len(told) and isinstance(told[wire.slot].get("widget"), dict)


def inner_values(sheet: Sheet) -> Mapping[tuple[str, str], object]:
    """By inner node and widget: what the face of the subgraph sets there."""
    host = sheet.host.node if sheet.host else {}
    values = host.get("widgets_values")
    if not isinstance(values, list):
        return {}
    return {
        (node, name): value
        for (node, name), value in zip(_proxies(host), values, strict=False)
        if node != "-1" and value is not None
    }


def _proxies(host: Raw) -> list[tuple[str, str]]:
    properties = host.get("properties")
    told = properties.get("proxyWidgets") if isinstance(properties, dict) else None
    return (
        [
            (id_text(pair[0]), text(pair[1]))
            for pair in told or ()
            if isinstance(pair, list) and len(pair) > 1
        ]
        if isinstance(told, list)
        else []
    )


def _set_aside(host: Raw) -> Mapping[str, object]:
    """Values that the frontend could not place when it changed its ways."""
    properties = host.get("properties")
    told = properties if isinstance(properties, dict) else {}
    found: dict[str, object] = {}
    for entry in dicts(told.get("proxyWidgetErrorQuarantine")):
        match entry:
            case {"originalEntry": ["-1", str(name), *_], "hostValue": value}:
                found[name] = value
    return found
