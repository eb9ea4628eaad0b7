"""Values that stand at the wrong inputs, because the node has changed since."""

from collections.abc import Sequence

from comfydoctor.model.finding import Severity
from comfydoctor.model.lint import LintFinding
from comfydoctor.model.workflow import Node
from comfydoctor.workflow.case import Case

_VALUES = frozenset({"invalid-value", "value-not-in-list", "value-out-of-range"})


def shifted(
    case: Case, node: Node, found: Sequence[LintFinding]
) -> Sequence[LintFinding]:
    """One finding for a node in the drawn form of which several values are off.

    The browser puts saved values back by position alone, so that a widget more or
    less moves all that follow.
    """
    wrong = [finding for finding in found if finding.rule in _VALUES]
    if len(wrong) < 2 or node.id in case.unsure:
        return found
    details = " ".join(finding.title for finding in wrong[:4])
    version = f" (saved with version {node.pack.version[:40]})" * bool(
        node.pack.version
    )
    whole = LintFinding(
        rule="values-shifted",
        severity=max(finding.severity for finding in wrong),
        title=f"{case.place(node)}: its values stand at the wrong inputs.",
        node_id=node.id,
        input=wrong[0].input,
        detail=f"The node has changed since the workflow was saved{version}. {details}",
        suggestion="Add the node anew, set its values and connect it again.",
        cause="value-out-of-range",
    )
    others = [finding for finding in found if finding.rule not in _VALUES]
    return [*others, whole if whole.severity > Severity.INFO else wrong[0]]
