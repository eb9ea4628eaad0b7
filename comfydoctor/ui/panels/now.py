"""Overview: how the server is, at a glance, and what to press."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout

from comfydoctor.model.snapshot import Snapshot
from comfydoctor.ui.panels.now_cards import NowCards
from comfydoctor.ui.panels.panel import Panel, Setting
from comfydoctor.ui.readings import Readings
from comfydoctor.ui.theme import VERDICT, Level
from comfydoctor.ui.verdict import verdict
from comfydoctor.ui.widgets.button import button, iconed
from comfydoctor.ui.widgets.card import Page, column, row
from comfydoctor.ui.widgets.label import label
from comfydoctor.ui.widgets.shape import Shape

if TYPE_CHECKING:
    from comfydoctor.ui.panels.now_details import Details, Unfinished

NO_SERVER = "No ComfyUI is being watched yet."
NARROW = 480
UNFINISHED_PLACE, DETAILS_PLACE = 1, 3


class NowPanel(Panel):
    """The page "Now": what the first paint needs, the rest after it.

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
        self.cards.chart_wanted.connect(self.chart_wanted)
        self.details: Details | None = None
        self.unfinished: Unfinished | None = None
        body = self.page.body
        body.addLayout(self._head())
        body.addWidget(self.cards)
        body.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.page)

    def _head(self) -> QVBoxLayout:
        style = self.style_
        self._shape = Shape(style, Level.UNKNOWN, 20)
        self.sentence = label(style, NO_SERVER, size=VERDICT, bold=True, wrap=True)
        self.advice = label(style, muted=True, wrap=True)
        self.wrong = button(
            style, "Something's wrong", self.walk_wanted.emit, role="primary"
        )
        iconed(self.wrong, self.icons, "lifebuoy", "on_accent")
        self.wrong.setMinimumHeight(style.px(40))
        said = row(style, self._shape, space=12)
        said.addWidget(self.sentence, 1)
        self._top = head = row(style, space=12)
        head.addLayout(said, 1)
        head.addWidget(self.wrong)
        words = column(style, space=4)
        words.addLayout(head)
        words.addWidget(self.advice)
        return words

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """In a narrow window the button stands below the sentence."""
        super().resizeEvent(event)
        narrow = self.width() < self.style_.px(NARROW)
        ways = QBoxLayout.Direction
        self._top.setDirection(ways.TopToBottom if narrow else ways.LeftToRight)

    def complete(self) -> None:
        """Findings, jobs and charts, which the first paint does without."""
        if self.details is not None:
            return
        from comfydoctor.ui.panels.now_details import Details, Unfinished

        self.unfinished = Unfinished(self.setting)
        self.unfinished.settle_wanted.connect(self.settle_wanted)
        self.details = details = Details(self.setting)
        details.fix_wanted.connect(self.fix_wanted)
        details.ignore_wanted.connect(self.ignore_wanted)
        details.explain_wanted.connect(self.explain_wanted)
        self.page.body.insertWidget(UNFINISHED_PLACE, self.unfinished)
        self.page.body.insertWidget(DETAILS_PLACE, details)
        if self.snapshot is not None:
            self.show_snapshot(self.snapshot)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Everything that the snapshot says."""
        now = self.now()
        said = verdict(snapshot, now)
        self._shape.set_level(said.level, said.words)
        self.sentence.setText(said.sentence)
        self.advice.setText(said.advice)
        self.advice.setVisible(bool(said.advice))
        self.cards.show_readings(snapshot, self.readings, now)
        if self.details is not None and self.unfinished is not None:
            self.unfinished.show_entries(snapshot.unfinished, now)
            self.details.show_snapshot(snapshot, now)

    def charts_loaded(self) -> None:
        """The plotting library is there."""
        self.complete()
        if self.details is not None:
            self.details.charts_loaded(self.key, self.readings)

    def show_server(self, snapshot: Snapshot | None, readings: Readings) -> None:
        """Another server."""
        super().show_server(snapshot, readings)
        if self.details is not None:
            self.details.show_server(self.key, readings)

    def tick(self) -> None:
        """Ages and curves go on even when nothing happens."""
        if self.snapshot is not None:
            now = self.now()
            self.cards.show_readings(self.snapshot, self.readings, now)
            if self.details is not None:
                self.details.tick(self.snapshot, now)

    def refresh_icons(self) -> None:
        """The icon font has come."""
        super().refresh_icons()
        iconed(self.wrong, self.icons, "lifebuoy", "on_accent")
        self.cards.refresh_icons()
