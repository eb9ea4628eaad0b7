"""Diagnose: every check, what they found, and the guides from symptom to proof."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout

from comfydoctor.model.finding import Finding, FixRef
from comfydoctor.model.fix import FixOutcome, FixResult
from comfydoctor.model.job import Job
from comfydoctor.model.snapshot import Snapshot
from comfydoctor.model.trace import Trace
from comfydoctor.ui.call import Call
from comfydoctor.ui.needs import Doctor, Report
from comfydoctor.ui.panels.explain import ExplainBox
from comfydoctor.ui.panels.guide import GuidePage
from comfydoctor.ui.panels.panel import FixAsk, Panel, Setting
from comfydoctor.ui.panels.probes import ProbeList
from comfydoctor.ui.panels.symptoms import Symptoms
from comfydoctor.ui.panels.tree import TreePage
from comfydoctor.ui.theme import VERDICT, Level
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.card import Page, column, row
from comfydoctor.ui.widgets.finding import FindingList
from comfydoctor.ui.widgets.label import label
from comfydoctor.ui.widgets.shape import Shape
from comfydoctor.ui.words import count, one_line, shown

READY = "Something's wrong? Every check takes a few seconds."


class DiagnosePanel(Panel):
    """The page "Diagnose".

    Signals:
        ignore_wanted: key of a finding.
        chart_wanted: id of a metric to show over time.
    """

    ignore_wanted = Signal(str)
    chart_wanted = Signal(str)

    id, title, icon = "diagnose", "Diagnose", "stethoscope"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        style = self.style_
        self._call: Call | None = None
        self._walking = False
        self._proved = ""
        self._reported: tuple[Finding, ...] = ()
        self._explained: tuple[Finding, ...] = ()
        self._fitting: tuple[str, frozenset[str]] = ("", frozenset())
        """Server and open causes that the symptoms were sorted by."""
        self.page = Page(style)
        self.findings = FindingList(style, self.icons)
        self.probes = ProbeList(style)
        self.symptoms = Symptoms(style)
        self.explain = ExplainBox(style, setting.bridge)
        body = self.page.body
        body.addLayout(self._head())
        for part in (self.findings, self.symptoms, self.probes, self.explain):
            body.addWidget(part)
        body.addStretch(1)
        self.guide = GuidePage(setting)
        self._sides = QStackedLayout(self)
        self._sides.addWidget(self.page)
        self._sides.addWidget(self.guide)
        self.tree = TreePage(style)
        self._sides.addWidget(self.tree)
        self.probes.hide()
        self._connect()

    def _head(self) -> QVBoxLayout:
        style = self.style_
        self._shape = Shape(style, Level.UNKNOWN, 20)
        self.sentence = label(style, READY, size=VERDICT, bold=True, wrap=True)
        self.advice = label(style, "", muted=True, wrap=True)
        self.run = button(style, "Check everything", self.check, role="primary")
        self.stop = button(style, "Stop checking", self._on_stop)
        self.stop.hide()
        head = row(style, self._shape, space=12)
        head.addWidget(self.sentence, 1)
        head.addWidget(self.run)
        head.addWidget(self.stop)
        words = column(style, space=4)
        words.addLayout(head)
        words.addWidget(self.advice)
        self.advice.hide()
        return words

    def _connect(self) -> None:
        self.findings.fix_wanted.connect(self._on_fix)
        self.findings.ignore_wanted.connect(self.ignore_wanted)
        self.symptoms.chosen.connect(self.open_chart)
        self.symptoms.tree_wanted.connect(self.open_tree)
        self.tree.chosen.connect(self.open_chart)
        self.tree.closed.connect(self.close_chart)
        self.tree.failed.connect(self._on_guide_failed)
        for page in (self.tree, self.guide):
            page.saved.connect(lambda path: self.said.emit(f"Saved: {path}", Level.OK))
        self.guide.closed.connect(self.close_chart)
        self.guide.fix_wanted.connect(self.fix_wanted)
        self.guide.look_wanted.connect(self._on_look)
        self.guide.failed.connect(self._on_guide_failed)
        self.explain.text_given.connect(
            lambda text: self.explain.explain_text(self.key, text)
        )
        self.explain.file_given.connect(
            lambda path: self.explain.explain_file(self.key, path)
        )
        self.explain.looking.connect(
            lambda: self._say(Level.UNKNOWN, "Looking the message up…")
        )
        self.explain.explained.connect(self._on_explained)
        self.explain.traced.connect(self._on_traced)
        self.explain.unread.connect(self._on_unread)

    # Checking.

    def start_walk(self) -> None:
        """From "something's wrong": look first, ask only what cannot be seen."""
        self._walking = True
        self.check()

    def check(self) -> None:
        """Run every check."""
        if self._call is not None or not self.key:
            return
        self._explained = ()
        self.probes.begin()
        self.probes.show()
        self._say(Level.UNKNOWN, "Looking at the server…")
        self.run.hide()
        self.stop.show()

        def work(doctor: Doctor, say: object) -> object:
            return doctor.check(on_result=say)  # type: ignore[arg-type]

        self._call = self.bridge.ask(self.key, work)
        self._call.then(self._on_report, self._on_failed, self.probes.add)
        self._call.cancelled.connect(self._on_cancelled)

    def _on_stop(self) -> None:
        if self._call is not None:
            self._call.cancel()

    def _end(self) -> None:
        self._call = None
        self.run.setText("Check again")
        self.run.show()
        self.stop.hide()

    def _on_cancelled(self) -> None:
        self._end()
        self._say(Level.UNKNOWN, "The check was stopped.")

    def _on_failed(self, error: Exception) -> None:
        self._end()
        self.probes.hide()
        self._say(Level.ERROR, "The checks could not be run.", str(error))

    def _on_report(self, report: Report) -> None:
        self._end()
        self.probes.finish(report.probes)
        self._reported = report.findings
        self._draw()
        self._conclude()

    def _conclude(self) -> None:
        found = [finding for finding in self._all() if not finding.harmless]
        proved, self._proved = self._proved, ""
        if found:
            worst = found[0]
            sure = worst.confidence.word.capitalize()
            said = f"{one_line(worst.title)}."
            self._say(self._level(worst), said, f"{sure}: {worst.explanation}")
            return
        if proved:
            self._walking = False
            self._say(Level.OK, "Fixed, and verified by checking again.", proved)
            return
        self._say(Level.OK, "Nothing wrong was found.", self.probes.summary())
        if self._walking and (first := self.symptoms.first()) is not None:
            first.setFocus()
            self.page.ensureWidgetVisible(self.symptoms)

    def on_fixed(self, result: FixResult) -> None:
        """A fix ended: a guide takes that for its answer, else the checks prove it."""
        if self._sides.currentWidget() is self.guide:
            self.guide.on_fixed(result)
            return
        if result.outcome is FixOutcome.DONE and self._walking:
            self._proved = result.said
            self.check()

    # What is shown.

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Open findings of the server, with those of the last check."""
        self._find_symptoms(frozenset(f.cause for f in snapshot.findings))
        open_ = {finding.key for finding in snapshot.findings}
        self._reported = tuple(f for f in self._reported if f.key in open_)
        self._draw()

    def _all(self) -> tuple[Finding, ...]:
        known = self.snapshot.findings if self.snapshot else ()
        merged = {f.key: f for f in (*self._explained, *known, *self._reported)}
        first = [f.key for f in self._explained]
        return tuple(
            sorted(
                merged.values(),
                key=lambda f: (f.key not in first, -f.severity, -f.confidence),
            )
        )

    def _draw(self) -> None:
        self.findings.show_findings(self._all(), self.now())

    def _say(self, level: Level, sentence: str, advice: str = "") -> None:
        self._shape.set_level(level)
        self.sentence.setText(sentence)
        self.advice.setText(shown(advice, 400))
        self.advice.setVisible(bool(advice))

    @staticmethod
    def _level(finding: Finding) -> Level:
        return Level[finding.severity.name]

    # Explaining.

    def explain_job(self, job: Job) -> None:
        """Say why a job failed."""
        if job.error is None:
            self._say(Level.UNKNOWN, "The server does not say why this job failed.")
        else:
            self.explain.explain_job(self.key, job.error)

    def _on_explained(self, findings: tuple[Finding, ...]) -> None:
        self._explained = tuple(f for f in findings if not f.harmless)
        self._draw()
        if not self._explained:
            self._say(
                Level.UNKNOWN,
                "Not known: no cause that ComfyDoctor knows shows in this text.",
            )
            return
        best = self._explained[0]
        said = f"{count(len(self._explained), 'cause')} found in the text. "
        self._say(self._level(best), said + one_line(best.title), best.explanation)
        self.page.verticalScrollBar().setValue(0)

    def _on_traced(self, found: Trace) -> None:
        """A dropped file was looked into."""
        self._explained = tuple(f for f in found.findings if not f.harmless)
        self._draw()
        worst = max((f.severity for f in self._explained), default=None)
        level = Level.UNKNOWN if worst is None else Level[worst.name]
        said = f"{found.kind.value.capitalize()}: {one_line(found.name, 60)}"
        self._say(level, said, found.headline)
        self.page.verticalScrollBar().setValue(0)

    def _on_unread(self, error: Exception) -> None:
        self._say(Level.ERROR, "That could not be read.", str(error))

    # Leading on.

    def _on_fix(self, _finding: Finding, ref: FixRef) -> None:
        self.fix_wanted.emit(FixAsk.of(ref))

    def _on_look(self, what: str) -> None:
        kind, _, metric = what.partition(":")
        if kind == "metric":
            self.chart_wanted.emit(metric)
        else:
            self.page_wanted.emit(kind)

    # Guides.

    def _find_symptoms(self, causes: frozenset[str]) -> None:
        """Ask which symptoms fit, when the findings or the server changed."""
        if self._fitting != (self.key, causes):
            self._fitting = (self.key, causes)
            call = self.bridge.ask(self.key, lambda d, _say: d.guidance.charts())
            call.then(self.symptoms.show_entries)

    def open_chart(self, chart: str) -> None:
        """Begin a guided diagnosis."""
        self.guide.open(self.key, chart)
        self._sides.setCurrentWidget(self.guide)

    def open_tree(self) -> None:
        """Show all symptoms with their first questions on one page."""
        call = self.bridge.ask(self.key, lambda d, _say: d.guidance.flowcharts())
        call.then(self.tree.show_charts, self._on_guide_failed)
        self._sides.setCurrentWidget(self.tree)

    def close_chart(self) -> None:
        """Back to the checks and findings."""
        self._sides.setCurrentWidget(self.page)

    def tick(self) -> None:
        """A second passed."""
        if self._sides.currentWidget() is self.guide:
            self.guide.tick()

    def _on_guide_failed(self, error: Exception) -> None:
        self.said.emit(str(error), Level.ERROR)
