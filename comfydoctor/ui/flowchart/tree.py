"""The decision tree on one page: each symptom, its first question, its leaves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPen
from PySide6.QtWidgets import (
    QGraphicsRectItem,
    QGraphicsScene,
    QGraphicsSceneMouseEvent,
    QGraphicsSimpleTextItem,
)

from comfydoctor.model.flowchart import Answer, ChartNode, Flowchart, NodeKind
from comfydoctor.ui.flowchart.words import GROUPS, brief
from comfydoctor.ui.theme import BODY, CAPTION, EMPHASIS, VERDICT, Style
from comfydoctor.ui.words import one_line

TITLE = "What is wrong with ComfyUI?"
LEGEND = "● a cause, with what to do   ◇ asks on   ▲ a fix   → another guide"
COLUMN, GAP, EDGE = 400, 28, 32
SIGNS: dict[NodeKind, str] = {
    NodeKind.END: "●",
    NodeKind.CHART: "→",
    NodeKind.FIX: "▲",
}
CHART = 0
"""Key of an item's data: the chart that it leads to."""


@dataclass(frozen=True)
class Ink:
    """Colours of a page: those of a theme, or black on white for any printer."""

    text: QColor
    muted: QColor
    accent: QColor
    ground: QColor

    @classmethod
    def of(cls, style: Style) -> "Ink":
        """The theme's colours."""
        names = ("text", "muted", "accent", "surface")
        return cls(*(style.colour(name) for name in names))

    @classmethod
    def black(cls) -> "Ink":
        """Black on white; the shapes tell what colours would."""
        black, white = QColor(0, 0, 0), QColor(255, 255, 255)
        return cls(black, QColor(64, 64, 64), black, white)


@dataclass(frozen=True)
class _Row:
    """One line of text in a column."""

    text: str
    font: QFont
    colour: QColor
    indent: float = 0.0
    above: float = 0.0
    chart: str = ""


@dataclass
class _Column:
    rows: list[_Row] = field(default_factory=list)
    height: float = 0.0


class TreeScene(QGraphicsScene):
    """The decision tree, as wide for its height as the page it is for.

    Signals:
        picked: id of the chart whose line was clicked.
    """

    picked = Signal(str)

    def __init__(
        self, style: Style, charts: Sequence[Flowchart], ratio: float, ink: Ink
    ) -> None:
        super().__init__()
        self._style, self._ink = style, ink
        blocks = [self._block(charts, group) for group in GROUPS]
        blocks = [block for block in blocks if block]
        head = self._head()
        columns = _best(
            [row for block in blocks for row in block], ratio, style.px(COLUMN)
        )
        self._place(head, columns)
        self.setBackgroundBrush(ink.ground)

    def mousePressEvent(  # noqa: N802 - Qt's name
        self, event: QGraphicsSceneMouseEvent
    ) -> None:
        """A line that belongs to a chart opens it."""
        for item in self.items(event.scenePos()):
            if chart := item.data(CHART):
                self.picked.emit(chart)
                return
        super().mousePressEvent(event)

    def _head(self) -> list[_Row]:
        style, ink = self._style, self._ink
        return [
            _Row(TITLE, style.font(VERDICT, bold=True), ink.text),
            _Row(LEGEND, style.font(CAPTION), ink.muted, above=style.px(4)),
        ]

    def _block(self, charts: Iterable[Flowchart], group: str) -> list[_Row]:
        mine = [chart for chart in charts if chart.group == group]
        if not mine:
            return []
        style, ink = self._style, self._ink
        rows = [
            _Row(
                GROUPS[group],
                style.font(EMPHASIS, bold=True),
                ink.accent,
                above=style.px(18),
            )
        ]
        for chart in mine:
            rows += self._symptom(chart)
        return rows

    def _symptom(self, chart: Flowchart) -> list[_Row]:
        style, ink, first = self._style, self._ink, chart.at(chart.start)
        bold = style.font(BODY, bold=True)
        rows = [_Row(chart.symptom, bold, ink.text, 0.0, style.px(9), chart.id)]
        small = style.font(CAPTION)
        rows.append(_Row(first.title, small, ink.muted, style.px(10), 2.0, chart.id))
        for answer in first.answer:
            said = self._leaf(chart, first, answer)
            rows.append(_Row(said, small, ink.text, style.px(20), 1.0, chart.id))
        return rows

    @staticmethod
    def _leaf(chart: Flowchart, first: ChartNode, answer: Answer) -> str:
        goal = chart.at(answer.to)
        words = brief(answer.text) or answer.id.replace("-", " ")
        return f"{SIGNS.get(goal.kind, '◇')} {words}: {goal.title}"

    def _place(self, head: list[_Row], columns: list[_Column]) -> None:
        edge, gap = self._style.px(EDGE), self._style.px(GAP)
        width = self._style.px(COLUMN)
        at = QPointF(edge, edge)
        for row in head:
            at = self._draw(row, at, width * len(columns))
        top, lowest = at.y() + self._style.px(6), at.y()
        for place, column in enumerate(columns):
            at = QPointF(edge + place * (width + gap), top)
            for row in column.rows:
                at = self._draw(row, at, width)
            lowest = max(lowest, at.y())
        total = len(columns) * (width + gap) - gap
        self.setSceneRect(QRectF(0, 0, total + 2 * edge, lowest + edge))

    def _draw(self, row: _Row, at: QPointF, width: float) -> QPointF:
        metrics = QFontMetricsF(row.font)
        room = width - row.indent
        words = metrics.elidedText(
            one_line(row.text), Qt.TextElideMode.ElideRight, room
        )
        item = QGraphicsSimpleTextItem(words)
        item.setFont(row.font)
        item.setBrush(row.colour)
        item.setPos(at.x() + row.indent, at.y() + row.above)
        self.addItem(item)
        if row.chart:
            self._add_target(row, item.pos(), QRectF(0, 0, room, metrics.height()))
        return QPointF(at.x(), at.y() + row.above + metrics.height())

    def _add_target(self, row: _Row, at: QPointF, room: QRectF) -> None:
        """The whole width of a line can be clicked."""
        target = QGraphicsRectItem(room)
        target.setPos(at)
        target.setPen(QPen(Qt.PenStyle.NoPen))
        target.setData(CHART, row.chart)
        target.setCursor(Qt.CursorShape.PointingHandCursor)
        self.addItem(target)


def _best(rows: list[_Row], ratio: float, width: float) -> list[_Column]:
    """So many columns that the page's shape comes nearest to ``ratio``."""
    tried = [_columns(rows, count) for count in range(1, 7)]

    def miss(columns: list[_Column]) -> float:
        tall = max(column.height for column in columns)
        return abs(len(columns) * width / tall - ratio)

    return min(tried, key=miss)


def _columns(rows: list[_Row], count: int) -> list[_Column]:
    """Fill columns of about equal height; a symptom stays together."""
    room = sum(map(_height, rows)) / count
    columns = [_Column()]
    for block in _blocks(rows):
        tall = sum(map(_height, block))
        column = columns[-1]
        if column.rows and column.height + tall / 2 > room and len(columns) < count:
            column = _Column()
            columns.append(column)
        column.rows += block
        column.height += tall
    return columns


def _blocks(rows: list[_Row]) -> list[list[_Row]]:
    """Rows that stay together: a symptom, with its heading where it is the first."""
    blocks: list[list[_Row]] = []
    for row in rows:
        heading = not row.chart
        begins = bool(row.chart) and row.indent == 0.0
        after_heading = (
            bool(blocks) and len(blocks[-1]) == 1 and not blocks[-1][0].chart
        )
        if heading or (begins and not after_heading) or not blocks:
            blocks.append([])
        blocks[-1].append(row)
    return blocks


def _height(row: _Row) -> float:
    return QFontMetricsF(row.font).height() + row.above
