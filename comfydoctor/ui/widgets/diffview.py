"""Two states side by side: what differs, as it was then, as it is now."""

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from comfydoctor.model.difference import Difference, DiffKind, WorkflowDiff
from comfydoctor.ui.theme import CAPTION, GAP, GRID, Level, Style
from comfydoctor.ui.widgets.card import column, row
from comfydoctor.ui.widgets.choice import Check
from comfydoctor.ui.widgets.label import label
from comfydoctor.ui.widgets.skeleton import Skeleton
from comfydoctor.ui.words import one_line, shown

MOST = 500
"""Rows; what is beyond is counted."""
HEADS = ("What", "Then", "Now")
Index = QModelIndex | QPersistentModelIndex
COLOURS = {
    DiffKind.ADDED: Level.OK,
    DiffKind.REMOVED: Level.ERROR,
    DiffKind.MODEL: Level.WARNING,
}


class DiffView(QWidget):
    """A sentence, the table, and a switch for what is folded away.

    Signals:
        node_chosen: id of the node whose row is chosen, or empty.
    """

    node_chosen = Signal(str)

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._diff: WorkflowDiff | None = None
        self.sentence = label(style, muted=True, wrap=True)
        self.folded = Check(style, "Seeds and places")
        self.folded.toggled.connect(self._show)
        self.model = DiffModel(style)
        self.table = _table(style, self.model)
        self.table.selectionModel().selectionChanged.connect(self._on_chosen)
        self.detail = label(style, size=CAPTION, wrap=True)
        self.wait = Skeleton(style, 0.8, 0.5, 0.7, name="The versions are compared")
        head = row(style)
        head.addWidget(self.sentence, 1)
        head.addWidget(self.folded)
        body = column(style, space=GRID)
        body.addLayout(head)
        body.addWidget(self.wait)
        body.addWidget(self.table, 1)
        body.addWidget(self.detail)
        body.addStretch(0)
        self._body = body
        body.setSpacing(style.px(GAP))
        self.setLayout(body)
        self.say("")

    def say(self, text: str, *, waiting: bool = False) -> None:
        """Words in place of a comparison."""
        self._diff = None
        self.sentence.setText(text)
        self.wait.setVisible(waiting)
        self._body.setStretch(self._body.count() - 1, 1)
        for part in (self.table, self.folded, self.detail):
            part.hide()

    def show_diff(self, diff: WorkflowDiff) -> None:
        """The differences in words, and beside each other."""
        self._diff = diff
        self.wait.hide()
        hidden = diff.seeds + diff.layout
        self.folded.setVisible(bool(hidden))
        self._show()

    def _show(self, *_: object) -> None:
        if self._diff is None:
            return
        listed = self._diff.differences if self.folded.isChecked() else self._diff.shown
        beyond = len(listed) - MOST
        more = f" The first {MOST} are shown." if beyond > 0 else ""
        self.sentence.setText(f"{self._diff.summary}.{more}")
        self.model.show_differences(listed[:MOST])
        self.table.setVisible(bool(listed))
        self._body.setStretch(self._body.count() - 1, 0 if listed else 1)
        self.detail.hide()

    def _on_chosen(self, *_: object) -> None:
        rows = self.table.selectionModel().selectedRows()
        place = rows[0].row() if rows else -1
        if not 0 <= place < len(self.model.differences):
            self.node_chosen.emit("")
            return
        found = self.model.differences[place]
        long = max(len(found.before), len(found.after)) > 40
        then, now = shown(found.before, 600), shown(found.after, 600)
        self.detail.setText(f"Then: {then}\nNow: {now}")
        self.detail.setVisible(long)
        valued = found.kind in {DiffKind.VALUE, DiffKind.MODEL, DiffKind.SEED}
        self.node_chosen.emit(found.node if valued else "")


class DiffModel(QAbstractTableModel):
    """One difference a row."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._style = style
        self.differences: tuple[Difference, ...] = ()

    def show_differences(self, differences: tuple[Difference, ...]) -> None:
        """Show these."""
        self.beginResetModel()
        self.differences = differences
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's
        """Differences."""
        return 0 if parent.isValid() else len(self.differences)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's
        """What, then, now."""
        return 0 if parent.isValid() else len(HEADS)

    def headerData(  # noqa: N802 - Qt's name
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """The columns' words."""
        across = orientation is Qt.Orientation.Horizontal
        if role == Qt.ItemDataRole.DisplayRole and across:
            return HEADS[section]
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return left if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Words, and a tint for what came and went."""
        found = self.differences[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cells(found)[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return found.words
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == 0:
            level = COLOURS.get(found.kind)
            return self._style.colour(level.value) if level else None
        return None


def cells(found: Difference) -> tuple[str, str, str]:
    """The three texts of a row."""
    what = one_line(f"{found.label} {found.input}".strip(), 120)
    match found.kind:
        case DiffKind.ADDED:
            return f"+ {what}", "—", one_line(found.after) or "there"
        case DiffKind.REMOVED:
            return f"− {what}", one_line(found.before) or "there", "—"
        case DiffKind.GROUP:
            none = "no group"
            return what, found.before or none, found.after or none
        case DiffKind.LAYOUT:
            return what, "elsewhere", "moved"
        case DiffKind.TITLE:
            return f"{what} title", one_line(found.before), one_line(found.after)
    empty = "nothing"
    return what, one_line(found.before) or empty, one_line(found.after) or empty


def _table(style: Style, model: DiffModel) -> QTableView:
    table = QTableView()
    table.setModel(model)
    model.setParent(table)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setShowGrid(False)
    table.setMinimumHeight(style.px(140))
    table.setWordWrap(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(style.px(30))
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    table.horizontalHeader().setHighlightSections(False)
    table.setAccessibleName("What differs between the two versions")
    return table
