"""A workflow of a check-up, and what its lint found, as faults with causes."""

from collections.abc import Iterable, Iterator

from comfydoctor.diagnosis.fault import Fault
from comfydoctor.diagnosis.probe import Look
from comfydoctor.errors import NotAWorkflow
from comfydoctor.model.finding import Confidence, Severity
from comfydoctor.model.lint import LintFinding
from comfydoctor.model.workflow import Workflow
from comfydoctor.workflow.classes import Classes, Told
from comfydoctor.workflow.lint import lint
from comfydoctor.workflow.parse import parse


def workflow_of(look: Look) -> Workflow | None:
    """The workflow to look at; None when the file holds none."""
    try:
        return parse(look.workflow or {})
    except NotAWorkflow:
        return None


async def lint_findings(look: Look, workflow: Workflow) -> tuple[LintFinding, ...]:
    """What the lint says with the server's definitions of the classes used."""
    names = frozenset(node.type for node in workflow.sent)
    told = await look.answers.node_classes(names)
    known = {name: found for name, found in told.items() if found is not None}
    return lint(workflow, Classes(Told(known)))


def faults_of(found: Iterable[LintFinding], workflow: Workflow) -> Iterator[Fault]:
    """Those that have a cause and matter to a run."""
    for finding in found:
        if finding.severity < Severity.WARNING or not finding.cause:
            continue
        node = workflow.by_id.get(finding.node_id)
        values = {
            "input": finding.input,
            "node_type": node.type if node else "",
            **dict(finding.facts),
        }
        sure = finding.severity >= Severity.ERROR
        yield Fault(
            finding.cause,
            " ".join(filter(None, (finding.title, finding.detail))),
            values=values,
            confidence=Confidence.CERTAIN if sure else Confidence.POSSIBLE,
        )
