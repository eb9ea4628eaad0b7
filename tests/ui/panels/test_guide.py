"""From a symptom to an end, in the window: card, way and chart stay in step."""

import pytest

from comfydoctor.diagnosis.flowchart.known import Known
from comfydoctor.model.fix import FixOutcome, FixResult
from comfydoctor.model.flowchart import Ending
from comfydoctor.model.probe import Outcome
from comfydoctor.ui.flowchart.boxes import Standing
from comfydoctor.ui.panels.stepcard import transcript
from tests.ui.examples import PROFILE, batch, snapshot

TOO_BIG = Known(
    findings={"oom-workload-too-big": "The job is too big"},
    probes={"vram-held": (Outcome.PASS, "nothing else")},
    facts={"argv": "main.py"},
)


@pytest.fixture
def panel(qtbot, bridge, window, office):
    with qtbot.waitSignal(bridge.opened, timeout=3000):
        bridge.open(PROFILE)
    doctor = office.doctors[PROFILE.key]
    doctor.known = snapshot()
    window.on_batch(batch(doctor.known))
    panel = window.open_page("diagnose")
    qtbot.waitUntil(lambda: panel.symptoms.first() is not None, timeout=5000)
    panel.doctor = doctor
    return panel


def opened(panel, qtbot, chart="out-of-memory"):
    panel.symptoms.buttons[chart].pressed.emit()
    at_rest(panel, qtbot)
    return panel.guide


def at_rest(panel, qtbot):
    guide = panel.guide
    qtbot.waitUntil(lambda: guide.view is not None and not guide.busy, timeout=5000)


def press(panel, qtbot, words):
    [made] = [b for b in panel.guide.card.answers if words in b.accessibleName()]
    made.pressed.emit()
    at_rest(panel, qtbot)


def test_what_is_not_known_is_asked_and_each_answer_leads_on(panel, qtbot):
    guide = opened(panel, qtbot)
    assert guide.view.node.id == "which-memory"
    press(panel, qtbot, "The computer's memory")
    assert guide.view.node.id == "ram-which"
    press(panel, qtbot, "In WSL")
    assert guide.view.node.ending is Ending.CAUSE
    assert guide.card.finding.finding.cause == "wsl-memory-cap"
    assert "In WSL, inside Windows" in transcript(guide.view)


def test_what_is_known_is_walked_by_itself_up_to_the_fix(panel, qtbot):
    panel.doctor.knows = TOO_BIG
    guide = opened(panel, qtbot)
    assert guide.view.node.id == "free-first"
    boxes = guide.chart.scene_.boxes
    assert boxes["free-first"].standing is Standing.CURRENT
    assert boxes["which-memory"].standing is Standing.PASSED
    assert boxes["end-wsl"].standing is Standing.CLOSED
    assert boxes["end-too-big"].standing is Standing.OPEN
    asked = []
    panel.fix_wanted.connect(asked.append)
    guide.card.answers[0].click()
    assert asked[0].id == "free-memory"
    panel.window().guide.dialog.reject()


def test_the_outcome_of_the_fix_is_its_answer(panel, qtbot):
    panel.doctor.knows = TOO_BIG
    guide = opened(panel, qtbot)
    panel.on_fixed(FixResult("p", "clear-queue", FixOutcome.DONE, "another fix"))
    assert guide.view.node.id == "free-first"
    panel.on_fixed(FixResult("p", "free-memory", FixOutcome.DONE, "VRAM 22 → 6 GB"))
    at_rest(panel, qtbot)
    assert guide.view.node.id == "again"
    assert guide.view.passed[-1].step.why == "VRAM 22 → 6 GB"
    press(panel, qtbot, "Yes")
    assert guide.view.node.ending is Ending.RESOLVED


def test_an_answer_is_changed_from_the_way_or_the_chart(panel, qtbot):
    panel.doctor.knows = TOO_BIG
    guide = opened(panel, qtbot)
    guide.trail.back_wanted.emit(1)
    at_rest(panel, qtbot)
    assert guide.view.node.id == "when-dies"
    guide.chart.picked.emit("which-memory")
    at_rest(panel, qtbot)
    assert guide.view.node.id == "which-memory"
    assert guide.view.passed == ()


def test_going_back_to_diagnose_leaves_the_walk(panel, qtbot):
    guide = opened(panel, qtbot)
    assert guide.isVisible() and not panel.page.isVisible()
    guide.closed.emit()
    assert panel.page.isVisible()


def test_in_a_narrow_window_the_card_stands_alone(panel, qtbot):
    guide = opened(panel, qtbot)
    window = panel.window()
    window.resize(1280, 800)
    qtbot.waitUntil(guide.chart_side.isVisible, timeout=2000)
    window.resize(820, 600)
    qtbot.waitUntil(guide.chart_side.isHidden, timeout=2000)
    guide.switch.click()
    assert guide.chart_side.isVisible()


def test_a_symptom_is_found_by_any_of_its_words(panel):
    panel.symptoms.search.setText("vram crash")
    assert set(panel.symptoms.buttons) == {"out-of-memory"}
    panel.symptoms.search.setText("no such trouble")
    assert not panel.symptoms.buttons


def test_every_line_of_the_decision_tree_leads_into_its_guide(panel, qtbot):
    panel.symptoms.tree.click()
    qtbot.waitUntil(lambda: panel.tree.view.scene() is not None, timeout=5000)
    scene = panel.tree.view.scene()
    leading = {item.data(0) for item in scene.items()} - {None}
    assert leading == set(panel.symptoms.buttons)
    scene.picked.emit("stuck")
    at_rest(panel, qtbot)
    assert panel.guide.isVisible()
    assert panel.guide.view.chart.id == "stuck"


@pytest.mark.parametrize("kind", ["pdf", "svg", "png"])
def test_the_decision_tree_is_saved_for_paper(panel, qtbot, tmp_path, kind):
    panel.symptoms.tree.click()
    qtbot.waitUntil(lambda: panel.tree.view.scene() is not None, timeout=5000)
    path = tmp_path / f"tree.{kind}"
    with qtbot.waitSignal(panel.tree.saved):
        panel.tree.save(path)
    starts = {"pdf": b"%PDF", "svg": b"<?xml", "png": b"\x89PNG"}
    assert path.read_bytes().startswith(starts[kind])
    with qtbot.waitSignal(panel.tree.failed):
        panel.tree.save(tmp_path / "tree.docx")


def test_a_walked_chart_is_saved_for_paper(panel, qtbot, tmp_path):
    guide = opened(panel, qtbot)
    with qtbot.waitSignal(guide.saved):
        guide.save(tmp_path / "chart.pdf")
    assert (tmp_path / "chart.pdf").read_bytes().startswith(b"%PDF")
