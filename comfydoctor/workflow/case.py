"""One check: a workflow, the server's classes, and what follows from both."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from comfydoctor.comfy.text import one_line
from comfydoctor.model.finding import Severity
from comfydoctor.model.lint import LintFinding
from comfydoctor.model.modelfile import ModelFile
from comfydoctor.model.workflow import Link, Node, Workflow
from comfydoctor.workflow.classes import Classes
from comfydoctor.workflow.convert import convert
from comfydoctor.workflow.filenames import is_model
from comfydoctor.workflow.nodeclass import NodeClass

Files = Mapping[str, Collection[ModelFile]]
"""What is known of the model files, by type of folder."""


class Case:
    """What every rule looks at; rules yield findings."""

    def __init__(
        self, workflow: Workflow, classes: Classes, files: Files | None = None
    ) -> None:
        self.workflow = workflow
        self.classes = classes
        self.files = files or {}
        self.unsure: set[str] = set()
        """Nodes whose values may stand under a wrong name."""
        self.nodes = [self._named(node) for node in workflow.sent]
        self.by_id = {node.id: node for node in self.nodes}
        self.class_of = {node.id: classes.get(node.type) for node in self.nodes}

    def _named(self, node: Node) -> Node:
        if self.workflow.is_api:
            return node
        named, sure = convert(node, self.classes.get(node.type))
        if not sure:
            self.unsure.add(node.id)
        return named

    @cached_property
    def reached(self) -> frozenset[str]:
        """Nodes that a result depends on: ComfyUI checks and runs no others."""
        waiting = [node.id for node in self.nodes if self.is_output(node)]
        found = set(waiting)
        while waiting:
            for value in self.by_id[waiting.pop()].inputs.values():
                if value.__class__ is Link:
                    source = value.node
                    if source not in found and source in self.by_id:
                        found.add(source)
                        waiting.append(source)
        return frozenset(found)

    def is_output(self, node: Node) -> bool:
        """Whether a job may end with it."""
        known = self.class_of.get(node.id)
        return known is not None and known.is_output

    @cached_property
    def offered(self) -> Mapping[str, tuple[str, str]]:
        """Model files by bare name: what the server calls them, and the input."""
        found: dict[str, tuple[str, str]] = {}
        for known, name, option in _model_choices(self.classes):
            key = option.replace("\\", "/").rpartition("/")[2].lower()
            found.setdefault(key, (option, f"{known.name} {name}"))
        return found

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


def _model_choices(classes: Classes) -> Iterator[tuple[NodeClass, str, str]]:
    """Every model file that any loader of the server offers."""
    for name in classes.names():
        if "oader" not in name:
            continue
        known = classes.get(name)
        for each in known.fields if known else ():
            for option in each.options or ():
                if is_model(option):
                    yield known, each.name, str(option)  # type: ignore[misc]
