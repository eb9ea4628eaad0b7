"""Connections that are missing, lead nowhere or bring the wrong thing."""

from collections.abc import Iterator

from comfydoctor.comfy.text import one_line
from comfydoctor.model.finding import Severity
from comfydoctor.model.lint import LintFinding
from comfydoctor.model.workflow import Link, Lost, Node, Why
from comfydoctor.workflow.case import Case
from comfydoctor.workflow.nodeclass import Field

_WHY = {
    Why.MUTED: "node {0}, where it comes from, is muted",
    Why.BYPASSED: "node {0} is bypassed, and hands on nothing of this type",
    Why.GONE: "node {0}, where it should come from, is not in the file",
    Why.EMPTY: "nothing comes in at node {0}, where it should come from",
    Why.UNTOLD: "the subgraph, node {0}, gives it a value that the file does not tell",
    Why.LOOP: "through reroutes and subgraphs it comes back to itself at node {0}",
}
_HELP = {
    Why.MUTED: "Unmute node {0} (Ctrl+M), or connect another.",
    Why.BYPASSED: "Take the bypass off node {0} (Ctrl+B), or connect another.",
}


def missing_input(case: Case, node: Node, name: str, each: Field) -> LintFinding:
    """A required input that gets nothing."""
    lost = node.lost.get(name)
    words = one_line(name)
    untold = lost is not None and lost.why is Why.UNTOLD
    return LintFinding(
        rule="required-input-missing",
        severity=Severity.INFO if untold else Severity.ERROR,
        title=f"{case.place(node)} lacks its input {words}.",
        node_id=node.id,
        input=name,
        detail=_why(lost) or f"It wants {one_line(each.kind, 80)}.",
        suggestion=_help(lost) or f"Connect {words}.",
        cause="required-input-missing",
    )


def _why(lost: Lost | None) -> str:
    if lost is None:
        return ""
    text = _WHY[lost.why].format(one_line(lost.node, 60))
    return text[0].upper() + text[1:] + "."


def _help(lost: Lost | None) -> str:
    if lost is None or lost.why not in _HELP:
        return ""
    return _HELP[lost.why].format(one_line(lost.node, 60))


def bad_link(
    case: Case, node: Node, name: str, each: Field, link: Link
) -> Iterator[LintFinding]:
    """A connection that ComfyUI would refuse."""
    source = case.by_id.get(link.node)
    if source is None:
        yield _dangling(case, node, name, each, link)
        return
    known = case.class_of[source.id]
    kinds = known.outputs if known else ()
    if not -len(kinds) <= link.slot < len(kinds):
        yield _absent_slot(case, node, name, source, link, len(kinds))
    else:
        yield _wrong_type(case, node, name, each, source, kinds[link.slot])


def _dangling(
    case: Case, node: Node, name: str, each: Field, link: Link
) -> LintFinding:
    other = one_line(link.node, 60)
    return LintFinding(
        rule="dangling-link",
        severity=Severity.ERROR,
        title=f"{case.place(node)} takes {one_line(name)} from node {other},"
        " which is gone.",
        node_id=node.id,
        input=name,
        detail=f"The workflow has no node {other}.",
        suggestion=f"Connect {one_line(name)} to a node that gives {each.kind[:80]}.",
        cause="required-input-missing",
    )


def _absent_slot(
    case: Case, node: Node, name: str, source: Node, link: Link, count: int
) -> LintFinding:
    return LintFinding(
        rule="absent-output",
        severity=Severity.ERROR,
        title=f"{case.place(node)} takes {one_line(name)} from an output that"
        f" {case.place(source)} does not have.",
        node_id=node.id,
        input=name,
        detail=f"It asks for output {link.slot}; there are {count}, counted from 0."
        " The node has changed since the workflow was saved.",
        suggestion="Add the node anew and connect it again.",
        cause="link-type-mismatch",
    )


def _wrong_type(
    case: Case, node: Node, name: str, each: Field, source: Node, kind: str
) -> LintFinding:
    want, got = one_line(each.kind, 80), one_line(kind, 80)
    return LintFinding(
        rule="link-type-mismatch",
        severity=Severity.ERROR,
        title=f"{case.place(node)} wants {want} as {one_line(name)} and gets {got}.",
        node_id=node.id,
        input=name,
        detail=f"It comes from {case.place(source)}.",
        suggestion=f"Connect an output of type {want}.",
        cause="link-type-mismatch",
        facts=(("want", want), ("got", got)),
    )
