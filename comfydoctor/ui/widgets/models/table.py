"""The list of models: sorted with problems first, filtered as one types."""

from collections.abc import Callable
from typing import ClassVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from comfydoctor.model.modelfile import ModelFile
from comfydoctor.ui.theme import GRID, Level, Style
from comfydoctor.ui.widgets.models import words
from comfydoctor.ui.widgets.shape import paint_shape
from comfydoctor.ui.words import one_line

Index = QModelIndex | QPersistentModelIndex
Key = Callable[[ModelFile], tuple[object, ...]]
COLUMNS = ("Name", "Kind", "Base", "Size", "State")
NAME, KIND, FAMILY, SIZE, STATE = range(5)
WIDTHS = {KIND: 136, FAMILY: 176, SIZE: 88, STATE: 136}
_ORDER = {Level.ERROR: 0, Level.WARNING: 1, Level.UNKNOWN: 3, Level.OK: 3}


def by_trouble(file: ModelFile) -> tuple[object, ...]:
    """Problems first, then by name."""
    return _ORDER.get(words.level(file), 2), file.name.casefold()


KEYS: dict[int, Key] = {
    NAME: lambda file: (file.name.casefold(),),
    KIND: lambda file: (words.kind(file), file.name.casefold()),
    FAMILY: lambda file: (words.family(file), file.name.casefold()),
    SIZE: lambda file: (file.size or 0, file.name.casefold()),
    STATE: by_trouble,
}


class ModelTable(QAbstractTableModel):
    """Rows of the files that are to be seen."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self.rows: list[ModelFile] = []
        self._style = style
        self._files: tuple[ModelFile, ...] = ()
        self._wanted = ""
        self._folder = ""
        self._only_problems = False
        self._key: Key = by_trouble
        self._backwards = False
        self._shapes = {one: _shape(style, one) for one in Level}

    def show_files(self, files: tuple[ModelFile, ...]) -> None:
        """Other files, under the same filter."""
        self._files = files
        self._arrange()

    def narrow(self, wanted: str, folder: str, *, only_problems: bool) -> None:
        """Show only what fits."""
        self._wanted, self._folder = wanted.casefold().strip(), folder
        self._only_problems = only_problems
        self._arrange()

    def sort(
        self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder
    ) -> None:
        """By one column."""
        self._key = KEYS.get(column, by_trouble)
        self._backwards = order is Qt.SortOrder.DescendingOrder
        self._arrange()

    def _arrange(self) -> None:
        self.beginResetModel()
        chosen = [file for file in self._files if self._fits(file)]
        chosen.sort(key=self._key, reverse=self._backwards)
        self.rows = chosen
        self.endResetModel()

    def _fits(self, file: ModelFile) -> bool:
        if self._folder and file.folder != self._folder:
            return False
        if self._only_problems and words.level(file) in (Level.OK, Level.UNKNOWN):
            return False
        said = f"{file.name} {words.kind(file)} {file.family} {words.state(file)}"
        return all(part in said.casefold() for part in self._wanted.split())

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """One row a file."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """Name, kind, base, size, state."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(  # noqa: N802 - Qt's name
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """The columns' words."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """One cell."""
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        file, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._cell(file, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(column)
        if role == Qt.ItemDataRole.DecorationRole and column == STATE:
            return self._shapes[words.level(file)]
        if role == Qt.ItemDataRole.ForegroundRole and column == STATE:
            level = words.level(file)
            quiet = level in (Level.OK, Level.INFO)
            colours = self._style.colours
            return QColor(colours.text if quiet else colours.level(level))
        return None

    def _cell(self, file: ModelFile, column: int) -> str:
        if column == NAME:
            return one_line(file.name, 200)
        if column == KIND:
            return words.kind(file)
        if column == FAMILY:
            return words.family(file)
        return words.bytes_of(file) if column == SIZE else words.state(file)

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        side = (
            Qt.AlignmentFlag.AlignRight
            if column == SIZE
            else (Qt.AlignmentFlag.AlignLeft)
        )
        return side | Qt.AlignmentFlag.AlignVCenter


def _shape(style: Style, level: Level) -> QPixmap:
    side = style.px(12)
    made = QPixmap(side, side)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    inset = side / 12
    box = QRectF(inset, inset, side - 2 * inset, side - 2 * inset)
    paint_shape(painter, level, box, QColor(style.colours.level(level)))
    painter.end()
    return made


class ModelList(QTableView):
    """The table.

    Signals:
        chosen: the `ModelFile` that is chosen, or None.
    """

    chosen = Signal(object)

    _ROW: ClassVar[int] = 4 * GRID

    def __init__(self, style: Style) -> None:
        super().__init__()
        self.files = ModelTable(style)
        self.setModel(self.files)
        self.setFont(style.font())
        self.setAccessibleName("Model files")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(style.px(self._ROW))
        self._prepare_head(style)
        self.selectionModel().selectionChanged.connect(self._on_selection)
        self._path = ""
        self.files.modelReset.connect(self._choose_again)

    def _prepare_head(self, style: Style) -> None:
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        head.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        head.setHighlightSections(False)
        for column, wide in WIDTHS.items():
            self.setColumnWidth(column, style.px(wide))
        head.setSortIndicator(STATE, Qt.SortOrder.AscendingOrder)
        head.setSectionsClickable(True)
        head.setSortIndicatorShown(True)
        head.sortIndicatorChanged.connect(self.files.sort)

    def current(self) -> ModelFile | None:
        """The file that is chosen."""
        rows = self.selectionModel().selectedRows()
        if not rows or rows[0].row() >= len(self.files.rows):
            return None
        return self.files.rows[rows[0].row()]

    def choose(self, path: str) -> None:
        """Choose a file by its path."""
        self._path = path
        self._choose_again()

    def _choose_again(self) -> None:
        for row, file in enumerate(self.files.rows):
            if file.path == self._path:
                flags = QItemSelectionModel.SelectionFlag
                index = self.files.index(row, 0)
                self.selectionModel().setCurrentIndex(
                    index, flags.ClearAndSelect | flags.Rows
                )
                return

    def _on_selection(self, *_changes: object) -> None:
        file = self.current()
        if file is not None:
            self._path = file.path
        self.chosen.emit(file)
