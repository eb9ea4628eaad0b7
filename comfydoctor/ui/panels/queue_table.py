"""The table of waiting jobs: who queued them, what they need, when they may run."""

from statistics import median

from PySide6.QtCore import (
    QAbstractTableModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from comfydoctor.model.job import Job, JobState
from comfydoctor.model.snapshot import Snapshot
from comfydoctor.ui.theme import GRID, Style
from comfydoctor.ui.widgets.job import job_name
from comfydoctor.ui.words import DASH, duration, number, one_line, short_id

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("Place", "Workflow", "Models", "Starts", "Queued by")
MIME = "application/x-comfydoctor-job"
SHOWN_MODELS = 3


class WaitingModel(QAbstractTableModel):
    """Waiting jobs in the order in which they run; ten thousand cost nothing.

    Signals:
        moved: a job's id, and the place (from 1) that it was dropped at.
    """

    moved = Signal(str, int)

    def __init__(self) -> None:
        super().__init__()
        self.jobs: tuple[Job, ...] = ()
        self._waits: tuple[float | None, ...] = ()

    def show_jobs(self, jobs: tuple[Job, ...], waits: tuple[float | None, ...]) -> None:
        """Show these, with the seconds until each may start."""
        if jobs != self.jobs:
            self.beginResetModel()
            self.jobs, self._waits = jobs, waits
            self.endResetModel()
        elif waits != self._waits:
            self._waits = waits
            last = max(0, len(jobs) - 1)
            self.dataChanged.emit(self.index(0, 3), self.index(last, 3))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """One row a job."""
        return 0 if parent.isValid() else len(self.jobs)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """Place, name, models, wait, owner."""
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
        wait = self._waits[place] if place < len(self._waits) else None
        return (
            number(place + 1),
            job_name(job),
            models_words(job),
            wait_words(wait),
            owner_words(job),
        )[column]

    # Dragging.

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows are dragged; they are dropped between rows."""
        plain = super().flags(index)
        if index.isValid():
            return plain | Qt.ItemFlag.ItemIsDragEnabled
        return plain | Qt.ItemFlag.ItemIsDropEnabled

    def supportedDropActions(self) -> Qt.DropAction:  # noqa: N802 - Qt's name
        """Jobs are moved, never copied."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:  # noqa: N802 - Qt's name
        """Only our own rows."""
        return [MIME]

    def mimeData(self, indexes: list[QModelIndex]) -> QMimeData:  # type: ignore[override]  # noqa: N802 - Qt's name
        """The dragged job's id."""
        data = QMimeData()
        if indexes:
            data.setData(MIME, self.jobs[indexes[0].row()].id.encode())
        return data

    def dropMimeData(  # noqa: N802 - Qt's name
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, at: Index
    ) -> bool:
        """Ask for the move; the rows change when the server's queue has."""
        job_id = bytes(data.data(MIME).data()).decode("utf-8", "replace")
        before = [job.id for job in self.jobs]
        if job_id not in before:
            return False
        target = at.row() if row < 0 and at.isValid() else row
        target = len(before) if target < 0 else target
        place = target + 1 if target <= before.index(job_id) else target
        if place != before.index(job_id) + 1:
            self.moved.emit(job_id, place)
        return False  # else the view would take the row out by itself


def waiting_table(style: Style, model: WaitingModel) -> QTableView:
    """The view on it; rows can be dragged."""
    made = QTableView()
    made.setModel(model)
    made.setFont(style.font())
    made.setAccessibleName("Waiting jobs")
    made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    made.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
    made.setDragDropOverwriteMode(False)
    made.setDropIndicatorShown(True)
    made.setShowGrid(False)
    made.setTabKeyNavigation(False)
    made.setWordWrap(False)
    made.verticalHeader().hide()
    made.verticalHeader().setDefaultSectionSize(style.px(4 * GRID))
    head = made.horizontalHeader()
    head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    for stretched in (1, 2):
        head.setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)
    head.setHighlightSections(False)
    for index, wide in ((0, 64), (3, 128), (4, 128)):
        made.setColumnWidth(index, style.px(wide))
    return made


def models_words(job: Job) -> str:
    """The files it loads, without folders and endings."""
    names = [name.replace("\\", "/").rpartition("/")[2] for name in job.models]
    short = [one_line(name.rpartition(".")[0] or name, 40) for name in names]
    more = f" and {len(short) - SHOWN_MODELS} more" * (len(short) > SHOWN_MODELS)
    return (", ".join(short[:SHOWN_MODELS]) + more) or DASH


def wait_words(wait: float | None) -> str:
    """``about 4 min``; no decimals, for it is a guess."""
    if wait is None:
        return DASH
    if wait < 10:
        return "in seconds"
    return f"in about {duration(wait)}"


def owner_words(job: Job) -> str:
    """The start of the client's id, which is all that ComfyUI knows of a person."""
    return f"client {short_id(job.client_id)}" if job.client_id else "not known"


def waits(snapshot: Snapshot, now: float) -> tuple[float | None, ...]:
    """Seconds until each waiting job may start, by how long jobs took lately.

    A workflow's own times count, else the median of all; None where nothing has run.
    """
    times: dict[str, list[float]] = {}
    for job in snapshot.recent:
        if job.state is JobState.SUCCEEDED and job.seconds is not None:
            times.setdefault(job.workflow_name, []).append(job.seconds)
    every = [seconds for some in times.values() for seconds in some]
    if not every:
        return (None,) * len(snapshot.pending)

    def expected(job: Job) -> float:
        own = times.get(job.workflow_name) if job.workflow_name else None
        return median(own or every)

    passed = 0.0
    if snapshot.running is not None:
        begun = snapshot.running.started
        spent = 0.0 if begun is None else max(0.0, now - begun)
        passed = max(0.0, expected(snapshot.running) - spent)
    found: list[float | None] = []
    for job in snapshot.pending:
        found.append(passed)
        passed += expected(job)
    return tuple(found)
