"""The fix dialog: what will happen, what is lost; then doing it, and what was seen."""

import time
from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QWidget

from comfydoctor.errors import DoctorError
from comfydoctor.model.fix import FixOutcome, FixResult, Plan, Risk
from comfydoctor.ui.bridge import Bridge
from comfydoctor.ui.call import Call
from comfydoctor.ui.dialogs.dialog import Dialog
from comfydoctor.ui.dialogs.steps import Difference, Facts, Steps
from comfydoctor.ui.needs import Doctor
from comfydoctor.ui.panels.panel import FixAsk
from comfydoctor.ui.theme import CAPTION, Level, Style
from comfydoctor.ui.widgets.badge import Badge
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.card import inset, row
from comfydoctor.ui.widgets.label import label, selectable
from comfydoctor.ui.widgets.skeleton import Skeleton
from comfydoctor.ui.words import duration, losses, one_line, shown, span

OUTCOMES: dict[FixOutcome, tuple[Level, str]] = {
    FixOutcome.DONE: (Level.OK, "Done and verified"),
    FixOutcome.NOT_DONE: (Level.ERROR, "Not effective"),
    FixOutcome.UNKNOWN: (Level.UNKNOWN, "Outcome not known"),
}
PARTLY = "If some steps were done before, they stand in the activity list."


class FixDialog(Dialog):
    """Plans at once, applies on the button, never closes while it changes things.

    Signals:
        applied: the `FixResult`.
        undo_wanted: id of the journal entry.
    """

    applied = Signal(object)
    undo_wanted = Signal(str)

    def __init__(
        self, style: Style, parent: QWidget, bridge: Bridge, key: str, ask: FixAsk
    ) -> None:
        super().__init__(style, parent, ask.title or "Prepare the fix")
        self._bridge, self._key, self._ask = bridge, key, ask
        self.plan: Plan | None = None
        self.outcome: FixResult | None = None
        self._call: Call | None = None
        self._clock: Callable[[], float] = time.monotonic
        self._begun = 0.0
        self.about = label(style, shown(ask.advice, 400), muted=True, wrap=True)
        self.about.setVisible(bool(ask.advice))
        self.body.addWidget(self.about)
        self._wait = Skeleton(style, 0.7, 0.9, 0.5, name="The plan is being made")
        self.body.addWidget(self._wait)
        self.body.addStretch(1)
        self.cancel = button(style, "Cancel", self.reject)
        self.apply = button(style, "Apply", self._on_apply, role="primary")
        self.undo = button(style, "Undo…", self._on_undo)
        for made in (self.undo, self.cancel, self.apply):
            self.buttons.addWidget(made)
        self.apply.setEnabled(False)
        self.undo.hide()
        self._ticking = QTimer(self, interval=1000)
        self._ticking.timeout.connect(self._tick)
        self.fit()
        self._make_plan()

    # The plan.

    def _make_plan(self) -> None:
        def work(doctor: Doctor, _say: object) -> object:
            return doctor.plan(self._ask.id, self._ask.target)

        self._call = self._bridge.ask(self._key, work)
        self._call.then(self._on_plan, self._on_failed)

    def _on_plan(self, plan: Plan) -> None:
        self._call = None
        self.plan = plan
        self._wait.hide()
        self.title.setText(one_line(plan.title))
        self.setWindowTitle(one_line(plan.title, 80))
        self._insert(self._loss(plan))
        if plan.facts:
            self._insert(Facts(self.style_, plan.facts))
        self.steps = Steps(self.style_, plan.steps)
        self._insert(self.steps)
        if plan.difference:
            self._insert(Difference(self.style_, plan.difference))
        takes = f"Takes {span(*plan.seconds)}. It is checked afterwards."
        self.progress = label(self.style_, takes, size=CAPTION, muted=True, wrap=True)
        self._insert(self.progress)
        manual = plan.risk is Risk.MANUAL
        self.apply.setText("I did it: check again" if manual else verb(plan.title))
        self.apply.setAccessibleName(self.apply.text())
        self.apply.setEnabled(True)
        self.apply.setFocus()
        self.fit()

    def _insert(self, part: QWidget) -> None:
        self.body.insertWidget(self.body.count() - 1, part)

    def _loss(self, plan: Plan) -> QWidget:
        style = self.style_
        ground, body = inset(style)
        free, words = losses(plan.loses)
        level = Level.OK if free else Level.WARNING
        word = "Nothing is lost" if free else "What is lost"
        head = row(style, Badge(style, level, word), space=12)
        head.addWidget(label(style, words, bold=True, wrap=True), 1)
        body.addLayout(head)
        back = f"Can be undone: {one_line(plan.undo, 300)}" if plan.undo else ""
        undo = label(style, back or "This cannot be undone.", muted=True, wrap=True)
        body.addWidget(undo)
        return ground

    # Doing it.

    def _on_apply(self) -> None:
        plan = self.plan
        if plan is None or self._call is not None:
            return
        self.apply.setEnabled(False)
        self.cancel.setEnabled(plan.stoppable)
        self.cancel.setText("Stop" if plan.stoppable else "Cancel")
        self.apply.setText("Working…")
        self._begun = self._clock()
        self._ticking.start()

        def work(doctor: Doctor, _say: object) -> object:
            return doctor.apply(plan)

        self._call = self._bridge.ask(self._key, work)
        self._call.then(self._on_result, self._on_failed)
        self._call.cancelled.connect(self._on_stopped)

    def on_step(self, plan_id: str, step: int, text: str) -> None:
        """A step of a plan began; ours or another's."""
        if self.plan is not None and plan_id == self.plan.id and self.working:
            self.steps.mark(step)
            self.progress.setText(one_line(text))

    @property
    def working(self) -> bool:
        """Whether the fix is being applied."""
        return self._ticking.isActive()

    def _tick(self) -> None:
        passed = duration(self._clock() - self._begun)
        self.apply.setText(f"Working… {passed}")

    def _on_result(self, result: FixResult) -> None:
        self._stop()
        self.outcome = result
        level, word = OUTCOMES[result.outcome]
        if result.outcome is FixOutcome.DONE:
            self.steps.mark(None)
        self._show_end(level, word, result.said, result.detail)
        self.undo.setVisible(result.undoable)
        self.applied.emit(result)

    def _on_failed(self, error: Exception) -> None:
        self._stop()
        self._wait.hide()
        advice = error.advice if isinstance(error, DoctorError) else ""
        if self.plan is not None:
            self._insert(label(self.style_, PARTLY, muted=True, wrap=True))
        self._show_end(Level.ERROR, "Nothing was changed", str(error), advice)

    def _on_stopped(self) -> None:
        self._stop()
        self._show_end(Level.INFO, "Stopped", "It was stopped.", PARTLY)

    def _stop(self) -> None:
        self._call = None
        self._ticking.stop()
        self.apply.hide()
        self.cancel.setEnabled(True)
        self.cancel.setText("Close")
        self.cancel.setFocus()

    def _show_end(self, level: Level, word: str, said: str, detail: str) -> None:
        style = self.style_
        ground, body = inset(style)
        words = label(style, shown(said, 600), bold=True, wrap=True)
        head = row(style, Badge(style, level, word), space=12)
        head.addWidget(words, 1)
        body.addLayout(head)
        if detail:
            more = label(style, shown(detail, 1000), muted=True, wrap=True)
            body.addWidget(selectable(more))
        self.body.insertWidget(1, ground)
        ground.setAccessibleName(f"{word}. {one_line(said)}")
        self.fit()
        self.page.verticalScrollBar().setValue(0)

    def _on_undo(self) -> None:
        if self.outcome is not None:
            self.undo_wanted.emit(self.outcome.entry)
            self.accept()

    # Closing.

    def reject(self) -> None:
        """Close, but never while things are being changed; what may be is stopped."""
        if self.working:
            if self.plan is not None and self.plan.stoppable and self._call:
                self.cancel.setEnabled(False)
                self.cancel.setText("Stopping…")
                self._call.cancel()
            return
        if self._call is not None:
            self._call.cancel()
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """The same for the window's own button."""
        if self.working:
            event.ignore()
            return
        super().closeEvent(event)


def verb(title: str) -> str:
    """The plan's title as the words of its button."""
    return one_line(title, 40).rstrip("….")
