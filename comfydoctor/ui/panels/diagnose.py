"""Diagnose: every check, what they found, and the walk from trouble to proof."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from comfydoctor.model.finding import Finding, FixRef
from comfydoctor.model.fix import FixOutcome, FixResult
from comfydoctor.model.job import Job
from comfydoctor.model.snapshot import Snapshot
from comfydoctor.ui.call import Call
from comfydoctor.ui.needs import Doctor, Report
from comfydoctor.ui.panels.explain import ExplainBox, read_tail
from comfydoctor.ui.panels.panel import FixAsk, Panel, Setting
from comfydoctor.ui.panels.probes import ProbeList
from comfydoctor.ui.panels.walk import Walk
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
    """

    ignore_wanted = Signal(str)

    id, title, icon = "diagnose", "Diagnose", "stethoscope"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        style = self.style_
        self._call: Call | None = None
        self._walking = False
        self._proved = ""
        self._reported: tuple[Finding, ...] = ()
        self._explained: tuple[Finding, ...] = ()
        self.page = Page(style)
        self.findings = FindingList(style, self.icons)
        self.probes = ProbeList(style)
        self.walk = Walk(style)
        self.explain = ExplainBox(style)
        body = self.page.body
        body.addLayout(self._head())
        for part in (self.walk, self.findings, self.probes, self.explain):
            body.addWidget(part)
        body.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.page)
        self.walk.hide()
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
        self.walk.led.connect(self._on_led)
        self.explain.text_given.connect(self.explain_text)
        self.explain.file_given.connect(self.explain_file)

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
        self.walk.hide()
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
        if self._walking:
            self.walk.ask()
            self.walk.show()

    def on_fixed(self, result: FixResult) -> None:
        """A fix ended: on the walk the checks prove it."""
        if result.outcome is FixOutcome.DONE and self._walking:
            self._proved = result.said
            self.check()

    # What is shown.

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Open findings of the server, with those of the last check."""
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

    def explain_text(self, text: str) -> None:
        """Say what a text means."""

        def work(doctor: Doctor, _say: object) -> object:
            return doctor.explain(text)

        self._explain(work)

    def explain_file(self, path: str) -> None:
        """Say what the end of a file means."""

        async def work(doctor: Doctor, _say: object) -> object:
            import asyncio

            text = await asyncio.to_thread(read_tail, path)
            return await doctor.explain(text)

        self._explain(work)

    def explain_job(self, job: Job) -> None:
        """Say why a job failed."""
        error = job.error
        if error is None:
            self._say(Level.UNKNOWN, "The server does not say why this job failed.")
            return
        text = f"{error.exception_type}: {error.message}"
        said = "\n".join((*error.traceback, text))
        self.explain.show_text(said)
        self.explain_text(said)

    def _explain(self, work: object) -> None:
        call = self.bridge.ask(self.key, work)  # type: ignore[arg-type]
        call.then(self._on_explained, self._on_unread)
        self._say(Level.UNKNOWN, "Looking the message up…")

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

    def _on_unread(self, error: Exception) -> None:
        self._say(Level.ERROR, "The text could not be read.", str(error))

    # Leading on.

    def _on_fix(self, _finding: Finding, ref: FixRef) -> None:
        self.fix_wanted.emit(FixAsk.of(ref))

    def _on_led(self, goal: str) -> None:
        kind, _, name = goal.partition(":")
        if kind == "page":
            self.page_wanted.emit(name)
        elif kind == "fix":
            self.fix_wanted.emit(FixAsk(name))
        else:
            self.explain.box.setFocus()
            self.page.ensureWidgetVisible(self.explain)
