"""Node classes that the server does not have."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from comfydoctor.comfy.text import one_line
from comfydoctor.content.packs import CORE, Provider, pack_index
from comfydoctor.model.finding import Severity
from comfydoctor.model.lint import LintFinding
from comfydoctor.model.workflow import Node, PackHint
from comfydoctor.workflow.browser import is_group
from comfydoctor.workflow.case import Case


def missing_nodes(case: Case) -> Iterator[LintFinding]:
    """One finding for each class, with the pack that brings it."""
    groups: dict[str, list[Node]] = defaultdict(list)
    for node in case.nodes:
        if case.class_of[node.id] is None:
            groups[node.type].append(node)
    for kind, nodes in groups.items():
        ids = tuple(node.id for node in nodes)
        if is_group(kind):
            yield replace(_group(case, nodes[0]), nodes=ids)
        elif kind in case.classes.broken:
            yield replace(_broken(case, nodes[0]), nodes=ids)
        elif not kind:
            yield replace(_nameless(case, nodes[0]), nodes=ids)
        else:
            yield replace(_missing(case, nodes[0]), nodes=ids)


def provider_of(node: Node) -> PackHint:
    """The pack of a node: as the workflow says, else as the public lists know."""
    if node.pack.name:
        return node.pack
    known = pack_index().providers(node.type)
    return _hint(known[0]) if known else PackHint()


def _hint(provider: Provider) -> PackHint:
    return PackHint(provider.id, provider.repository)


def _missing(case: Case, node: Node) -> LintFinding:
    pack = provider_of(node)
    kind = one_line(node.type, 80)
    near = "" if pack.name else case.nearest(node.type, case.classes.names())
    return LintFinding(
        rule="missing-node",
        severity=Severity.ERROR,
        title=f"The server has no node {kind}.",
        node_id=node.id,
        detail=_about(pack, near),
        suggestion=_remedy(pack, near),
        subject=node.type,
        cause="model-newer-than-comfyui" if pack.id == CORE else "missing-node-pack",
        instead=near,
        pack=pack.name,
    )


def _about(pack: PackHint, near: str) -> str:
    version = f" {one_line(pack.version, 40)}" if pack.version else ""
    if pack.id == CORE:
        return f"It is one of ComfyUI's own nodes, of version{version or ' 0.33'}."
    if pack.name:
        where = f" ({one_line(pack.repository, 100)})" if pack.repository else ""
        return (
            f"It comes with the node pack {one_line(pack.name, 100)}{where}{version}."
        )
    if near:
        return f"The most similar node here is {one_line(near, 80)}."
    return "Which node pack brings it is not known."


def _remedy(pack: PackHint, near: str) -> str:
    if pack.id == CORE:
        return "Update ComfyUI."
    if pack.name:
        name = one_line(pack.name, 100)
        return (
            f"Install {name} in the Manager and restart ComfyUI. If it is installed,"
            " the start-up log tells why it did not load."
        )
    if near:
        return f"If it was renamed, replace it with {one_line(near, 80)}."
    return "Search for the node's name in the Manager, under Install Missing Nodes."


def _broken(case: Case, node: Node) -> LintFinding:
    return LintFinding(
        rule="unreadable-node",
        severity=Severity.WARNING,
        title=f"The server cannot describe {one_line(node.type, 80)}.",
        node_id=node.id,
        detail="Its definition cannot be read, so its inputs were not checked.",
        suggestion="Update the node pack it comes with.",
        subject=node.type,
    )


def _group(case: Case, node: Node) -> LintFinding:
    return LintFinding(
        rule="group-node",
        severity=Severity.INFO,
        title=f"{case.place(node)} is a group node of the older kind.",
        node_id=node.id,
        detail="What lies inside was not checked.",
        suggestion="Convert it to a subgraph in the browser.",
        subject=node.type,
    )


def _nameless(case: Case, node: Node) -> LintFinding:
    return LintFinding(
        rule="missing-node",
        severity=Severity.ERROR,
        title=f"Node {one_line(node.id, 60)} has no class.",
        node_id=node.id,
        detail="ComfyUI refuses the whole workflow because of it.",
        suggestion="Delete it, or save the workflow anew.",
        subject="",
        cause="workflow-refused",
    )
