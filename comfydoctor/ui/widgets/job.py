"""The job that runs now, and those that ended."""

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from comfydoctor.model.job import Job, JobState, Progress
from comfydoctor.model.snapshot import Snapshot
from comfydoctor.ui.theme import CAPTION, EMPHASIS, GAP, GRID, Level, Style
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.card import Card, line, row
from comfydoctor.ui.widgets.label import Elided, label
from comfydoctor.ui.widgets.meter import Meter
from comfydoctor.ui.widgets.shape import Shape
from comfydoctor.ui.words import ago, duration, number, one_line, short_id

JOB: dict[JobState, tuple[Level, str]] = {
    JobState.PENDING: (Level.UNKNOWN, "Waiting"),
    JobState.RUNNING: (Level.INFO, "Running"),
    JobState.SUCCEEDED: (Level.OK, "Done"),
    JobState.FAILED: (Level.ERROR, "Failed"),
    JobState.INTERRUPTED: (Level.WARNING, "Stopped"),
    JobState.LOST: (Level.WARNING, "Lost"),
}
NOT_VISIBLE = "Progress is not visible from here: another client queued this job."
LONGEST = "under a minute ago"
ROWS = 8


def job_name(job: Job) -> str:
    """The workflow's name, or the start of the id."""
    return one_line(job.workflow_name, 80) or f"Job {short_id(job.id)}"


class CurrentJob(Card):
    """What runs now, and how far it is where that can be seen.

    Signals:
        stop_wanted: id of the job to stop.
    """

    stop_wanted = Signal(str)

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._job: Job | None = None
        self._name = Elided(style, "No job is running", size=EMPHASIS, bold=True)
        self._where = label(style, muted=True, wrap=True)
        self._meter = Meter(style, "Progress of the job")
        self._said = label(style, size=CAPTION, muted=True, wrap=True)
        self.stop = button(style, "Stop the job…", self._on_stop, role="")
        self.body.addWidget(label(style, "Running now", size=CAPTION, muted=True))
        head = row(style)
        head.addWidget(self._name, 1)
        head.addWidget(self.stop)
        self.body.addLayout(head)
        self.body.addWidget(self._where)
        self.body.addWidget(self._meter)
        self.body.addWidget(self._said)
        self.body.addStretch(1)
        for part in (self.stop, self._meter):
            part.hide()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_job(self, snapshot: Snapshot, now: float) -> None:
        """Show the running job, or that none runs."""
        self._job = job = snapshot.running
        self.stop.setVisible(job is not None)
        self._meter.setVisible(job is not None)
        if job is None:
            self._name.set_text("No job is running")
            self._where.setText(_idle(snapshot))
            self._said.setText("")
            return
        self._name.set_text(job_name(job))
        self._show_progress(job, snapshot.progress, now)

    def _show_progress(self, job: Job, progress: Progress | None, now: float) -> None:
        share = progress.fraction if progress is not None else None
        self._meter.set_share(math.nan if share is None else share)
        begun = f"Started {ago(job.started, now)}." if job.started else ""
        self._said.setText(begun)
        if progress is None or (not progress.source and share is None):
            self._where.setText(NOT_VISIBLE)
            return
        self._where.setText(_where(progress))

    def _on_stop(self) -> None:
        if self._job is not None:
            self.stop_wanted.emit(self._job.id)


def _idle(snapshot: Snapshot) -> str:
    if snapshot.queue_remaining is None:
        return "The queue has not been read yet."
    if snapshot.pending:
        return "Jobs wait, but none is running."
    return "The queue is empty."


def _where(progress: Progress) -> str:
    node = f"Node {progress.node}" if progress.node else ""
    parts = [one_line(progress.node_type or node, 60)]
    if progress.value is not None and progress.maximum:
        steps = f"step {number(progress.value)} of {number(progress.maximum)}"
        parts.append(steps)
    if progress.source == "log":
        parts.append("as the server's console shows it")
    return " · ".join(part for part in parts if part)


class JobRow(QWidget):
    """One ended job.

    Signals:
        explain_wanted, again_wanted: the `Job`.
    """

    explain_wanted = Signal(object)
    again_wanted = Signal(object)

    def __init__(self, style: Style, job: Job, now: float) -> None:
        super().__init__()
        level, word = JOB[job.state]
        shape = Shape(style, level)
        shape.set_level(level, word)
        name = Elided(style, job_name(job))
        self._ago = label(style, size=CAPTION, muted=True)
        self.setAccessibleName(f"{job_name(job)}: {word}")
        outcome = label(style, word)
        outcome.setMinimumWidth(style.px(56))
        body = row(style, shape, outcome, space=GRID)
        body.addWidget(name, 1)
        if job.state is JobState.FAILED:
            body.addWidget(self._explain(style, job))
            body.addWidget(self._again(style, job))
        took = label(style, duration(job.seconds), muted=True)
        took.setMinimumWidth(style.px(56))
        longest = self._ago.fontMetrics().horizontalAdvance(LONGEST)
        self._ago.setMinimumWidth(longest + style.px(4))
        for part in (took, self._ago):
            part.setAlignment(
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            )
            body.addWidget(part)
        self.setLayout(body)
        self.setMinimumHeight(style.px(32))
        self._ended = job.ended
        self.tick(now)

    def tick(self, now: float) -> None:
        """Say how long ago, as of now."""
        self._ago.setText(ago(self._ended, now))

    def _explain(self, style: Style, job: Job) -> QPushButton:
        return button(
            style,
            "Explain",
            lambda: self.explain_wanted.emit(job),
            role="quiet",
            name=f"Explain why {job_name(job)} failed",
        )

    def _again(self, style: Style, job: Job) -> QPushButton:
        return button(
            style,
            "Run again…",
            lambda: self.again_wanted.emit(job),
            role="quiet",
            name=f"Run {job_name(job)} again",
        )


class RecentJobs(Card):
    """The last few ended jobs with their outcome.

    Signals:
        explain_wanted, again_wanted: the failed `Job`.
    """

    explain_wanted = Signal(object)
    again_wanted = Signal(object)

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._style = style
        self._shown: tuple[Job, ...] | None = None
        self._rows: list[JobRow] = []
        self.body.addWidget(label(style, "Recent jobs", size=CAPTION, muted=True))
        self._none = label(style, "No job has ended yet.", muted=True, wrap=True)
        self.body.addWidget(self._none)
        self._list = QVBoxLayout()
        self._list.setSpacing(style.px(GAP))
        self.body.addLayout(self._list)
        self.body.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_jobs(self, jobs: tuple[Job, ...], now: float, rows: int = ROWS) -> None:
        """Show the newest ones."""
        wanted = jobs[:rows]
        if wanted != self._shown:
            self._rebuild(wanted, now)
        for shown in self._rows:
            shown.tick(now)

    def _rebuild(self, jobs: tuple[Job, ...], now: float) -> None:
        self._shown, self._rows = jobs, []
        while (item := self._list.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._none.setVisible(not jobs)
        for index, job in enumerate(jobs):
            if index:
                self._list.addWidget(line())
            made = JobRow(self._style, job, now)
            made.explain_wanted.connect(self.explain_wanted)
            made.again_wanted.connect(self.again_wanted)
            self._rows.append(made)
            self._list.addWidget(made)
