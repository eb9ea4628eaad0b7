"""A console as a virtual list: only the lines in view cost anything."""

from collections import deque
from collections.abc import Iterable

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from comfydoctor.model.logline import LogLine
from comfydoctor.ui.theme import CAPTION, Style
from comfydoctor.ui.words import shown

KEPT_LINES = 5000
LONGEST = 2000
"""A line of a million signs froze a text field for 108 s; longer ones are cut."""
LEVELS = {"WARNING": "warning", "ERROR": "error", "CRITICAL": "critical"}
Index = QModelIndex | QPersistentModelIndex


class LogModel(QAbstractListModel):
    """The last lines; a progress bar's state is replaced by what comes next."""

    def __init__(self) -> None:
        super().__init__()
        self._all: deque[LogLine] = deque()
        self._seen: list[LogLine] = []
        self._wanted = ""
        self._worst_only = False
        self.longest = 0

    def take(self, lines: Iterable[LogLine]) -> None:
        """Append lines in one step; what is chosen stays chosen."""
        new = settled(lines)[-KEPT_LINES:]
        if not new:
            return
        if self._all and self._all[-1].transient:
            self._drop_last()
        self._drop_first(len(self._all) + len(new) - KEPT_LINES)
        self._all.extend(new)
        self._show_more([line for line in new if self._passes(line)])

    def _drop_last(self) -> None:
        gone = self._all.pop()
        if self._seen and self._seen[-1] is gone:
            place = len(self._seen) - 1
            self.beginRemoveRows(QModelIndex(), place, place)
            self._seen.pop()
            self.endRemoveRows()

    def _drop_first(self, amount: int) -> None:
        gone = [self._all.popleft() for _ in range(amount)]
        seen = sum(self._passes(line) for line in gone)
        if seen:
            self.beginRemoveRows(QModelIndex(), 0, seen - 1)
            del self._seen[:seen]
            self.endRemoveRows()

    def _show_more(self, lines: list[LogLine]) -> None:
        if not lines:
            return
        first = len(self._seen)
        longest = max(len(line.text) for line in lines)
        self.longest = max(self.longest, longest)
        self.beginInsertRows(QModelIndex(), first, first + len(lines) - 1)
        self._seen.extend(lines)
        self.endInsertRows()

    def clear(self) -> None:
        """Forget every line."""
        self._all.clear()
        self._sift()

    @property
    def empty(self) -> bool:
        """Whether no line was ever taken."""
        return not self._all

    def filter(self, wanted: str, *, worst_only: bool) -> None:
        """Show only lines with these words, or only warnings and worse."""
        self._wanted, self._worst_only = wanted.casefold(), worst_only
        self._sift()

    def _sift(self) -> None:
        self.beginResetModel()
        self._seen = [line for line in self._all if self._passes(line)]
        self.longest = max((len(line.text) for line in self._seen), default=0)
        self.endResetModel()

    def _passes(self, line: LogLine) -> bool:
        if self._worst_only and line.level not in LEVELS:
            return False
        return not self._wanted or self._wanted in line.text.casefold()

    def line(self, row: int) -> LogLine:
        """The line in one row."""
        return self._seen[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """How many lines pass the filter."""
        return 0 if parent.isValid() else len(self._seen)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A line's text for painting and for screen readers."""
        if not index.isValid() or index.row() >= len(self._seen):
            return None
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return shown(self._seen[index.row()].text.replace("\n", " ⏎ "), LONGEST)
        return None


def settled(lines: Iterable[LogLine]) -> list[LogLine]:
    """A progress bar's state stands only until any other line comes.

    Its last state comes again, as a line that stays.
    """
    kept: list[LogLine] = []
    for line in lines:
        if kept and kept[-1].transient:
            kept.pop()
        kept.append(line)
    return kept


class LineDelegate(QStyledItemDelegate):
    """Paints one line: time, a mark of its level, the text."""

    def __init__(self, style: Style, view: "LogView") -> None:
        super().__init__(view)
        self._style, self._view = style, view
        self._font = style.font(CAPTION, mono=True)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """As wide as the longest line in view, as high as one line."""
        return self._view.line_size()

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """Draw it."""
        model = self._view.model_of_lines
        style, box = self._style, QRect(option.rect)
        line = model.line(index.row())
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, style.colour("selection"))
        token = LEVELS.get(line.level)
        if token:
            mark = QRect(box.left(), box.top(), style.px(3), box.height())
            painter.fillRect(mark, style.colour(token))
        painter.setFont(self._font)
        painter.setPen(style.colour("muted"))
        left = box.adjusted(style.px(12), 0, 0, 0)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.drawText(left, flags, line.time[11:19])
        painter.setPen(QColor(style.colour(token or "text")))
        text = left.adjusted(self._view.time_width, 0, 0, 0)
        painter.drawText(text, flags, str(index.data()))


class LogView(QListView):
    """The console. Follows the end while it is scrolled to the end."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._style = style
        self.model_of_lines = LogModel()
        self.setModel(self.model_of_lines)
        self.setFont(style.font(CAPTION, mono=True))
        self.time_width = self.fontMetrics().horizontalAdvance("00:00:00  ")
        self.setItemDelegate(LineDelegate(style, self))
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName("Console of the server")

    def line_size(self) -> QSize:
        """Room that the longest line needs."""
        signs = min(self.model_of_lines.longest, LONGEST)
        wide = self.fontMetrics().averageCharWidth() * (signs + 1)
        high = self.fontMetrics().height() + self._style.px(4)
        return QSize(wide + self.time_width + self._style.px(24), high)

    def take(self, lines: Iterable[LogLine]) -> None:
        """Append lines; stay where the person scrolled to."""
        bar = self.verticalScrollBar()
        following = bar.value() >= bar.maximum() - self._style.px(40)
        place = bar.value()
        self.model_of_lines.take(lines)
        if following:
            self.scrollToBottom()
        else:
            bar.setValue(place)

    def selected_text(self) -> str:
        """The chosen lines as text."""
        rows = sorted(index.row() for index in self.selectedIndexes())
        return "\n".join(self.model_of_lines.line(row).text for row in rows)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Copy takes every chosen line."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.selected_text())
            return
        super().keyPressEvent(event)
