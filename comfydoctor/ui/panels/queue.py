"""Queue: what runs, what waits, and the buttons that change it."""

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QVBoxLayout

from comfydoctor.model.job import Job
from comfydoctor.model.snapshot import Snapshot
from comfydoctor.ui.panels.panel import FixAsk, Panel, Setting
from comfydoctor.ui.theme import GRID, VERDICT
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.card import column, row
from comfydoctor.ui.widgets.empty import Empty
from comfydoctor.ui.widgets.job import CurrentJob, job_name
from comfydoctor.ui.widgets.label import label
from comfydoctor.ui.words import DASH, ago, count, number, one_line, short_id

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("Place", "Workflow", "Nodes", "Queued", "Id")


class WaitingModel(QAbstractTableModel):
    """Waiting jobs in the order in which they run; ten thousand cost nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.jobs: tuple[Job, ...] = ()
        self.now = 0.0

    def show_jobs(self, jobs: tuple[Job, ...], now: float) -> None:
        """Show these."""
        self.now = now
        if jobs != self.jobs:
            self.beginResetModel()
            self.jobs = jobs
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """One row a job."""
        return 0 if parent.isValid() else len(self.jobs)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """Place, name, nodes, time, id."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(  # noqa: N802 - Qt's name
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """The columns' words."""
        across = orientation is Qt.Orientation.Horizontal
        if across and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        if across and role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """One cell's words."""
        if not index.isValid() or role != Qt.ItemDataRole.DisplayRole:
            return None
        return self._cell(self.jobs[index.row()], index.row(), index.column())

    def _cell(self, job: Job, place: int, column: int) -> str:
        if column == 0:
            return number(place + 1)
        if column == 1:
            return job_name(job)
        if column == 2:
            return DASH if job.node_count is None else number(job.node_count)
        if column == 3:
            return ago(job.created, self.now) or DASH
        return short_id(job.id)


class QueuePanel(Panel):
    """The page "Queue"."""

    id, title, icon = "queue", "Queue", "playlist-play"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        style = self.style_
        self.sentence = label(style, size=VERDICT, bold=True, wrap=True)
        self.job = CurrentJob(style)
        self.job.stop_wanted.connect(self._on_stop)
        self.clear = button(
            style,
            "Clear the queue, keep the jobs…",
            lambda: self._ask("clear-queue", title="Clear the queue, keep the jobs"),
            role="primary",
        )
        self.remove = button(style, "Remove the chosen job…", self._on_remove)
        self.model = WaitingModel()
        self.table = self._table()
        self.none = Empty(style, self.icons, "playlist-play", "No job is waiting")
        body: QVBoxLayout = column(style, space=2 * GRID, pad=3 * GRID)
        body.addWidget(self.sentence)
        body.addWidget(self.job)
        body.addLayout(row(style, self.clear, self.remove, None))
        body.addWidget(self.table, 1)
        body.addWidget(self.none, 1)
        self.setLayout(body)
        self.table.hide()
        self.clear.setEnabled(False)
        self.remove.setEnabled(False)

    def _table(self) -> QTableView:
        made = QTableView()
        made.setModel(self.model)
        made.setFont(self.style_.font())
        made.setAccessibleName("Waiting jobs")
        made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        made.setShowGrid(False)
        made.setTabKeyNavigation(False)
        made.setWordWrap(False)
        made.verticalHeader().hide()
        made.verticalHeader().setDefaultSectionSize(self.style_.px(4 * GRID))
        head = made.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        head.setHighlightSections(False)
        for index, wide in ((0, 72), (2, 80), (3, 128), (4, 112)):
            made.setColumnWidth(index, self.style_.px(wide))
        made.selectionModel().selectionChanged.connect(self._on_chosen)
        return made

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Sentence, running job and the waiting ones."""
        self.sentence.setText(queue_sentence(snapshot))
        self.job.show_job(snapshot, self.now())
        chosen = self._chosen()
        self.model.show_jobs(snapshot.pending, self.now())
        self._choose_again(chosen)
        waiting = bool(snapshot.pending)
        self.table.setVisible(waiting)
        self.none.setVisible(not waiting)
        if snapshot.queue_remaining is None:
            self.none.say("The queue has not been read yet")
        else:
            self.none.say("No job is waiting", "Jobs queued in ComfyUI appear here.")
        self.clear.setEnabled(waiting)
        self._on_chosen()

    def _chosen(self) -> Job | None:
        rows = self.table.selectionModel().selectedRows()
        if not rows or rows[0].row() >= len(self.model.jobs):
            return None
        return self.model.jobs[rows[0].row()]

    def _choose_again(self, job: Job | None) -> None:
        if job is None or self._chosen() == job:
            return
        for place, candidate in enumerate(self.model.jobs):
            if candidate.id == job.id:
                self.table.selectRow(place)
                return

    def _on_chosen(self, *_changes: object) -> None:
        self.remove.setEnabled(self._chosen() is not None)

    def _on_remove(self) -> None:
        job = self._chosen()
        if job is not None:
            title = f"Remove {one_line(job_name(job), 60)}"
            self._ask("cancel-job", job.id, title)

    def _on_stop(self, job_id: str) -> None:
        self._ask("interrupt-job", job_id, "Stop the running job")

    def _ask(self, fix: str, target: str = "", title: str = "") -> None:
        self.fix_wanted.emit(FixAsk(fix, target, title))


def queue_sentence(snapshot: Snapshot) -> str:
    """``1 job is running, 3 are waiting``, or what is known of that."""
    if snapshot.queue_remaining is None:
        return "The queue has not been read yet."
    waiting = len(snapshot.pending)
    first = "1 job is running" if snapshot.running else "No job is running"
    if not waiting and snapshot.queue_remaining > 1:
        return f"{count(snapshot.queue_remaining, 'job')} in the queue."
    verb = "is" if waiting == 1 else "are"
    return f"{first}, {waiting or 'none'} {verb if waiting else 'is'} waiting."
