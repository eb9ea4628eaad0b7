"""What stands below the live cards: findings, the running job, charts, ended jobs."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from comfydoctor.model.finding import Finding, FixRef
from comfydoctor.model.fix import JournalEntry
from comfydoctor.model.job import Job
from comfydoctor.model.server import Reach
from comfydoctor.model.snapshot import Snapshot
from comfydoctor.ui.panels.panel import FixAsk, Setting
from comfydoctor.ui.theme import GRID, Level
from comfydoctor.ui.widgets.badge import Badge
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.card import Card, clear, column, row
from comfydoctor.ui.widgets.finding import FindingList
from comfydoctor.ui.widgets.job import CurrentJob, RecentJobs, job_name
from comfydoctor.ui.widgets.label import label
from comfydoctor.ui.widgets.skeleton import Skeleton
from comfydoctor.ui.words import ago, one_line, shown

if TYPE_CHECKING:
    from comfydoctor.ui.charts.group import ChartGroup
    from comfydoctor.ui.readings import Readings

SETTLING = (
    ("inspect", "Look again", "primary"),
    ("finish", "Finish it", ""),
    ("give_up", "Leave it as it is", "quiet"),
)
CHARTS_PLACE = 2
CHARTS = (
    "gpu.load",
    "gpu.vram_used",
    "queue.remaining",
    "host.cpu",
    "server.ram_used",
)
"""The first three of these that have readings."""


class Unfinished(QWidget):
    """Actions that were cut off, with the ways to settle them.

    Signals:
        settle_wanted: id of the entry, and inspect, finish or give_up.
    """

    settle_wanted = Signal(str, str)

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self._style = setting.style
        self._entries: tuple[JournalEntry, ...] = ()
        self._body = column(setting.style, space=GRID)
        self.setLayout(self._body)
        self.hide()

    def show_entries(self, entries: tuple[JournalEntry, ...], now: float) -> None:
        """Show exactly these."""
        if entries == self._entries:
            return
        self._entries = entries
        clear(self._body)
        for entry in entries:
            self._body.addWidget(self._card(entry, now))
        self.setVisible(bool(entries))

    def _card(self, entry: JournalEntry, now: float) -> Card:
        style = self._style
        card = Card(style)
        title = one_line(entry.title)
        words = label(style, f"{title} was begun and not finished", bold=True)
        head = row(style, Badge(style, Level.WARNING, "Unfinished"), words, None)
        card.body.addLayout(head)
        said = entry.said or f"Begun {ago(entry.time, now)}; its end is not known."
        card.body.addWidget(label(style, shown(said, 400), wrap=True))
        buttons = row(style, space=GRID)
        for how, action, role in SETTLING:
            settle = partial(self.settle_wanted.emit, entry.id, how)
            buttons.addWidget(button(style, action, settle, role=role))
        buttons.addStretch(1)
        card.body.addLayout(buttons)
        return card


class Details(QWidget):
    """Made after the first paint, which needs none of it.

    Signals:
        fix_wanted: a `FixAsk`.
        ignore_wanted: key of a finding.
        explain_wanted: a failed job.
    """

    fix_wanted = Signal(object)
    ignore_wanted = Signal(str)
    explain_wanted = Signal(object)

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self._setting = setting
        style = setting.style
        self.group: ChartGroup | None = None
        self.findings = FindingList(style, setting.icons)
        self.job = CurrentJob(style)
        self.recent = RecentJobs(style)
        self.waiting = Skeleton(style, 0.4, 0.9, name="Charts are loading")
        self._body = body = QVBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(style.px(2 * GRID))
        for part in (self.findings, self.job, self.waiting, self.recent):
            body.addWidget(part)
        self.findings.fix_wanted.connect(self._on_fix)
        self.findings.ignore_wanted.connect(self.ignore_wanted)
        self.job.stop_wanted.connect(self._on_stop)
        self.recent.explain_wanted.connect(self.explain_wanted)
        self.recent.again_wanted.connect(self._on_again)

    def show_snapshot(self, snapshot: Snapshot, now: float) -> None:
        """Everything that the snapshot says of these."""
        self.findings.show_findings(snapshot.findings, now)
        self.job.show_job(snapshot, now)
        self.job.setEnabled(snapshot.connection.reach is Reach.CONNECTED)
        self.recent.show_jobs(snapshot.recent, now)

    def charts_loaded(self, key: str, readings: "Readings") -> None:
        """The plotting library is there: the last five minutes below the job."""
        if self.group is not None:
            return
        from comfydoctor.ui.charts.group import ChartGroup

        setting = self._setting
        self.group = ChartGroup(
            setting.style,
            setting.bridge,
            CHARTS,
            setting.clock,
            height=120,
            least=260,
            columns=3,
            most=3,
        )
        self.waiting.hide()
        self._body.insertWidget(CHARTS_PLACE, self.group)
        self.group.show_server(key, readings)

    def show_server(self, key: str, readings: "Readings") -> None:
        """Another server's readings."""
        if self.group is not None:
            self.group.show_server(key, readings)

    def tick(self, snapshot: Snapshot, now: float) -> None:
        """Ages and curves go on."""
        self.recent.show_jobs(snapshot.recent, now)
        if self.group is not None and not self.group.paused_at:
            self.group.draw()

    def _on_fix(self, _finding: Finding, ref: FixRef) -> None:
        self.fix_wanted.emit(FixAsk.of(ref))

    def _on_again(self, job: Job) -> None:
        ask = FixAsk("resubmit-job", job.id, f"Run {job_name(job)} again")
        self.fix_wanted.emit(ask)

    def _on_stop(self, job_id: str) -> None:
        self.fix_wanted.emit(FixAsk("interrupt-job", job_id, "Stop the running job"))
