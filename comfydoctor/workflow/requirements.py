"""What a workflow needs: models, files that people upload, node packs."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from comfydoctor.content.packs import CORE
from comfydoctor.model.lint import Need
from comfydoctor.model.workflow import Node, Workflow
from comfydoctor.workflow.case import Case
from comfydoctor.workflow.classes import Classes, DefinitionSource, Told
from comfydoctor.workflow.filenames import bare, base, folder_of, is_media, is_model
from comfydoctor.workflow.rule_nodes import provider_of


def requirements(
    workflow: Workflow, definitions: DefinitionSource | Classes | None = None
) -> tuple[Need, ...]:
    """Everything it needs, once each, in the order of the nodes.

    Without the server's definitions the values of the drawn form have no names:
    whatever looks like a file is taken for one, and what is here is not known.
    """
    source = Told({}) if definitions is None else definitions
    classes = source if isinstance(source, Classes) else Classes(source)
    case = Case(workflow, classes)
    found: dict[tuple[str, str, str], Need] = {}
    for node in case.nodes:
        for need in _files(case, node):
            key = (need.kind, need.folder, need.name)
            known = found.setdefault(key, need)
            nodes = tuple(dict.fromkeys((*known.nodes, node.id)))
            found[key] = replace(known, nodes=nodes, url=known.url or need.url)
    return (*found.values(), *_packs(case, bool(list(classes.names())[:1])))


def _files(case: Case, node: Node) -> Iterator[Need]:
    known = case.class_of[node.id]
    for name, value in _values(node):
        if not isinstance(value, str) or not (is_model(value) or is_media(value)):
            continue
        field = known.fields_for(node.inputs).get(name) if known else None
        if known is not None and (field is None or field.options is None):
            continue  # a text that looks like a file: a prefix, a prompt
        offered = field.options if field else None
        yield Need(
            kind="model" if is_model(value) else "input",
            name=value if is_model(value) else bare(value),
            folder=folder_of(node.type, name) or _hinted(node, value, url=False),
            url=_hinted(node, value, url=True),
            here=None if offered is None else value in offered,
        )


def _values(node: Node) -> Iterator[tuple[str, object]]:
    yield from node.inputs.items()
    if isinstance(node.widgets, tuple | list):
        yield from (("", value) for value in node.widgets)
    elif hasattr(node.widgets, "items"):
        yield from node.widgets.items()


def _hinted(node: Node, value: str, *, url: bool) -> str:
    for model in node.models:
        if base(model.name) == base(value):
            return model.url if url else model.folder
    return ""


def _packs(case: Case, has_classes: bool) -> Iterator[Need]:
    groups: dict[str, list[Node]] = defaultdict(list)
    for node in case.nodes:
        known = case.class_of[node.id]
        pack = node.pack if known is not None else provider_of(node)
        name = pack.name or (known.pack if known else "")
        if name and name != CORE:
            groups[name].append(node)
    for name, nodes in groups.items():
        here = all(case.class_of[node.id] is not None for node in nodes)
        yield Need(
            kind="pack",
            name=name,
            nodes=tuple(node.id for node in nodes),
            classes=tuple(dict.fromkeys(node.type for node in nodes)),
            here=here if has_classes else None,
        )
