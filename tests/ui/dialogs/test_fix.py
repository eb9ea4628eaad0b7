"""The fix dialog: plan first, loss before the click, the measured result after it."""

import asyncio
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from comfydoctor.errors import StalePlan
from comfydoctor.model.change import FixStepped
from comfydoctor.model.fix import FixOutcome, Risk
from comfydoctor.ui.panels.panel import FixAsk
from comfydoctor.ui.widgets.badge import Badge
from comfydoctor.ui.widgets.label import Label
from tests.ui.examples import PROFILE, healthy, troubled


@pytest.fixture
def doctor(qtbot, bridge, window, office):
    with qtbot.waitSignal(bridge.opened, timeout=3000):
        bridge.open(PROFILE)
    doctor = office.doctors[PROFILE.key]
    doctor.known = healthy().snapshot
    return doctor


def opened(window, qtbot, ask=None):
    window.guide.fix(ask or FixAsk("free-memory", "", "Free video memory"))
    dialog = window.guide.dialog
    qtbot.waitUntil(lambda: dialog.plan is not None, timeout=3000)
    return dialog


def words(dialog):
    return "\n".join(label.text() for label in dialog.findChildren(Label))


def badges(dialog):
    return [badge.accessibleName() for badge in dialog.findChildren(Badge)]


def test_the_plan_is_shown_and_nothing_happens_before_the_button(window, qtbot, doctor):
    dialog = opened(window, qtbot)
    said = words(dialog)
    assert "Ask ComfyUI to unload" in said
    assert "POST /free" in said
    assert "Models are loaded again by the next job." in said
    assert "This cannot be undone." in said
    assert "22.9 of 24 GB" in said
    assert doctor.asked == [("plan", "free-memory", "")]
    dialog.reject()
    assert doctor.asked == [("plan", "free-memory", "")]


def test_applying_shows_what_was_measured(window, qtbot, doctor):
    dialog = opened(window, qtbot)
    with qtbot.waitSignal(dialog.applied, timeout=3000) as told:
        qtbot.mouseClick(dialog.apply, Qt.MouseButton.LeftButton)
    assert told.args[0].outcome is FixOutcome.DONE
    assert ("apply", "p1") in doctor.asked
    assert "VRAM 22.9 → 6.1 GB" in words(dialog)
    assert "Done and verified" in badges(dialog)
    assert not dialog.undo.isVisible()


@pytest.mark.parametrize(
    ("outcome", "word"),
    [(FixOutcome.NOT_DONE, "Not effective"), (FixOutcome.UNKNOWN, "Outcome not known")],
)
def test_a_fix_without_effect_is_not_called_done(window, qtbot, doctor, outcome, word):
    doctor.result = replace(doctor.result, outcome=outcome, said="Nothing was freed.")
    dialog = opened(window, qtbot)
    with qtbot.waitSignal(dialog.applied, timeout=3000):
        dialog.apply.click()
    assert word in badges(dialog)
    assert "Nothing was freed." in words(dialog)


def test_a_stale_plan_says_so(window, qtbot, doctor):
    async def apply(plan):
        raise StalePlan("The queue changed.", advice="Look at the new plan.")

    doctor.apply = apply
    dialog = opened(window, qtbot)
    dialog.apply.click()
    qtbot.waitUntil(lambda: "The queue changed." in words(dialog), timeout=3000)
    assert "Look at the new plan." in words(dialog)
    assert not dialog.working


def test_it_does_not_close_while_something_is_being_changed(window, qtbot, doctor):
    async def apply(plan):
        await asyncio.sleep(0.3)
        return doctor.result

    doctor.apply = apply
    dialog = opened(window, qtbot)
    dialog.apply.click()
    dialog.reject()
    assert dialog.isVisible()
    dialog.close()
    assert dialog.isVisible()
    with qtbot.waitSignal(dialog.applied, timeout=3000):
        pass
    dialog.reject()
    assert not dialog.isVisible()


def test_steps_are_marked_as_they_happen(window, qtbot, doctor, bridge):
    async def apply(plan):
        doctor.announce(FixStepped(plan.id, 1, "Looking at the memory"))
        await asyncio.sleep(0.2)
        return doctor.result

    doctor.apply = apply
    dialog = opened(window, qtbot)
    dialog.apply.click()
    qtbot.waitUntil(
        lambda: dialog.progress.text() == "Looking at the memory", timeout=3000
    )
    names = [mark.accessibleName() for mark in dialog.steps._marks]
    assert names == ["Done", "Under way"]
    with qtbot.waitSignal(dialog.applied, timeout=3000):
        pass


def test_undo_is_offered_where_there_is_one(window, qtbot, doctor):
    doctor.result = replace(doctor.result, undoable=True)
    doctor.plan_made = replace(doctor.plan_made, undo="Jobs are put back.")
    dialog = opened(window, qtbot)
    assert "Can be undone: Jobs are put back." in words(dialog)
    with qtbot.waitSignal(dialog.applied, timeout=3000):
        dialog.apply.click()
    dialog.undo.click()
    question = window.guide.dialog
    question.yes.click()
    qtbot.waitUntil(lambda: ("undo", "e1") in doctor.asked, timeout=3000)
    qtbot.waitUntil(lambda: "VRAM" in window.toast.accessibleName(), timeout=3000)


def test_a_manual_fix_asks_to_check_again(window, qtbot, doctor):
    doctor.plan_made = replace(doctor.plan_made, risk=Risk.MANUAL)
    dialog = opened(window, qtbot)
    assert dialog.apply.text() == "I did it: check again"


def test_the_findings_button_opens_it(window, qtbot, doctor):
    window.on_batch(troubled())
    window.open_page("now")
    card = window.pages["now"].details.findings.cards()[0]
    card.fix_wanted.emit(card.finding, card.finding.fixes[0])
    dialog = window.guide.dialog
    qtbot.waitUntil(lambda: dialog.plan is not None, timeout=3000)
    assert doctor.asked[-1] == ("plan", "free-memory", "")


def test_what_changes_is_shown_line_by_line(window, qtbot, doctor):
    lines = "- steps = 50\n+ steps = 20"
    doctor.plan_made = replace(doctor.plan_made, difference=lines)
    said = words(opened(window, qtbot))
    assert "What changes" in said
    assert "- steps = 50" in said
    assert "+ steps = 20" in said


def test_what_may_be_stopped_can_be(window, qtbot, doctor):
    begun = asyncio.Event()

    async def apply(plan):
        begun.set()
        await asyncio.sleep(600)

    doctor.apply = apply
    doctor.plan_made = replace(doctor.plan_made, stoppable=True)
    dialog = opened(window, qtbot)
    qtbot.mouseClick(dialog.apply, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(begun.is_set, timeout=3000)
    assert dialog.cancel.text() == "Stop"
    assert dialog.cancel.isEnabled()
    dialog.reject()
    qtbot.waitUntil(lambda: not dialog.working, timeout=3000)
    assert "Stopped" in badges(dialog)
    assert dialog.cancel.text() == "Close"
