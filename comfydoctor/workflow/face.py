"""Values on the face of a subgraph: what its node keeps for the nodes inside."""

from collections.abc import Mapping

from comfydoctor.workflow.drawn import Raw, Sheet, dicts, id_text, text


def face_values(sheet: Sheet) -> dict[str, object]:
    """What the node of a subgraph holds, by the names of the subgraph's inputs.

    Kept by name (frontend 1.49), else by position: beside the subgraph's inputs that
    lead to a widget (1.43 and later), or beside ``properties.proxyWidgets`` (1.28 to
    1.42), where ``-1`` means an input of the subgraph and a node id a widget inside,
    see `inner_values`.
    """
    host = sheet.host.node if sheet.host else {}
    values = host.get("widgets_values")
    proxies = _proxies(host)
    shown = [n for place, n in enumerate(sheet.faces) if place in sheet.shown]
    names = [name for _, name in proxies] if proxies else shown
    listed = values if isinstance(values, list) else []
    found: dict[str, object] = {}
    for name, value in zip(names, listed, strict=False):
        found.setdefault(name, value)
    named = host.get("widgets_values_named")
    known = named if isinstance(named, dict) else {}
    return {**found, **_set_aside(host), **known}


def inner_values(sheet: Sheet) -> Mapping[str, Mapping[str, object]]:
    """By inner node and widget: what the face of the subgraph sets there."""
    host = sheet.host.node if sheet.host else {}
    values = host.get("widgets_values")
    found: dict[str, dict[str, object]] = {}
    if isinstance(values, list):
        for (node, name), value in zip(_proxies(host), values, strict=False):
            if node != "-1" and value is not None:
                found.setdefault(node, {})[name] = value
    return found


def _proxies(host: Raw) -> list[tuple[str, str]]:
    properties = host.get("properties")
    told = properties.get("proxyWidgets") if isinstance(properties, dict) else None
    return [
        (id_text(pair[0]), text(pair[1]))
        for pair in (told if isinstance(told, list) else ())
        if isinstance(pair, list) and len(pair) > 1
    ]


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
