"""An incident in the window: begun, written, told to people, ended, opened again."""

import pytest
from PySide6.QtGui import QGuiApplication

from comfydoctor.model.incident import EntryKind, Gravity
from tests.ui.examples import OOM, PROFILE, batch, snapshot


@pytest.fixture
def panel(qtbot, bridge, window, office):
    with qtbot.waitSignal(bridge.opened, timeout=3000):
        bridge.open(PROFILE)
    doctor = office.doctors[PROFILE.key]
    doctor.known = snapshot(findings=(OOM,))
    window.on_batch(batch(doctor.known))
    panel = window.open_page("incidents")
    panel.doctor = doctor
    return panel


def begun(panel, qtbot, words="Pictures fail"):
    panel.head.words.setText(words)
    panel.head.go.click()
    qtbot.waitUntil(lambda: panel.incident is not None, timeout=3000)
    return panel.incident


def test_it_begins_with_what_is_found_already(panel, qtbot):
    assert not panel.timeline.isVisible()
    incident = begun(panel, qtbot)
    assert incident.title == "Pictures fail"
    assert {e.kind for e in incident.entries} == {EntryKind.BEGAN, EntryKind.FOUND}
    assert panel.head.sentence.text() == "Pictures fail"
    assert panel.timeline.isVisible()


def test_words_are_written_down_and_gravity_is_changed(panel, qtbot):
    begun(panel, qtbot)
    panel.head.words.setText("A customer called")
    panel.head.go.click()
    qtbot.waitUntil(lambda: panel.incident.entries[-1].text == "A customer called")
    assert panel.head.words.text() == ""
    panel.head.gravity.choose("critical")
    panel.head.graded.emit("critical")
    qtbot.waitUntil(lambda: panel.incident.gravity is Gravity.CRITICAL)


def test_nothing_is_written_without_words(panel, qtbot):
    before = begun(panel, qtbot)
    panel.head.go.click()
    panel.refresh()
    qtbot.wait(50)
    assert panel.incident == before


def test_a_notice_is_read_before_it_is_copied(panel, qtbot):
    begun(panel, qtbot)
    box = panel.notices
    assert not box.text.isVisible()
    box.language.choose("ja")
    box._on_make()
    qtbot.waitUntil(box.text.isVisible, timeout=5000)
    assert "Pictures fail" in box.text.toPlainText()
    assert "Not known yet" in box.gaps.text()
    box.copy.click()
    assert "Pictures fail" in QGuiApplication.clipboard().text()
    qtbot.waitUntil(lambda: panel.incident.entries[-1].kind is EntryKind.NOTICE)


def test_it_ends_and_is_opened_again(panel, qtbot):
    incident = begun(panel, qtbot)
    panel.head.over.click()
    qtbot.waitUntil(lambda: panel.incident is None, timeout=3000)
    qtbot.waitUntil(panel.past.isVisible, timeout=3000)
    panel.past.reopened.emit(incident.id)
    qtbot.waitUntil(lambda: panel.incident is not None, timeout=3000)
    assert panel.incident.entries[-1].kind is EntryKind.REOPENED


def test_the_checklist_for_incidents_is_one_press_away(panel, qtbot):
    begun(panel, qtbot)
    panel.head.checklist.click()
    window = panel.window()
    run = window.pages["checklists"].run
    qtbot.waitUntil(lambda: run.view is not None, timeout=5000)
    assert run.view.checklist.id == "incident-response"
    assert window.page == "checklists"
