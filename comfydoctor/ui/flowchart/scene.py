"""A flowchart's scene: boxes and lines placed once, then only restyled."""

from collections import Counter
from collections.abc import Iterable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QGraphicsScene

from comfydoctor.model.flowchart import ChartNode, Flowchart, NodeKind, Step
from comfydoctor.ui.flowchart.boxes import (
    MARK,
    NodeBox,
    Standing,
    box_size,
    mark_of,
)
from comfydoctor.ui.flowchart.layout import lay_out
from comfydoctor.ui.flowchart.lines import AnswerLine, AnswerWords
from comfydoctor.ui.flowchart.words import brief
from comfydoctor.ui.theme import Style
from comfydoctor.ui.widgets.icon import Icons

ACROSS, DOWN, EDGE = 28, 68, 24
ALSO = "+"
ANSWERS = {
    "done": "done",
    "not-done": "not done",
    "unknown": "not known",
    "skipped": "skipped",
    "reached": "yes",
    "timeout": "not in time",
}
"""Short words on the lines of answers that the program gives."""


class ChartScene(QGraphicsScene):
    """One chart in one style."""

    def __init__(self, style: Style, icons: Icons, chart: Flowchart) -> None:
        super().__init__()
        self.chart = chart
        sizes = {node.id: box_size(style, node) for node in chart.node}
        ways = {node.id: _merged(node) for node in chart.node}
        gap = (float(style.px(ACROSS)), float(style.px(DOWN)))
        placed = lay_out(ways, chart.start, sizes, gap)
        ends = Counter(line.target for line in placed.lines)
        self.lines = [AnswerLine(style, line) for line in placed.lines]
        self.words = [
            AnswerWords(
                style,
                line,
                _words(chart.at(line.source), line.answer),
                alone=ends[line.target] == 1,
            )
            for line in placed.lines
        ]
        self.boxes: dict[str, NodeBox] = {}
        for node in chart.node:
            name = mark_of(node)
            mark = icons.pixmap(name, "muted", MARK) if name else QPixmap()
            self.boxes[node.id] = NodeBox(style, node, placed.boxes[node.id], mark)
        for item in (*self.lines, *self.words, *self.boxes.values()):
            self.addItem(item)
        edge = style.px(EDGE)
        whole = QRectF(0, 0, placed.width, placed.height)
        self.setSceneRect(whole.adjusted(-edge, -edge, edge, edge))

    def show_walk(
        self, current: str, steps: Iterable[Step], possible: frozenset[str]
    ) -> None:
        """Show where the walk stands, where it came from, and what is left."""
        mine = [step for step in steps if step.chart == self.chart.id]
        passed = {step.node for step in mine}
        taken = {(step.node, step.answer) for step in mine}
        for node_id, box in self.boxes.items():
            box.stand(_standing(node_id, current, passed, possible))
        for line, words in zip(self.lines, self.words, strict=True):
            way = line.line
            open_ = way.source in possible and way.target in possible
            walked = any((way.source, a) in taken for a in way.answer.split(ALSO))
            line.show_passed(walked, open_)
            words.show_passed(walked, open_)

    def sentence(self) -> str:
        """What the picture shows, for those who do not see it."""
        ends = sum(node.kind is NodeKind.END for node in self.chart.node)
        ahead = sum(
            box.standing is Standing.OPEN and box.node.kind is NodeKind.END
            for box in self.boxes.values()
        )
        return (
            f"{self.chart.title}: {len(self.boxes)} steps, {ends} ends, "
            f"{ahead} of them can still be reached."
        )


def _merged(node: ChartNode) -> list[tuple[str, str]]:
    """Answers that lead to the same node are one line."""
    answers: dict[str, list[str]] = {}
    for answer in node.answer:
        answers.setdefault(answer.to, []).append(answer.id)
    return [(ALSO.join(ids), to) for to, ids in answers.items()]


def _words(node: ChartNode, merged: str) -> str:
    """The beginning of each answer's words, as far as they fit a line."""
    texts = {answer.id: answer.text for answer in node.answer}
    said = [brief(texts[a]) or ANSWERS.get(a, "") for a in merged.split(ALSO)]
    return " · ".join(said)


def _standing(
    node: str, current: str, passed: set[str], possible: frozenset[str]
) -> Standing:
    if node == current:
        return Standing.CURRENT
    if node in passed:
        return Standing.PASSED
    return Standing.OPEN if node in possible else Standing.CLOSED
