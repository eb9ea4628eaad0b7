"""From "Something's wrong" to a verified fix, as a person who only clicks."""

import pytest

from comfydoctor.model.fix import FixOutcome
from comfydoctor.model.flowchart import Ending, NodeKind
from tests.ui.test_slice import WAIT_MS, snapshot, studio

__all__ = ["studio"]
MOST_CLICKS = 8


class Person:
    """Counts what a person does: a click each, and no typing at all."""

    def __init__(self, window, qtbot):
        self.window, self.qtbot, self.clicks = window, qtbot, 0
        self.panel = None
        self.results = []

    def wait(self, until):
        self.qtbot.waitUntil(until, timeout=WAIT_MS)

    def click(self, press):
        self.clicks += 1
        press()

    def says_something_is_wrong(self):
        self.click(self.window.pages["now"].wrong.click)
        self.panel = self.window.pages["diagnose"]
        self.wait(lambda: bool(self.panel.symptoms.buttons))

    def sees(self, symptom):
        self.click(self.panel.symptoms.buttons[symptom].pressed.emit)
        self.rest()

    def rest(self):
        guide = self.panel.guide
        self.wait(lambda: guide.view is not None and not guide.busy)

    def answers(self, answer):
        self.click(lambda: self.panel.guide.card.answered.emit(answer))
        self.rest()

    def fixes(self):
        """Press the fix of the step, look at its plan, apply it, close."""
        self.click(self.panel.guide.card.answers[0].click)
        dialog = self.window.guide.dialog
        self.wait(lambda: dialog.plan is not None or not dialog.apply.isVisible())
        assert dialog.plan is not None, dialog.title.text()
        with self.qtbot.waitSignal(dialog.applied, timeout=WAIT_MS) as told:
            self.click(dialog.apply.click)
        self.results.append(told.args[0])
        dialog.reject()
        self.wait(lambda: self.view.node.kind is not NodeKind.FIX or self.moved(dialog))
        self.rest()

    def moved(self, dialog):
        return self.view.node.fix != dialog.plan.fix

    @property
    def view(self):
        return self.panel.guide.view


def test_out_of_memory_is_freed_and_works_again(studio, qtbot):
    window = studio("out-of-memory", 4.0)
    person = Person(window, qtbot)
    person.wait(lambda: any("oom" in f.cause for f in snapshot(window).findings))
    person.says_something_is_wrong()
    likely = [e.id for e in person.panel.symptoms.entries if e.likely]
    assert likely == ["out-of-memory"]
    person.sees(likely[0])
    assert person.view.node.kind is NodeKind.FIX, person.view.passed
    person.fixes()
    assert person.results[-1].outcome is FixOutcome.DONE
    person.answers("yes")
    assert person.view.node.ending is Ending.RESOLVED
    assert person.clicks <= MOST_CLICKS


def test_a_stuck_queue_is_kept_and_the_server_restarted(studio, qtbot):
    window = studio("stuck-queue-in-queue", 4.0)
    person = Person(window, qtbot)
    person.wait(lambda: any("worker" in f.cause for f in snapshot(window).findings))
    person.says_something_is_wrong()
    assert "stuck" in [e.id for e in person.panel.symptoms.entries if e.likely]
    person.sees("stuck")
    assert person.view.node.fix == "clear-queue", person.view.passed
    person.fixes()
    assert person.results[-1].outcome is FixOutcome.DONE
    assert person.view.node.fix == "restart-server"
    person.fixes()
    assert person.results[-1].outcome is FixOutcome.DONE
    assert person.view.node.cause == "prompt-worker-dead"
    assert person.clicks <= MOST_CLICKS


@pytest.mark.parametrize(
    ("scenario", "speed", "cause", "symptom", "ends"),
    [
        ("missing-node-pack", 4.0, "node-", "missing-nodes", "end-"),
        ("lora-did-nothing", 4.0, "lora-wrong-base-model", "lora-not-applying", "end-"),
        ("black-images", 4.0, "nan-", "black-pictures", ""),
        ("missing-model", 4.0, "model-not-in-folder", "missing-model", "end-"),
        ("partner-api-failing", 4.0, "api-node-", "external-api-failing", "end-"),
    ],
)
def test_a_symptom_leads_to_its_cause_by_itself(
    studio, qtbot, scenario, speed, cause, symptom, ends
):
    window = studio(scenario, speed)
    person = Person(window, qtbot)
    person.wait(
        lambda: any(f.cause.startswith(cause) for f in snapshot(window).findings)
    )
    person.says_something_is_wrong()
    person.sees(symptom)
    assert person.view.passed, "nothing was answered by itself"
    assert person.view.node.id.startswith(ends)
    assert person.view.node.kind is not NodeKind.ASK, person.view.node
    assert person.clicks == 2
