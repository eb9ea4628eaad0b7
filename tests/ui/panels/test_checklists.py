"""A checklist in the window: looked up, ticked, noted; leading to fixes and guides."""

import pytest

from comfydoctor.diagnosis.flowchart.known import Known
from comfydoctor.model.checklist import TaskState
from comfydoctor.model.probe import Outcome
from comfydoctor.ui.panels.checklist import as_text
from tests.ui.examples import PROFILE, batch, snapshot


@pytest.fixture
def panel(qtbot, bridge, window, office):
    with qtbot.waitSignal(bridge.opened, timeout=3000):
        bridge.open(PROFILE)
    doctor = office.doctors[PROFILE.key]
    doctor.known = snapshot()
    doctor.knows = Known(
        probes={
            "disk": (Outcome.PASS, "80 GB are free"),
            "vram-pressure": (Outcome.FAIL, "0.2 GB are free"),
        }
    )
    window.on_batch(batch(doctor.known))
    panel = window.open_page("checklists")
    qtbot.waitUntil(lambda: bool(panel.cards), timeout=5000)
    return panel


def begun(panel, qtbot):
    panel.cards["five-minutes"].pressed.emit()
    at_rest(panel, qtbot)
    return panel.run


def at_rest(panel, qtbot):
    qtbot.waitUntil(
        lambda: panel.run.view is not None and not panel.run.busy, timeout=5000
    )


def test_what_can_be_told_is_told_with_its_evidence(panel, qtbot):
    run = begun(panel, qtbot)
    assert run.rows["disk"].view.state is TaskState.GOOD
    assert run.rows["vram"].view.why == "0.2 GB are free"
    assert run.counts.text().startswith("1 well, 1 not, ")
    run.tick()
    assert run.clock.text() == "The time is up" or "left" in run.clock.text()


def test_what_is_ticked_stays_and_can_be_changed(panel, qtbot):
    run = begun(panel, qtbot)
    row = run.rows["result"]
    row.note.setText("sharp and right")
    row.ticked.emit(TaskState.GOOD, row.note.text())
    at_rest(panel, qtbot)
    assert run.rows["result"].view.state is TaskState.GOOD
    assert "[Well] The result looks right – sharp and right" in as_text(run.view)
    run.rows["result"].ticked.emit(TaskState.OPEN, "")
    at_rest(panel, qtbot)
    assert run.rows["result"].view.state is TaskState.OPEN


def test_rows_that_did_not_change_keep_what_is_being_written(panel, qtbot):
    run = begun(panel, qtbot)
    run.rows["changed"].note.setText("half a sen")
    run.rows["result"].ticked.emit(TaskState.GOOD, "")
    at_rest(panel, qtbot)
    assert run.rows["changed"].note.text() == "half a sen"


def test_a_bad_task_leads_to_its_guide_and_its_fix(panel, qtbot):
    run, window = begun(panel, qtbot), panel.window()
    asked = []
    panel.fix_wanted.connect(asked.append)
    run.rows["vram"].fix_wanted.emit("free-memory")
    assert asked[0].id == "free-memory"
    window.guide.dialog.reject()
    run.rows["vram"].chart_wanted.emit("out-of-memory")
    guide = window.pages["diagnose"].guide
    qtbot.waitUntil(lambda: guide.view is not None, timeout=5000)
    assert window.page == "diagnose" and guide.isVisible()


def test_back_in_the_list_all_are_there(panel, qtbot):
    begun(panel, qtbot)
    panel.run.closed.emit()
    qtbot.waitUntil(panel.page.isVisible, timeout=3000)
    assert len(panel.cards) >= 9
