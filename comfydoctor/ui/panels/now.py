"""Overview: how the server is, at a glance, and what to press."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from comfydoctor.model.finding import Finding, FixRef
from comfydoctor.model.fix import JournalEntry
from comfydoctor.model.server import Reach
from comfydoctor.model.snapshot import Snapshot
from comfydoctor.ui.panels.now_cards import NowCards
from comfydoctor.ui.panels.panel import FixAsk, Panel, Setting
from comfydoctor.ui.readings import Readings
from comfydoctor.ui.theme import GRID, VERDICT, Level
from comfydoctor.ui.verdict import verdict
from comfydoctor.ui.widgets.badge import Badge
from comfydoctor.ui.widgets.button import button, iconed
from comfydoctor.ui.widgets.card import Card, Page, column, row
from comfydoctor.ui.widgets.finding import FindingList
from comfydoctor.ui.widgets.flow import Flow
from comfydoctor.ui.widgets.job import CurrentJob, RecentJobs
from comfydoctor.ui.widgets.label import label
from comfydoctor.ui.widgets.shape import Shape
from comfydoctor.ui.widgets.skeleton import Skeleton
from comfydoctor.ui.words import ago, one_line, shown

if TYPE_CHECKING:
    from comfydoctor.ui.charts.group import ChartGroup

SETTLING = (
    ("inspect", "See how it ended", "primary"),
    ("finish", "Finish it", ""),
    ("give_up", "Leave it as it is", "quiet"),
)
CHARTS = ("gpu.load", "gpu.vram_used", "queue.remaining")


class NowPanel(Panel):
    """The page "Now".

    Signals:
        walk_wanted: "Something's wrong" was pressed.
        explain_wanted: a failed job to explain.
        chart_wanted: metric whose chart is to be opened.
        ignore_wanted: key of a finding.
    """

    walk_wanted = Signal()
    explain_wanted = Signal(object)
    chart_wanted = Signal(str)
    ignore_wanted = Signal(str)

    id, title, icon = "now", "Now", "home-heart"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        style = self.style_
        self.page = Page(style)
        self.cards = NowCards(style, self.icons)
        self.findings = FindingList(style, self.icons)
        self.job = CurrentJob(style)
        self.recent = RecentJobs(style)
        self._unfinished = QWidget()
        self._unfinished.setLayout(column(style, space=GRID))
        self._entries: tuple[JournalEntry, ...] = ()
        body = self.page.body
        body.addLayout(self._head())
        body.addWidget(self._unfinished)
        body.addWidget(self.cards)
        body.addWidget(self.findings)
        body.addWidget(self._lower())
        body.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.page)
        self._connect()

    def _connect(self) -> None:
        self.findings.fix_wanted.connect(self._on_fix)
        self.findings.ignore_wanted.connect(self.ignore_wanted)
        self.job.stop_wanted.connect(self._on_stop)
        self.recent.explain_wanted.connect(self.explain_wanted)
        self.cards.chart_wanted.connect(self.chart_wanted)

    def _lower(self) -> Flow:
        """The running job above the charts, the ended ones beside them."""
        left = QWidget()
        self.charts = column(self.style_, space=2 * GRID)
        self.charts.addWidget(self.job)
        self.group: ChartGroup | None = None
        self.waiting = Skeleton(self.style_, 0.4, 0.9, name="Charts are loading")
        self.charts.addWidget(self.waiting)
        self.charts.addStretch(1)
        left.setLayout(self.charts)
        both = Flow(self.style_, 360, most=2, top=True)
        both.set_items([left, self.recent])
        return both

    def _head(self) -> QVBoxLayout:
        style = self.style_
        self._shape = Shape(style, Level.UNKNOWN, 20)
        self.sentence = label(style, size=VERDICT, bold=True, wrap=True)
        self.advice = label(style, muted=True, wrap=True)
        self.wrong = button(
            style, "Something's wrong", self.walk_wanted.emit, role="primary"
        )
        iconed(self.wrong, self.icons, "lifebuoy", "on_accent")
        self.wrong.setMinimumHeight(style.px(40))
        head = row(style, self._shape, space=12)
        head.addWidget(self.sentence, 1)
        head.addWidget(self.wrong)
        for part in (self._shape, self.sentence):
            head.setAlignment(part, Qt.AlignmentFlag.AlignVCenter)
        words = column(style, space=4)
        words.addLayout(head)
        words.addWidget(self.advice)
        return words

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Everything that the snapshot says."""
        now = self.now()
        said = verdict(snapshot, now)
        self._shape.set_level(said.level, said.words)
        self.sentence.setText(said.sentence)
        self.advice.setText(said.advice)
        self.advice.setVisible(bool(said.advice))
        self._show_unfinished(snapshot.unfinished, now)
        self.cards.show_readings(snapshot, self.readings, now)
        self.findings.show_findings(snapshot.findings, now)
        self.job.show_job(snapshot, now)
        self.job.setEnabled(snapshot.connection.reach is Reach.CONNECTED)
        self.recent.show_jobs(snapshot.recent, now)

    def charts_loaded(self) -> None:
        """The plotting library is there: the last five minutes below the job."""
        if self.group is not None:
            return
        from comfydoctor.ui.charts.group import ChartGroup

        clock = self.setting.clock
        self.group = ChartGroup(
            self.style_, self.bridge, CHARTS, clock, height=120, columns=1
        )
        self.waiting.hide()
        self.charts.insertWidget(1, self.group)
        self.group.show_server(self.key, self.readings)

    def show_server(self, snapshot: Snapshot | None, readings: Readings) -> None:
        """Another server."""
        super().show_server(snapshot, readings)
        if self.group is not None:
            self.group.show_server(self.key, readings)

    def tick(self) -> None:
        """Ages and curves go on even when nothing happens."""
        if self.group is not None and not self.group.paused_at:
            self.group.draw()
        if self.snapshot is not None:
            now = self.now()
            self.cards.show_readings(self.snapshot, self.readings, now)
            self.recent.show_jobs(self.snapshot.recent, now)

    def refresh_icons(self) -> None:
        """The icon font has come."""
        super().refresh_icons()
        iconed(self.wrong, self.icons, "lifebuoy", "on_accent")
        self.cards.refresh_icons()

    def _show_unfinished(self, entries: tuple[JournalEntry, ...], now: float) -> None:
        if entries == self._entries:
            return
        self._entries = entries
        body = self._unfinished.layout()
        while body is not None and (item := body.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for entry in entries:
            if body is not None:
                body.addWidget(self._unfinished_card(entry, now))
        self._unfinished.setVisible(bool(entries))

    def _unfinished_card(self, entry: JournalEntry, now: float) -> Card:
        style = self.style_
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

    def _on_fix(self, finding: Finding, ref: FixRef) -> None:
        self.fix_wanted.emit(FixAsk.of(ref))

    def _on_stop(self, job_id: str) -> None:
        self.fix_wanted.emit(FixAsk("interrupt-job", job_id, "Stop the running job"))
