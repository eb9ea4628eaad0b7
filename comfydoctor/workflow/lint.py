"""A workflow against one server, before anything runs."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from comfydoctor.model.lint import LintFinding
from comfydoctor.model.workflow import Workflow
from comfydoctor.workflow.case import Case, Files
from comfydoctor.workflow.classes import Classes, DefinitionSource
from comfydoctor.workflow.rule_files import damaged_files
from comfydoctor.workflow.rule_inputs import input_findings
from comfydoctor.workflow.rule_nodes import missing_nodes
from comfydoctor.workflow.rule_settings import setting_findings
from comfydoctor.workflow.rule_whole import whole_findings

MOST = 2000
"""Findings; a workflow for another world has one for each node."""

RULES: tuple[Callable[[Case], Iterator[LintFinding]], ...] = (
    missing_nodes,
    input_findings,
    damaged_files,
    whole_findings,
    setting_findings,
)


def lint(
    workflow: Workflow,
    definitions: DefinitionSource | Classes,
    files: Files | None = None,
) -> tuple[LintFinding, ...]:
    """What the server would refuse, and what it would take and should not.

    Worst first. ``definitions`` are the server's, ``files`` what is known of its
    model files by type of folder. An error means that ComfyUI refuses at least one
    result, or that a node fails for sure.
    """
    classes = definitions if isinstance(definitions, Classes) else Classes(definitions)
    case = Case(workflow, classes, files)
    found: dict[str, LintFinding] = {}
    for rule in RULES:
        for finding in rule(case):
            known = found.get(finding.key)
            found[finding.key] = finding if known is None else _joined(known, finding)
            if len(found) >= MOST:
                break
    return tuple(sorted(found.values(), key=lambda finding: -finding.severity))


def _joined(known: LintFinding, more: LintFinding) -> LintFinding:
    """The same file missing in several nodes is one trouble."""
    first, other = (known, more) if known.severity >= more.severity else (more, known)
    nodes = dict.fromkeys([first.node_id, *first.nodes, other.node_id, *other.nodes])
    return replace(first, nodes=tuple(nodes))
