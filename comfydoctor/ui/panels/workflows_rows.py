"""The two lists of the page "Workflows": workflows, and the versions of one."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from comfydoctor.model.job import JobState
from comfydoctor.model.version import Dated, KeptWorkflow
from comfydoctor.ui.theme import BODY, CAPTION, Style
from comfydoctor.ui.widgets.outcomes import (
    outcomes_width,
    outcomes_words,
    paint_outcomes,
)
from comfydoctor.ui.words import ago, count, one_line

SPARK = 8
Index = QModelIndex | QPersistentModelIndex


class Row(NamedTuple):
    """What one line of a list shows."""

    id: int
    title: str
    more: str
    states: tuple[JobState, ...]
    mark: str = ""


def workflow_row(workflow: KeptWorkflow, now: float) -> Row:
    """A workflow as the list shows it."""
    more = f"{count(workflow.versions, 'version')} · {ago(workflow.newest, now)}"
    name = one_line(workflow.place.name, 80)
    return Row(workflow.id, name, more, workflow.outcomes[-SPARK:])


class Fold(NamedTuple):
    """Versions in a row that differ in seeds and layout only; the newest stands."""

    first: Dated
    others: int = 0


def fold(dated: Sequence[Dated]) -> list[Fold]:
    """Newest first; what somebody marked always stands by itself."""
    folds: list[Fold] = []
    joined = False
    for each in dated:
        if joined and not each.version.kept_by_person:
            folds[-1] = Fold(folds[-1].first, folds[-1].others + 1)
        else:
            folds.append(Fold(each))
        joined = each.seeds_only
    return folds


def version_row(folded: Fold, good: int | None, newest: bool, now: float) -> Row:
    """A version as the timeline shows it."""
    version = folded.first.version
    title = version.name or ("Now" if newest else ago(version.time, now))
    words = [version.origin.value]
    if version.name or newest:
        words.insert(0, ago(version.time, now))
    if folded.others:
        words.append(f"{folded.others} more with other seeds")
    if version.note:
        words.append(version.note)
    marks = [
        "★" if version.starred else "",
        "pinned" if version.pinned else "",
        "last good" if version.id == good else "",
    ]
    mark = " · ".join(text for text in marks if text)
    states = tuple(run.state for run in folded.first.runs[-SPARK:])
    return Row(version.id, one_line(title), one_line(" · ".join(words)), states, mark)


class Rows(QAbstractListModel):
    """Lines that are painted by `Lines`."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []

    def show_rows(self, rows: list[Row]) -> None:
        """Show these; nothing is touched when they are the same."""
        if rows == self.rows:
            return
        if [row.id for row in rows] == [row.id for row in self.rows]:
            self.rows = rows
            last = self.index(len(rows) - 1)
            self.dataChanged.emit(self.index(0), last)
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's
        """Lines."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The words; the shapes are painted."""
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            parts = (row.title, row.more, row.mark, outcomes_words(row.states))
            return ", ".join(part for part in parts if part)
        return None


class Lines(QStyledItemDelegate):
    """Title and outcomes above, the rest below."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._style = style

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's
        """Two lines of text."""
        return QSize(self._style.px(160), self._style.px(52))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """The ground of the list's style, then ours."""
        model = index.model()
        if not isinstance(model, Rows):
            return
        row, style = model.rows[index.row()], self._style
        box: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, option, box)
        inner = box.adjusted(style.px(12), style.px(6), -style.px(12), -style.px(6))
        fitting = max(1, inner.width() // 2 // outcomes_width(style, 1))
        states = row.states[-fitting:]
        room = outcomes_width(style, len(states))
        middle = inner.top() + inner.height() // 4
        paint_outcomes(painter, style, states, inner.right() - room, middle)
        upper = QRect(inner.left(), inner.top(), inner.width() - room, 0)
        upper.setHeight(inner.height() // 2)
        self._text(painter, upper, row.title, "text", BODY, bold=True)
        lower = QRect(inner)
        lower.setTop(inner.top() + inner.height() // 2)
        if row.mark:
            lower.setRight(lower.right() - self._mark(painter, lower, row.mark))
        self._text(painter, lower, row.more, "muted", CAPTION)
        painter.restore()

    def _ground(
        self, painter: QPainter, option: QStyleOptionViewItem, box: QRect
    ) -> None:
        from PySide6.QtWidgets import QStyle

        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, self._style.colour("selection"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, self._style.colour("hover"))

    def _mark(self, painter: QPainter, box: QRect, text: str) -> int:
        """At the right; returns the room it took."""
        painter.setFont(self._style.font(CAPTION, bold=True))
        painter.setPen(self._style.colour("ok"))
        wide = painter.fontMetrics().horizontalAdvance(text)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box, right, text)
        return wide + self._style.px(8)

    def _text(
        self,
        painter: QPainter,
        box: QRect,
        text: str,
        colour: str,
        size: int,
        *,
        bold: bool = False,
    ) -> None:
        painter.setFont(self._style.font(size, bold=bold))
        painter.setPen(self._style.colour(colour))
        end = Qt.TextElideMode.ElideRight
        fitting = painter.fontMetrics().elidedText(text, end, box.width())
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box, left, fitting)


def rows_view(style: Style, name: str) -> tuple[QListView, Rows]:
    """A list with its model."""
    view, model = QListView(), Rows()
    view.setModel(model)
    view.setItemDelegate(Lines(style))
    view.itemDelegate().setParent(view)
    model.setParent(view)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setUniformItemSizes(True)
    view.setMouseTracking(True)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setAccessibleName(name)
    return view, model


def chosen(view: QListView) -> int | None:
    """Id of the selected line."""
    model, rows = view.model(), view.selectionModel().selectedRows()
    if not isinstance(model, Rows) or not rows:
        return None
    return model.rows[rows[0].row()].id


def choose(view: QListView, wanted: int | None) -> bool:
    """Select a line by its id; whether it is there."""
    model = view.model()
    if not isinstance(model, Rows):
        return False
    for place, row in enumerate(model.rows):
        if row.id == wanted:
            view.setCurrentIndex(model.index(place))
            return True
    return False
