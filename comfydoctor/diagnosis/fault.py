"""One fault of a workflow, and many of them as findings."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from comfydoctor.diagnosis.graph import GraphNode
from comfydoctor.diagnosis.probe import Look
from comfydoctor.model.finding import Confidence, Evidence, Finding


@dataclass(frozen=True)
class Fault:
    """What is wrong with one node, in the terms of a cause."""

    cause: str
    words: str
    subject: str = ""
    """Which captured value tells two findings of the cause apart."""
    values: dict[str, str] = field(default_factory=dict)
    """For the placeholders of the cause's words."""
    confidence: Confidence = Confidence.CERTAIN


def place(node: GraphNode) -> str:
    """A node as people find it: class and number."""
    return f"{node.type} (node {node.id})"


def findings_of(faults: Iterable[Fault], look: Look) -> tuple[Finding, ...]:
    """One finding for each cause and subject, all its faults as evidence."""
    groups: dict[tuple[str, str], list[Fault]] = {}
    for fault in faults:
        groups.setdefault((fault.cause, fault.subject), []).append(fault)
    return tuple(_finding(group, look) for group in groups.values())


def _finding(group: list[Fault], look: Look) -> Finding:
    first = group[0]
    return look.finding(
        first.cause,
        [Evidence("workflow", fault.words) for fault in group],
        confidence=max(fault.confidence for fault in group),
        subject=first.subject,
        values=first.values,
    )
