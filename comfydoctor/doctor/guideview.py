"""A walk as it is shown: words, hints, recipes, and what the end names."""

from collections.abc import Mapping
from dataclasses import dataclass

from comfydoctor.content.catalogue import Catalogue
from comfydoctor.content.render import exact
from comfydoctor.diagnosis.events import Facts
from comfydoctor.diagnosis.findings import finding_of
from comfydoctor.diagnosis.flowchart.known import Known
from comfydoctor.diagnosis.flowchart.possible import reachable
from comfydoctor.diagnosis.flowchart.walk import PROGRAM, Walk
from comfydoctor.diagnosis.server_facts import facts_of
from comfydoctor.model.finding import Confidence, Evidence, Finding
from comfydoctor.model.flowchart import ChartNode, Flowchart, Step
from comfydoctor.model.guidance import GuideView, Hint, Passed
from comfydoctor.model.server import ServerInfo

OUTCOMES = {
    "done": "Done, and verified",
    "not-done": "It did not work",
    "unknown": "It is not known whether it worked",
    "skipped": "Not tried",
    "reached": "It happened",
    "timeout": "It did not happen in time",
    "goes-on": "Goes on",
}
"""Words for the answers that the program gives."""


@dataclass(frozen=True)
class Surroundings:
    """What the words of a view are made from."""

    catalogue: Catalogue
    known: Known
    findings: tuple[Finding, ...]
    info: ServerInfo | None
    asking: tuple[str, ...]


def view_of(walk_id: str, walk: Walk, around: Surroundings) -> GuideView:
    """Everything that the card and the chart show now."""
    verdicts = walk.verdicts(around.known)
    return GuideView(
        walk=walk_id,
        chart=walk.chart,
        node=walk.node,
        passed=tuple(_passed(step, around.catalogue.charts) for step in walk.steps),
        possible=reachable(walk.chart, walk.node.id, around.known),
        hints={name: Hint(v.holds, v.why) for name, v in verdicts.items() if v.why},
        asking=around.asking,
        recipe=_recipe(walk.node, around),
        finding=_finding(walk, around) if walk.node.cause else None,
        ruled_out=_ruled_out(walk, around.catalogue.charts),
    )


def _passed(step: Step, charts: Mapping[str, Flowchart]) -> Passed:
    node = charts[step.chart].at(step.node)
    words = {answer.id: answer.text for answer in node.answer}
    said = words.get(step.answer) or OUTCOMES.get(step.answer, step.answer)
    return Passed(step, node.title, said)


def _recipe(node: ChartNode, around: Surroundings) -> str:
    facts = facts_of(around.info) if around.info else Facts()
    values = {"install": facts.install}
    return "\n".join(exact(node.recipe, around.catalogue.common, values))


def _finding(walk: Walk, around: Surroundings) -> Finding:
    """The board's own finding, else one that rests on the way that led here."""
    for finding in around.findings:
        if finding.cause == walk.node.cause:
            return finding
    looked = [step for step in walk.steps if step.by == PROGRAM and step.why]
    told = [_passed(step, around.catalogue.charts) for step in walk.steps]
    return finding_of(
        walk.node.cause,
        around.catalogue,
        [Evidence("guide", f"{p.title} {p.answer}") for p in told],
        confidence=Confidence.LIKELY if looked else Confidence.POSSIBLE,
        facts=facts_of(around.info) if around.info else None,
    )


def _ruled_out(walk: Walk, charts: Mapping[str, Flowchart]) -> tuple[str, ...]:
    """Causes that the answers on the way left behind."""
    left: list[str] = []
    for step in walk.steps:
        node = charts[step.chart].at(step.node)
        left += [
            charts[step.chart].at(answer.to).title
            for answer in node.answer
            if answer.id != step.answer and charts[step.chart].at(answer.to).cause
        ]
    return tuple(dict.fromkeys(left))
