"""Queue, console, activity, charts and settings."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from comfydoctor.model.change import LinesAdded
from comfydoctor.model.logline import LogLine
from comfydoctor.ui.panels.queue import queue_sentence
from tests.ui import examples
from tests.ui.examples import PROFILE


@pytest.fixture
def doctor(qtbot, bridge, window, office):
    with qtbot.waitSignal(bridge.opened, timeout=3000):
        bridge.open(PROFILE)
    return office.doctors[PROFILE.key]


def asked_of(panel):
    told = []
    panel.fix_wanted.disconnect()
    panel.fix_wanted.connect(lambda ask: told.append((ask.id, ask.target)))
    return told


def test_ten_thousand_waiting_jobs_are_listed(window):
    window.on_batch(examples.many())
    panel = window.open_page("queue")
    assert panel.model.rowCount() == 10_000
    assert panel.model.index(9_999, 0).data() == "10\u202f000"
    assert panel.sentence.text() == "1 job is running, 10000 are waiting."


def test_queue_buttons_ask_for_plans(window):
    window.on_batch(examples.healthy())
    panel = window.open_page("queue")
    told = asked_of(panel)
    assert not panel.remove.isEnabled()
    panel.table.selectRow(1)
    panel.remove.click()
    panel.clear.click()
    panel.job.stop.click()
    assert told == [
        ("cancel-job", "wait-1"),
        ("clear-queue", ""),
        ("interrupt-job", "job-9"),
    ]


def test_the_chosen_job_stays_chosen_when_the_queue_moves(window):
    window.on_batch(examples.healthy())
    panel = window.open_page("queue")
    panel.table.selectRow(2)
    moved = examples.snapshot(pending=examples.snapshot().pending[1:])
    window.on_batch(examples.batch(moved))
    assert panel._chosen().id == "wait-2"


def test_an_unread_queue_is_not_called_empty():
    assert "not been read" in queue_sentence(examples.connecting().snapshot)
    assert queue_sentence(examples.idle().snapshot) == (
        "No job is running, none is waiting."
    )


def test_the_console_shows_what_came_before_and_what_comes(window, qtbot, doctor):
    doctor.lines = (LogLine("before", "2026-11-25T02:00:00"),)
    window.on_batch(examples.batch(examples.snapshot()))
    panel = window.open_page("console")
    view = panel.view.model_of_lines
    qtbot.waitUntil(lambda: view.rowCount() == 1, timeout=3000)
    now = LinesAdded((LogLine("now", level="ERROR"), LogLine("later")))
    window.on_batch(examples.batch(examples.snapshot(), now))
    assert view.rowCount() == 3
    panel.worst.setChecked(True)
    assert view.rowCount() == 1
    panel.worst.setChecked(False)
    panel.search.setText("LATER")
    assert [view.line(i).text for i in range(view.rowCount())] == ["later"]


def test_console_lines_can_be_copied(window, qtbot, doctor):
    doctor.lines = (LogLine("one"), LogLine("two"))
    window.on_batch(examples.batch(examples.snapshot()))
    panel = window.open_page("console")
    qtbot.waitUntil(lambda: panel.copy.isEnabled(), timeout=3000)
    panel.copy.click()
    assert QGuiApplication.clipboard().text() == "one\ntwo"
    assert window.toast.accessibleName() == "2 lines copied."


def test_activity_offers_undo_where_there_is_one(window):
    window.on_batch(examples.healthy())
    panel = window.open_page("done")
    told = []
    panel.undo_wanted.disconnect()
    panel.undo_wanted.connect(told.append)
    undo = next(b for b in panel.findChildren(QPushButton) if b.text() == "Undo…")
    undo.click()
    assert told == ["e1"]


def test_activity_without_actions_says_so(window):
    window.on_batch(examples.idle())
    panel = window.open_page("done")
    assert panel.none.isVisible()


def test_charts_pause_and_go_on(window):
    window.charts_loaded()
    window.on_batch(examples.healthy())
    panel = window.open_page("charts")
    panel.tick()
    assert panel.group.paused_at == 0
    panel.group.pause.click()
    assert panel.group.paused_at == examples.NOW
    assert panel.group.pause.text() == "Go on"
    panel.group.pause.click()
    assert panel.group.paused_at == 0


def test_another_range_asks_for_what_was_before(window, qtbot, doctor):
    window.charts_loaded()
    window.on_batch(examples.healthy())
    panel = window.open_page("charts")
    start = examples.NOW - 3000
    doctor.past[("gpu.load", "gpu0")] = ([start, start + 1], [1.0, 2.0])
    panel.group.set_span(3600.0)
    qtbot.waitUntil(lambda: ("gpu.load", "gpu0") in panel.group._past, timeout=3000)
    panel.tick()
    words = panel.group.charts["gpu.load"].words.text()
    assert "between 1\u202f%" in words


def test_settings_change_the_looks(window):
    panel = window.open_page("settings")
    panel.theme.setCurrentIndex(2)
    panel.theme.activated.emit(2)
    assert window.remembered.theme == "dark"
    assert window.page == "settings"
    assert window.pages["settings"] is not panel
    assert window.pages["settings"].theme.currentIndex() == 2


def test_settings_list_the_servers(window, qtbot, doctor, bridge):
    panel = window.open_page("settings")
    texts = lambda: {b.text(): b for b in panel.findChildren(QPushButton)}  # noqa: E731
    qtbot.waitUntil(lambda: "Stop watching" in texts(), timeout=3000)
    with qtbot.waitSignal(bridge.closed, timeout=3000):
        texts()["Stop watching"].click()
    qtbot.waitUntil(lambda: "Watch" in texts(), timeout=3000)
    if window.guide.dialog:
        window.guide.dialog.reject()
    texts()["Remove…"].click()
    window.guide.dialog.yes.click()
    qtbot.waitUntil(lambda: "Watch" not in texts(), timeout=3000)


def test_ignoring_a_finding_reaches_the_doctor(window, qtbot, doctor):
    window.on_batch(examples.troubled())
    window.open_page("now").details.findings.cards()[0].ignore_wanted.emit(
        "gpu-out-of-memory"
    )
    qtbot.waitUntil(lambda: ("ignore", "gpu-out-of-memory") in doctor.asked)


def test_an_unfinished_action_is_settled_through_the_doctor(window, qtbot, doctor):
    window.on_batch(examples.unfinished())
    window.guide.settle("e1", "give_up")
    qtbot.waitUntil(lambda: ("give_up", "e1") in doctor.asked)
    window.guide.settle("e1", "inspect")
    qtbot.waitUntil(lambda: ("undo", "e1") in doctor.asked)


def test_ctrl_z_undoes_the_last_action_after_a_question(window, qtbot, doctor):
    window.on_batch(examples.healthy())
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert ("undo", "e1") not in doctor.asked
    window.guide.dialog.yes.click()
    qtbot.waitUntil(lambda: ("undo", "e1") in doctor.asked)
