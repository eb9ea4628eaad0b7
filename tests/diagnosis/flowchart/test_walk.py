"""A walk goes as far as certainty carries, and every answer can be taken back."""

import itertools

import pytest

from comfydoctor.diagnosis.flowchart.known import Known
from comfydoctor.diagnosis.flowchart.walk import Walk
from comfydoctor.errors import UsageError
from comfydoctor.model.flowchart import Step
from comfydoctor.model.probe import Outcome
from tests.diagnosis.flowchart.charts import CHARTS

HOT = Known(metrics={"gpu.temperature": 95.0})
COOL = Known(metrics={"gpu.temperature": 60.0})


def walk(steps: tuple[Step, ...] = ()) -> Walk:
    ticks = itertools.count(100)
    return Walk(CHARTS, "slow", clock=lambda: float(next(ticks)), steps=steps)


def test_what_is_not_known_is_asked() -> None:
    going = walk()
    assert going.advance(Known()) == ()
    assert going.node.id == "hot"


def test_what_is_known_is_answered_with_its_evidence() -> None:
    going = walk()
    (step,) = going.advance(HOT)
    assert (step.node, step.answer, step.by) == ("hot", "yes", "program")
    assert step.why == "gpu.temperature is 95"
    assert step.time == 100.0


def test_a_fix_never_counts_as_done_by_itself() -> None:
    going = walk()
    known = Known(
        metrics={"gpu.temperature": 95.0},
        probes={"vram-held": (Outcome.PASS, "all free")},
    )
    going.advance(known)
    assert going.node.id == "free"


def test_a_wait_ends_when_its_condition_holds() -> None:
    going = walk()
    going.advance(HOT)
    going.take("done")
    assert going.advance(HOT) == ()
    assert [step.answer for step in going.advance(COOL)] == ["reached"]
    assert going.ended


def test_otherwise_needs_every_other_answer_refuted_and_jumps_go_on() -> None:
    going = walk()
    assert [step.answer for step in going.advance(COOL)] == ["no", "goes-on"]
    assert (going.chart.id, going.node.id) == ("other", "end")


def test_an_answer_taken_back_is_asked_of_the_person() -> None:
    going = walk()
    going.advance(HOT)
    going.back()
    assert going.node.id == "hot"
    assert going.advance(HOT) == ()
    going.take("no", why="The sensor is wrong.")
    going.advance(HOT)
    assert going.chart.id == "other"
    assert going.steps[0].by == "person"


def test_an_unknown_answer_is_refused() -> None:
    with pytest.raises(UsageError, match="no answer 'maybe'"):
        walk().take("maybe")
    with pytest.raises(UsageError, match="no flowchart 'none'"):
        Walk(CHARTS, "none", clock=float)


def test_a_walk_is_resumed_where_it_was_left() -> None:
    going = walk()
    going.advance(COOL)
    again = walk(going.steps)
    assert again.steps == going.steps
    assert (again.chart.id, again.node.id) == ("other", "end")


def test_a_step_that_a_newer_chart_does_not_know_ends_the_replay() -> None:
    going = walk()
    going.advance(HOT)
    gone = Step("slow", "free", "by-magic", "person", "", 1.0)
    again = walk((*going.steps, gone, Step("slow", "cool", "reached", "x", "", 2.0)))
    assert again.node.id == "free"
    assert len(again.steps) == 1


def test_what_is_known_of_each_answer_is_told() -> None:
    verdicts = walk().verdicts(COOL)
    assert verdicts["yes"].holds is False
    assert "no" not in verdicts
