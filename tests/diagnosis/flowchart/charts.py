"""Small charts, and what a chart's own walks know."""

import tomllib
from collections.abc import Mapping

from pydantic import TypeAdapter

from comfydoctor.diagnosis.flowchart.known import Known
from comfydoctor.diagnosis.flowchart.walk import Walk
from comfydoctor.model.flowchart import Flowchart, TestWalk
from comfydoctor.model.probe import Outcome


def known_of(walk: TestWalk) -> Known:
    """What the promised walk says is known."""
    return Known(
        findings={cause: f"finding {cause}" for cause in walk.findings},
        probes={p: (Outcome(o), f"{p}: {o}") for p, o in walk.probes.items()},
        metrics=walk.metrics,
        normals=walk.normals,
        facts=walk.facts,
        reach=walk.reach,
        job=walk.job,
    )


def go(charts: Mapping[str, Flowchart], chart: Flowchart, promised: TestWalk) -> Walk:
    """Walk as promised; stops where neither knowledge nor an answer leads on."""
    walk, known, given = Walk(charts, chart.id, clock=float), known_of(promised), set()
    while True:
        walk.advance(known)
        answer = promised.answers.get(walk.node.id)
        if answer is None or walk.ended or walk.node.id in given:
            return walk
        given.add(walk.node.id)
        walk.take(answer)


def chart_of(text: str) -> Flowchart:
    """A chart from TOML, not checked for its build."""
    return TypeAdapter(Flowchart).validate_python(tomllib.loads(text))


SLOW = chart_of(
    """
    id = "slow"
    title = "Slow"
    symptom = "It is slow"
    group = "speed"
    start = "hot"

    [[node]]
    id = "hot"
    kind = "ask"
    title = "Is the card hot?"
    [[node.answer]]
    id = "yes"
    text = "Yes"
    to = "free"
    when = [{ metric = "gpu.temperature", over = 90 }]
    [[node.answer]]
    id = "no"
    text = "No"
    to = "more"
    otherwise = true

    [[node]]
    id = "free"
    kind = "fix"
    fix = "free-memory"
    title = "Free memory"
    [[node.answer]]
    id = "done"
    to = "cool"
    when = [{ probe = "vram-held", outcome = ["pass"] }]
    [[node.answer]]
    id = "not-done"
    to = "more"
    [[node.answer]]
    id = "unknown"
    to = "more"
    [[node.answer]]
    id = "skipped"
    to = "more"

    [[node]]
    id = "cool"
    kind = "wait"
    title = "Wait until it is cool"
    until = [{ metric = "gpu.temperature", under = 80 }]
    answer = [{ id = "reached", to = "good" }, { id = "timeout", to = "more" }]

    [[node]]
    id = "good"
    kind = "end"
    title = "Good again"
    ending = "resolved"

    [[node]]
    id = "more"
    kind = "chart"
    title = "More questions"
    chart = "other"
    """
)
OTHER = chart_of(
    """
    id = "other"
    title = "Other"
    symptom = "Something else"
    group = "run"
    start = "end"

    [[node]]
    id = "end"
    kind = "end"
    title = "Not known"
    ending = "escalate"
    """
)
CHARTS = {"slow": SLOW, "other": OTHER}
