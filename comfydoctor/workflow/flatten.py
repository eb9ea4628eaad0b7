"""From sheets to nodes: subgraphs taken apart, connections led to their sources."""

from collections.abc import Iterator, Mapping

from comfydoctor.errors import NotAWorkflow
from comfydoctor.model.workflow import Lost, Mode, ModelHint, Node, PackHint
from comfydoctor.workflow.browser import is_virtual
from comfydoctor.workflow.drawn import (
    Host,
    Raw,
    Sheet,
    dicts,
    mode_of,
    node_id,
    text,
)
from comfydoctor.workflow.face import face_values, inner_values
from comfydoctor.workflow.source import Given, source_is_untold, source_of

MOST_NODES = 50_000
DEEPEST = 32
"""Subgraphs in subgraphs; the frontend allows 1000, nobody has six."""


def nodes_of(workflow: Raw) -> tuple[Node, ...]:
    """All nodes of a workflow in its UI form."""
    kinds = {text(each.get("id")): each for each in _subgraphs(workflow)}
    found: list[Node] = []
    waiting = [(Sheet(workflow), Mode.ALWAYS, frozenset[str]())]
    sheets: list[tuple[Sheet, Mode]] = []
    count = 0
    while waiting:
        sheet, mode, above = waiting.pop(0)
        sheets.append((sheet, mode))
        count += len(sheet.nodes)
        if count > MOST_NODES:
            raise NotAWorkflow(f"This has more than {MOST_NODES} nodes.")
        for name, node in sheet.nodes.items():
            kind = text(node.get("type"))
            if kind in kinds and kind not in above and len(above) < DEEPEST:
                inner = Sheet(kinds[kind], Host(sheet, node))
                inner.face = face_values(inner)
                sheet.inner[name] = inner
                waiting.append((inner, _outer(mode, node), above | {kind}))
    for sheet, mode in sheets:
        found += _of_sheet(sheet, mode)
    return tuple(found)


def _subgraphs(workflow: Raw) -> Iterator[Raw]:
    definitions = workflow.get("definitions")
    if isinstance(definitions, dict):
        yield from dicts(definitions.get("subgraphs"))


def _outer(mode: Mode, node: Raw) -> Mode:
    return mode_of(node) if mode.is_sent else mode


def _of_sheet(sheet: Sheet, mode: Mode) -> Iterator[Node]:
    face = inner_values(sheet)
    for name, raw in sheet.nodes.items():
        if name not in sheet.inner:
            yield _node(sheet, raw, mode, face.get(name, {}))


def _node(sheet: Sheet, raw: Raw, mode: Mode, face: Mapping[str, object]) -> Node:
    kind, own = text(raw.get("type")), node_id(raw)
    inputs, lost = _connections(sheet, raw)
    return Node(
        id=sheet.prefix + own,
        type=kind,
        inputs={**face, **inputs},
        title=text(raw.get("title")),
        mode=_outer(mode, raw),
        widgets=_widgets(raw),
        named=tuple(text(s.get("name")) for s in sheet.inputs(raw) if _is_widget(s)),
        lost=lost,
        virtual=is_virtual(kind),
        within=sheet.name,
        pack=_pack(raw.get("properties")),
        models=tuple(_models(raw.get("properties"))),
    )


def _connections(sheet: Sheet, raw: Raw) -> tuple[dict[str, object], dict[str, Lost]]:
    """What comes in from outside the node, and what was drawn and does not."""
    inputs: dict[str, object] = {}
    lost: dict[str, Lost] = {}
    for place, slot in enumerate(sheet.inputs(raw)):
        name = text(slot.get("name"))
        source = source_of(sheet, raw, place)
        if _is_widget(slot) and source_is_untold(source):
            continue  # the widget's own value stands
        if isinstance(source, Lost):
            lost[name] = source
        elif source is not None:
            inputs[name] = source.value if isinstance(source, Given) else source
    return inputs, lost


def _is_widget(slot: Raw) -> bool:
    return isinstance(slot.get("widget"), dict)


def _widgets(raw: Raw) -> tuple[object, ...] | Mapping[str, object]:
    named = raw.get("widgets_values_named")
    if isinstance(named, dict) and named:
        return named
    values = raw.get("widgets_values")
    if isinstance(values, dict):
        return values
    return tuple(values) if isinstance(values, list) else ()


def _pack(properties: object) -> PackHint:
    told = properties if isinstance(properties, dict) else {}
    return PackHint(
        text(told.get("cnr_id"), 200),
        text(told.get("aux_id"), 200),
        text(told.get("ver"), 100),
    )


def _models(properties: object) -> Iterator[ModelHint]:
    told = properties if isinstance(properties, dict) else {}
    for model in dicts(told.get("models")):
        if name := text(model.get("name")):
            folder, url = text(model.get("directory")), text(model.get("url"), 2000)
            yield ModelHint(name, folder, url)
