"""From a symptom to a verified fix, on a server that really has the trouble."""

import pytest

from comfydoctor.errors import UsageError
from comfydoctor.model.fix import FixOutcome
from comfydoctor.model.flowchart import Ending, NodeKind


def found(doctor, start):
    return [f for f in doctor.snapshot().findings if f.cause.startswith(start)]


@pytest.fixture
async def failing(office, simulated, until):
    async with simulated("out-of-memory") as url:
        doctor = await office.open(await office.profile_for(url))
        await until(lambda: found(doctor, "oom-"), what=lambda: doctor.snapshot())
        yield doctor


async def test_it_leads_by_itself_to_the_fix_and_proves_it(failing):
    views = []
    view = await failing.guidance.open("out-of-memory", views.append)
    assert view.node.kind is NodeKind.FIX, view.passed
    assert all(passed.step.by == "program" for passed in view.passed)
    assert any(passed.step.why for passed in view.passed)
    assert any(earlier.asking for earlier in views)
    assert view.asking == ()
    result = await failing.apply(await failing.plan(view.node.fix))
    assert result.outcome is FixOutcome.DONE
    view = await failing.guidance.answer(view.walk, "done", result.said)
    assert view.node.kind is NodeKind.ASK
    view = await failing.guidance.answer(view.walk, "yes")
    assert view.node.ending is Ending.RESOLVED


async def test_a_walk_is_kept_and_taken_up_again(failing):
    view = await failing.guidance.open("out-of-memory")
    view = await failing.guidance.answer(view.walk, "skipped", "token=hf_" + "a" * 30)
    [record] = failing.guidance.kept()
    assert record.id == view.walk
    assert record.steps[-1].answer == "skipped"
    assert "hf_" not in record.steps[-1].why
    again = await failing.guidance.resume(view.walk)
    assert again.node == view.node
    assert [p.step.node for p in again.passed] == [p.step.node for p in view.passed]


async def test_an_end_names_the_cause_with_its_remedies(failing):
    view = await failing.guidance.open("out-of-memory")
    view = await failing.guidance.answer(view.walk, "skipped")
    assert view.node.ending is Ending.CAUSE
    assert view.finding is not None
    assert view.finding.explanation and view.finding.fixes and view.finding.evidence
    assert "Other programs hold the card's memory" in view.ruled_out


async def test_what_is_taken_back_is_asked_of_the_person(failing):
    view = await failing.guidance.open("out-of-memory")
    taken = len(view.passed)
    view = await failing.guidance.back(view.walk, taken)
    assert view.passed == ()
    assert view.node.id == view.chart.start
    assert any(hint.holds for hint in view.hints.values())
    view = await failing.guidance.answer(view.walk, "ram")
    assert view.passed[0].step.by == "person"


async def test_symptoms_that_show_come_first(failing):
    charts = await failing.guidance.charts()
    assert charts[0].likely
    assert "out-of-memory" in [chart.id for chart in charts if chart.likely]


async def test_a_server_that_is_gone_leaves_the_questions_to_the_person(office):
    doctor = await office.doctor(await office.profile_for("http://127.0.0.1:9"))
    view = await doctor.guidance.open("out-of-memory")
    assert view.passed == () and view.asking == ()
    assert view.node.kind is NodeKind.ASK
    with pytest.raises(UsageError, match="is not open"):
        await doctor.guidance.answer("none", "yes")
