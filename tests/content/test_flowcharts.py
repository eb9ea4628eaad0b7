"""Every flowchart: well built, what it names exists, its walks come true."""

from collections.abc import Iterator

import pytest

from comfydoctor.content.catalogue import Catalogue
from comfydoctor.content.flowcharts import chart_files, load_charts
from comfydoctor.content.places import resources_root
from comfydoctor.diagnosis.flowchart.walk import Walk
from comfydoctor.diagnosis.probes import PROBES
from comfydoctor.fixes import FIXES
from comfydoctor.model.flowchart import (
    ChartNode,
    Condition,
    Flowchart,
    NodeKind,
    TestWalk,
)
from comfydoctor.model.job import JobState
from comfydoctor.model.metric import METRICS
from comfydoctor.model.probe import Outcome
from comfydoctor.model.server import Reach
from tests.diagnosis.flowchart.charts import go

ROOT = resources_root()
CHARTS = load_charts(ROOT)
WALKS = [(chart, walk) for chart in CHARTS.values() for walk in chart.walk]
FACTS = {"os", "device", "gpu", "torch", "python", "version", "argv", "vram_state"}
OUTCOMES = {Outcome.PASS.value, Outcome.WARN.value, Outcome.FAIL.value}
LONGEST_TITLE, LONGEST_ANSWER = 90, 120


def conditions(node: ChartNode) -> Iterator[Condition]:
    yield from node.until
    for answer in node.answer:
        yield from answer.when


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(ROOT)


def test_there_are_charts() -> None:
    assert set(CHARTS) == {path.stem for path in chart_files(ROOT)}
    assert CHARTS


@pytest.mark.parametrize("chart", CHARTS.values(), ids=lambda chart: chart.id)
def test_what_a_chart_names_exists(chart: Flowchart, catalogue: Catalogue) -> None:
    metrics, states = {m.id for m in METRICS}, {state.value for state in JobState}
    for node in chart.node:
        assert not node.cause or node.cause in catalogue.causes, node.id
        assert not node.fix or node.fix in {fix.id for fix in FIXES}, node.id
        assert set(node.recipe) <= set(catalogue.common.recipes), node.id
        for condition in conditions(node):
            assert set(condition.finding) <= set(catalogue.causes), node.id
            assert {condition.metric, condition.share_of} <= metrics | {""}, node.id
            assert {condition.probe} <= {probe.id for probe in PROBES} | {""}, node.id
            assert set(condition.outcome) <= OUTCOMES, node.id
            assert bool(condition.probe) == bool(condition.outcome), node.id
            assert set(condition.reach) <= {reach.value for reach in Reach}, node.id
            assert set(condition.job) <= states, node.id
            assert condition.fact in FACTS | {""}, node.id


@pytest.mark.parametrize("chart", CHARTS.values(), ids=lambda chart: chart.id)
def test_words_fit_the_card(chart: Flowchart) -> None:
    for node in chart.node:
        assert 0 < len(node.title) <= LONGEST_TITLE, node.id
        for answer in node.answer:
            assert len(answer.text) <= LONGEST_ANSWER, (node.id, answer.id)


@pytest.mark.parametrize("chart", CHARTS.values(), ids=lambda chart: chart.id)
def test_every_answer_leads_on_and_can_be_taken_back(chart: Flowchart) -> None:
    """Each edge is walked, from the start, by a person who is asked everything."""
    walked: set[tuple[str, str]] = set()
    ways: list[list[str]] = [[]]
    while ways:
        way = ways.pop()
        walk = Walk(CHARTS, chart.id, clock=float)
        for answer in way:
            walk.take(answer)
        for answer in walk.node.answer:
            edge = (walk.node.id, answer.id)
            if edge not in walked:
                walked.add(edge)
                ways.append([*way, answer.id])
        if way:
            walk.back()
            assert [step.answer for step in walk.steps] == way[:-1]
    assert walked == {(n.id, a.id) for n in chart.node for a in n.answer}


@pytest.mark.parametrize(
    ("chart", "promised"), WALKS, ids=lambda x: getattr(x, "id", getattr(x, "name", ""))
)
def test_a_promised_walk_comes_true(chart: Flowchart, promised: TestWalk) -> None:
    walk = go(CHARTS, chart, promised)
    assert walk.node.id == promised.ends, [(s.node, s.answer) for s in walk.steps]


@pytest.mark.parametrize("chart", CHARTS.values(), ids=lambda chart: chart.id)
def test_one_promised_walk_asks_at_most_one_question(chart: Flowchart) -> None:
    asks = {n.id for c in CHARTS.values() for n in c.node if n.kind is NodeKind.ASK}
    asked = [len(asks & set(walk.answers)) for walk in chart.walk]
    assert min(asked, default=99) <= 1, chart.id
