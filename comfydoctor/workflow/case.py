"""One check: a workflow, the server's classes, and what follows from both."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import cached_property

from comfydoctor.comfy.text import one_line
from comfydoctor.model.finding import Severity
from comfydoctor.model.lint import LintFinding
from comfydoctor.model.modelfile import ModelFile
from comfydoctor.model.workflow import Link, Node, Workflow
from comfydoctor.workflow.classes import Classes
from comfydoctor.workflow.convert import convert
from comfydoctor.workflow.filenames import nearest

Files = Mapping[str, Collection[ModelFile]]
"""What is known of the model files, by type of folder."""

MOST_GUESSES = 200
"""Nearest names looked for; each takes some milliseconds among many."""


class Case:
    """What every rule looks at; rules yield findings."""

    def __init__(
        self, workflow: Workflow, classes: Classes, files: Files | None = None
    ) -> None:
        self.workflow = workflow
        self.classes = classes
        self.files = files or {}
        self._guesses = MOST_GUESSES
        self.unsure: set[str] = set()
        """Nodes whose values may stand under a wrong name."""
        self.nodes = self._named(workflow)
        self.by_id = {node.id: node for node in self.nodes}
        known = {kind: classes.get(kind) for kind in {node.type for node in self.nodes}}
        self.class_of = {node.id: known[node.type] for node in self.nodes}

    def _named(self, workflow: Workflow) -> list[Node]:
        """The nodes with all their values under their names."""
        if workflow.is_api:
            return list(workflow.sent)
        nodes = []
        for node in workflow.sent:
            named, sure = convert(node, self.classes.get(node.type))
            nodes.append(named)
            if not sure:
                self.unsure.add(node.id)
        return nodes

    @cached_property
    def sources(self) -> dict[str, list[str]]:
        """For each node the nodes that it takes something from."""
        known = self.by_id
        return {
            node.id: [
                value.node
                for value in node.inputs.values()
                if value.__class__ is Link and value.node in known
            ]
            for node in self.nodes
        }

    @cached_property
    def reached(self) -> frozenset[str]:
        """Nodes that a result depends on: ComfyUI checks and runs no others."""
        sources = self.sources
        waiting = [node.id for node in self.nodes if self.is_output(node)]
        found = set(waiting)
        while waiting:
            for source in sources[waiting.pop()]:
                if source not in found:
                    found.add(source)
                    waiting.append(source)
        return frozenset(found)

    def is_output(self, node: Node) -> bool:
        """Whether a job may end with it."""
        known = self.class_of.get(node.id)
        return known is not None and known.is_output

    def nearest(self, wanted: str, offered: Iterable[object]) -> str:
        """The offered name most like ``wanted``, for the first some hundred asked."""
        self._guesses -= 1
        return nearest(wanted, offered) if self._guesses >= 0 else ""

    def place(self, node: Node) -> str:
        """A node as people find it."""
        told = node.title not in {"", node.type}
        title = f" “{one_line(node.title, 60)}”" if told else ""
        within = f" in {one_line(node.within, 60)}" if node.within else ""
        return (
            f"{one_line(node.type, 80)}{title} (node {one_line(node.id, 60)}{within})"
        )

    def softened(self, node: Node, finding: LintFinding) -> LintFinding:
        """No more than a note for nodes that do not run, or are not understood."""
        if finding.severity <= Severity.INFO:
            return finding
        if node.id not in self.reached and self.reached:
            words = (
                f"{finding.detail} No result depends on this node, so it never runs."
            )
            return replace(finding, severity=Severity.INFO, detail=words.strip())
        if node.id in self.unsure:
            words = "A pack adds widgets of its own here: the value may be another's."
            return replace(
                finding, severity=Severity.INFO, detail=f"{finding.detail} {words}"
            )
        return finding
