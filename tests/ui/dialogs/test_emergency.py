"""The strong remedies: each leads to its plan, unfit ones say why."""

from comfydoctor.model.manager import Manager, ManagerGeneration
from comfydoctor.ui.dialogs.emergency import REMEDIES, unfit
from tests.ui import examples


def test_what_cannot_be_done_says_why():
    idle = examples.idle().snapshot
    assert unfit("interrupt-job", idle) == "No job is running."
    assert unfit("clear-queue", idle) == "The queue is empty."
    assert "ComfyUI-Manager" in unfit("restart-server", idle)


def test_with_a_job_and_a_manager_everything_can_be_done():
    manager = Manager(ManagerGeneration.V4_POST, "4.2.1")
    busy = examples.snapshot(manager=manager)
    assert [unfit(fix, busy) for fix, _, _ in REMEDIES] == [""] * len(REMEDIES)


def test_a_press_leads_to_the_plan(window, qtbot):
    window.on_batch(examples.healthy())
    window.header.emergency.click()
    dialog = window.guide.dialog
    told = []
    dialog.chosen.disconnect()
    dialog.chosen.connect(told.append)
    dialog._on_chosen("free-memory", "Free video memory")
    assert told[0].id == "free-memory"
    assert not dialog.isVisible()
