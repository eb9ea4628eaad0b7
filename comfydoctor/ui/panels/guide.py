"""One guided diagnosis: the step card, the way so far, and the chart beside them."""

from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from comfydoctor.errors import DoctorError
from comfydoctor.model.finding import FixRef
from comfydoctor.model.fix import FixOutcome, FixResult
from comfydoctor.model.flowchart import NodeKind
from comfydoctor.model.guidance import GuideView
from comfydoctor.ui.call import Call
from comfydoctor.ui.flowchart.export import KINDS, Print, export
from comfydoctor.ui.flowchart.scene import ChartScene
from comfydoctor.ui.flowchart.view import ZOOM_STEP, ChartView
from comfydoctor.ui.panels.panel import FixAsk, Setting
from comfydoctor.ui.panels.stepcard import StepCard, Trail
from comfydoctor.ui.theme import EMPHASIS, GRID, Style
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.card import Page, column, row
from comfydoctor.ui.widgets.icon import Icons
from comfydoctor.ui.widgets.label import label

ANSWERS = {
    FixOutcome.DONE: "done",
    FixOutcome.NOT_DONE: "not-done",
    FixOutcome.UNKNOWN: "unknown",
}
NARROW = 960
"""Below this width (at 100 %) there is only the card."""
WAIT_TICKS = 2


class GuidePage(QWidget):
    """Walks a flowchart on the server that is looked at.

    Signals:
        fix_wanted: a `FixAsk`.
        look_wanted: ``console``, ``queue`` or ``metric:<id>``.
        closed: the person is done here.
        failed: an exception that kept a step from being taken.
        saved: path of the file that the chart was written to.
    """

    fix_wanted = Signal(object)
    look_wanted = Signal(str)
    closed = Signal()
    failed = Signal(object)
    saved = Signal(str)

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self._setting = setting
        style = setting.style
        self._key = self._fixing = ""
        self._call: Call | None = None
        self._ticks = 0
        self.view: GuideView | None = None
        self.heading = label(style, "", size=EMPHASIS, bold=True)
        self.card = StepCard(style, setting.icons)
        self.trail = Trail(style)
        self.chart = ChartView(style, setting.icons)
        self.chart_side = self._make_chart_side()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(self._make_head())
        sides = QHBoxLayout()
        sides.addWidget(self._make_card_side(), 5)
        sides.addWidget(self.chart_side, 6)
        outer.addLayout(sides, 1)
        self._connect()

    def _make_head(self) -> QHBoxLayout:
        style = self._setting.style
        close = button(style, "Back to Diagnose", self.closed.emit, role="quiet")
        head = row(style, close, self.heading, None, space=12)
        edge = style.px(GRID)
        head.setContentsMargins(2 * edge, edge, 2 * edge, 0)
        self.switch = button(style, "Show the flowchart", self._on_switch, role="quiet")
        head.addWidget(self.switch)
        return head

    def _make_card_side(self) -> Page:
        self._scrolled = page = Page(self._setting.style)
        page.body.addWidget(self.card)
        page.body.addWidget(self.trail)
        page.body.addStretch(1)
        return page

    def _make_chart_side(self) -> QWidget:
        style, chart = self._setting.style, self.chart
        side = QWidget()
        inside = column(style, space=GRID, pad=GRID)
        inside.addWidget(chart, 1)
        closer = button(style, "+", lambda: chart.zoom(ZOOM_STEP), name="Closer")
        away = button(
            style, "−", lambda: chart.zoom(1 / ZOOM_STEP), name="Further away"
        )
        fit = button(style, "Fit", chart.fit, name="Show the whole chart")
        save = button(style, "Save…", self._on_save, name="Save this flowchart")
        inside.addLayout(row(style, None, save, away, closer, fit))
        side.setLayout(inside)
        return side

    def _connect(self) -> None:
        self.card.answered.connect(self.answer)
        self.card.fix_wanted.connect(self._on_fix)
        self.card.look_wanted.connect(self.look_wanted)
        self.card.closed.connect(self.closed)
        self.trail.back_wanted.connect(self.back)
        self.chart.picked.connect(self._on_picked)

    @property
    def busy(self) -> bool:
        """Whether an answer or a look is under way."""
        return self._call is not None

    # Walking.

    def open(self, key: str, chart: str) -> None:
        """Begin a walk on a server."""
        self._key = key
        self._ask(lambda doctor, say: doctor.guidance.open(chart, say))

    def resume(self, key: str, walk: str) -> None:
        """Take a kept walk up again."""
        self._key = key
        self._ask(lambda doctor, say: doctor.guidance.resume(walk, say))

    def answer(self, answer: str, note: str = "") -> None:
        """Leave the current step by an answer."""
        if (view := self.view) is not None:
            self._ask(
                lambda doctor, say: doctor.guidance.answer(view.walk, answer, note, say)
            )

    def back(self, steps: int) -> None:
        """Take answers back."""
        if (view := self.view) is not None:
            self._ask(lambda doctor, _say: doctor.guidance.back(view.walk, steps))

    def tick(self) -> None:
        """Look again while it waits for something to happen."""
        view = self.view
        if view is None or view.node.kind is not NodeKind.WAIT or self._call:
            return
        self._ticks += 1
        if self._ticks % WAIT_TICKS == 0:
            self._ask(lambda doctor, _say: doctor.guidance.look(view.walk))

    def on_fixed(self, result: FixResult) -> None:
        """A fix ended; when it is the one of this step, that is the answer."""
        view = self.view
        if view is None or view.node.kind is not NodeKind.FIX:
            return
        if result.fix == view.node.fix:
            self.answer(ANSWERS[result.outcome], result.said)

    def _ask(self, work: object) -> None:
        if self._call is not None:
            return
        call = self._call = self._setting.bridge.ask(self._key, work)  # type: ignore[arg-type]
        call.then(self._on_view, self._on_failed, self._on_view)
        call.ended.connect(self._on_ended)

    def _on_ended(self) -> None:
        self._call = None

    def _on_failed(self, error: Exception) -> None:
        self.failed.emit(error)

    def _on_view(self, view: GuideView) -> None:
        moved = self.view is None or self.view.node != view.node
        self.view = view
        self.heading.setText(view.chart.symptom)
        self.card.show_view(view, self._setting.clock())
        self.trail.show_view(view)
        steps = tuple(passed.step for passed in view.passed)
        self.chart.show_walk(view.chart, view.node.id, steps, view.possible)
        if moved:
            self.card.focus_first()
            # The question is read before the answers; the focus scrolls to those.
            QTimer.singleShot(0, self, self._to_top)

    def _to_top(self) -> None:
        self._scrolled.verticalScrollBar().setValue(0)

    def _on_fix(self, ref: FixRef) -> None:
        self.fix_wanted.emit(FixAsk.of(ref))

    def _on_picked(self, node: str) -> None:
        """A box that was passed is gone back to; the others are only looked at."""
        view = self.view
        if view is None:
            return
        places = [
            place
            for place, passed in enumerate(view.passed)
            if (passed.step.chart, passed.step.node) == (view.chart.id, node)
        ]
        if places:
            self.back(len(view.passed) - places[-1])

    # Paper.

    def save(self, path: Path) -> None:
        """Write the chart as it was walked, for paper."""
        view = self.view
        if view is None:
            return
        icons = Icons(Style())
        icons.load()
        scene = ChartScene(Style(), icons, view.chart)
        steps = tuple(passed.step for passed in view.passed)
        scene.show_walk(view.node.id, steps, view.possible)
        try:
            export(scene, Print(path, title=view.chart.title))
        except (DoctorError, OSError) as error:
            self.failed.emit(error)
        else:
            self.saved.emit(str(path))

    def _on_save(self) -> None:
        name = f"{self.view.chart.title if self.view else 'Flowchart'}.pdf"
        path, _ = QFileDialog.getSaveFileName(self, "Save this flowchart", name, KINDS)
        if path:
            self.save(Path(path))

    # Room.

    def _on_switch(self) -> None:
        self.chart_side.setVisible(self.chart_side.isHidden())
        self._name_switch()

    def _name_switch(self) -> None:
        hidden = self.chart_side.isHidden()
        self.switch.setText("Show the flowchart" if hidden else "Hide the flowchart")

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """In a narrow window the card stands alone."""
        super().resizeEvent(event)
        narrow = event.size().width() < self._setting.style.px(NARROW)
        was = event.oldSize().width() < self._setting.style.px(NARROW)
        if narrow != was or event.oldSize().width() < 0:
            self.chart_side.setVisible(not narrow)
            self._name_switch()
