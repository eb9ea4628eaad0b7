"""Charts: every metric over time."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from comfydoctor.model.snapshot import Snapshot
from comfydoctor.ui.panels.panel import Panel, Setting
from comfydoctor.ui.readings import Readings
from comfydoctor.ui.theme import GRID, VERDICT
from comfydoctor.ui.widgets.card import Page, column
from comfydoctor.ui.widgets.label import label
from comfydoctor.ui.widgets.skeleton import Skeleton
from comfydoctor.ui.words import one_line

if TYPE_CHECKING:
    from comfydoctor.ui.charts.group import ChartGroup

METRICS = (
    "gpu.load",
    "gpu.vram_used",
    "queue.remaining",
    "gpu.temperature",
    "gpu.power",
    "server.ram_used",
    "server.latency",
    "host.cpu",
)


class ChartsPanel(Panel):
    """The page "Charts"."""

    id, title, icon = "charts", "Charts", "chart-line"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        style = self.style_
        self.group: ChartGroup | None = None
        self.page = Page(style)
        self.sentence = label(style, "Charts", size=VERDICT, bold=True, wrap=True)
        self.place = column(style, space=2 * GRID)
        self.waiting = Skeleton(style, 0.5, 0.9, 0.8, 0.9, name="Charts are loading")
        self.place.addWidget(self.waiting)
        self.page.body.addWidget(self.sentence)
        self.page.body.addLayout(self.place)
        self.page.body.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.page)

    def charts_loaded(self) -> None:
        """The plotting library is there."""
        if self.group is not None:
            return
        from comfydoctor.ui.charts.group import ChartGroup

        self.waiting.hide()
        self.group = ChartGroup(self.style_, self.bridge, METRICS, self.setting.clock)
        self.place.addWidget(self.group)
        self.group.show_server(self.key, self.readings)

    def show_metric(self, metric: str) -> None:
        """Bring one chart into view."""
        if self.group is not None and metric in self.group.charts:
            chart = self.group.charts[metric]
            self.page.ensureWidgetVisible(chart)
            chart.setFocus()

    def show_server(self, snapshot: Snapshot | None, readings: Readings) -> None:
        """Another server."""
        super().show_server(snapshot, readings)
        if snapshot is not None:
            self.sentence.setText(f"Readings of {one_line(snapshot.profile.name, 60)}")
        if self.group is not None:
            self.group.show_server(self.key, readings)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Jobs stand on the time axis."""
        if self.group is not None:
            running = (snapshot.running,) if snapshot.running else ()
            self.group.show_jobs((*snapshot.recent, *running))

    def tick(self) -> None:
        """Now has moved on."""
        if self.group is not None and not self.group.paused_at:
            self.group.draw()
