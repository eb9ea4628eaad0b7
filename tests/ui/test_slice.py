"""The whole way through the window, on a simulated server: seen, understood, fixed."""

import time

import pytest

from comfydoctor.doctor.early import office as open_office
from comfydoctor.model.fix import EntryState, FixOutcome
from comfydoctor.ui.bridge import Bridge
from comfydoctor.ui.main_window import MainWindow
from comfydoctor.ui.panels.panel import FixAsk
from comfydoctor.ui.remember import Remembered

WAIT_MS = 60_000


@pytest.fixture
def studio(qtbot):
    """A window on a scenario that runs in a process of its own."""
    bridge = Bridge(open_office)
    window = MainWindow(bridge, Remembered(reduce_motion=True), time.time)
    window.complete()
    window.ensure_guide()
    window.show()
    bridge.start()

    def open_scenario(scenario, speed):
        def start(office, _say):
            return office.start_demo(scenario, speed=speed)

        with qtbot.waitSignal(bridge.opened, timeout=WAIT_MS):
            bridge.call(start).then(
                lambda profile: bridge.open(profile), lambda error: pytest.fail(error)
            )
        return window

    yield open_scenario
    if window.guide.dialog is not None:
        window.guide.dialog.close()
    window.close()
    assert bridge.stop(15)
    window.deleteLater()


def snapshot(window):
    return window.wards.current.snapshot


def apply_fix(window, qtbot, ask):
    window.guide.fix(ask)
    dialog = window.guide.dialog
    qtbot.waitUntil(
        lambda: dialog.plan is not None or not dialog.apply.isVisible(), timeout=WAIT_MS
    )
    assert dialog.plan is not None, dialog.title.text()
    with qtbot.waitSignal(dialog.applied, timeout=WAIT_MS) as told:
        dialog.apply.click()
    dialog.reject()
    return dialog.plan, told.args[0]


MEMORY = {"free-memory", "unload-models"}


def test_memory_runs_out_is_recognised_freed_and_measured(studio, qtbot):
    window = studio("out-of-memory", 4.0)

    def remedies():
        """Which of the two stands there depends on the node that ran out."""
        cards = window.pages["now"].details.findings.cards()
        return [
            (card.finding, fix.id)
            for card in cards
            for fix in card.finding.fixes
            if "memory" in card.finding.title.lower() and fix.id in MEMORY
        ]

    qtbot.waitUntil(lambda: bool(remedies()), timeout=WAIT_MS)
    finding, fix = remedies()[0]
    assert finding.evidence
    plan, result = apply_fix(window, qtbot, FixAsk(fix))
    assert plan.steps and plan.loses
    assert result.outcome in set(FixOutcome)
    assert any(sign.isdigit() for sign in result.said)
    assert window.header.simulated.isVisible()
    qtbot.waitUntil(lambda: bool(snapshot(window).activity), timeout=WAIT_MS)
    assert snapshot(window).activity[0].fix == fix


def test_a_queue_is_parked_and_put_back_exactly(studio, qtbot):
    window = studio("stuck-queue-in-node", 3.0)
    qtbot.waitUntil(lambda: len(snapshot(window).pending) >= 3, timeout=WAIT_MS)
    before = [job.id for job in snapshot(window).pending]
    plan, result = apply_fix(window, qtbot, FixAsk("clear-queue"))
    assert result.outcome is FixOutcome.DONE, result
    assert result.undoable
    assert plan.undo
    kept = result.entry
    with qtbot.waitSignal(window.bridge.batch, timeout=WAIT_MS):
        window.guide.undo(kept)
        window.guide.dialog.yes.click()
    qtbot.waitUntil(
        lambda: any(
            entry.id == kept and entry.state is EntryState.UNDONE
            for entry in snapshot(window).activity
        ),
        timeout=WAIT_MS,
    )
    again = [job.id for job in snapshot(window).pending]
    assert [job for job in again if job in set(before)] == before


def test_a_node_that_will_not_stop_is_not_called_stopped(studio, qtbot):
    window = studio("ignored-interrupt", 2.0)

    def stubborn():
        job = snapshot(window).running
        return job is not None and job.workflow_name == "Restoration of a scan"

    qtbot.waitUntil(stubborn, timeout=WAIT_MS)
    job = snapshot(window).running.id
    # Its sampling, which can be stopped, comes before the long step.
    qtbot.waitUntil(lambda: in_its_long_step(snapshot(window)), timeout=WAIT_MS)
    _, result = apply_fix(window, qtbot, FixAsk("interrupt-job", job))
    assert result.outcome is FixOutcome.NOT_DONE
    assert result.said == "Asked to stop, but it still runs."
    assert "one long step" in result.detail
    assert not result.undoable


def in_its_long_step(seen):
    progress = seen.progress
    return progress is not None and progress.value == progress.maximum


def test_a_node_that_looks_for_interrupts_is_stopped(studio, qtbot):
    window = studio("ten-times-slower-thermal", 1.0)

    def sampling():
        progress = snapshot(window).progress
        if snapshot(window).running is None or progress is None:
            return False
        return progress.value is not None and progress.value < progress.maximum / 2

    qtbot.waitUntil(sampling, timeout=WAIT_MS)
    job = snapshot(window).running.id
    _, result = apply_fix(window, qtbot, FixAsk("interrupt-job", job))
    assert result.outcome is FixOutcome.DONE, result
    assert result.said.startswith("Stopped")
    assert "long step" not in result.detail


def test_a_stuck_queue_is_named_with_its_evidence(studio, qtbot):
    window = studio("stuck-queue-in-queue", 4.0)

    def stuck():
        return [f for f in snapshot(window).findings if "worker" in f.cause]

    qtbot.waitUntil(lambda: bool(stuck()), timeout=WAIT_MS)
    assert stuck()[0].evidence
    assert stuck()[0].fixes
