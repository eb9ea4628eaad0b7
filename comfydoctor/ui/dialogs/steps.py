"""Numbered steps with their state, and a table of figures."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from comfydoctor.model.fix import PlanStep
from comfydoctor.ui.theme import CAPTION, GRID, Level, Style
from comfydoctor.ui.widgets.card import column, inset, row
from comfydoctor.ui.widgets.label import label, quote, recolour
from comfydoctor.ui.widgets.shape import Shape
from comfydoctor.ui.words import one_line, shown


class Steps(QWidget):
    """What will happen, in order; marked while it happens."""

    def __init__(self, style: Style, steps: Sequence[PlanStep]) -> None:
        super().__init__()
        self._style = style
        self._marks: list[Shape] = []
        body = column(style, space=GRID)
        title = label(style, "What will happen", size=CAPTION, muted=True)
        body.addWidget(title)
        for number, step in enumerate(steps, start=1):
            mark = self._mark()
            line = row(style, mark, space=12)
            line.setAlignment(mark, Qt.AlignmentFlag.AlignTop)
            line.addLayout(self._words(number, step), 1)
            body.addLayout(line)
        self.setLayout(body)

    def _words(self, number: int, step: PlanStep) -> QVBoxLayout:
        words = column(self._style, space=2)
        text = f"{number}. {shown(step.text, 300)}"
        words.addWidget(label(self._style, text, wrap=True))
        if step.request:
            words.addWidget(quote(self._style, step.request, lines=3))
        return words

    def _mark(self) -> Shape:
        made = Shape(self._style, Level.UNKNOWN)
        made.setAccessibleName("Not begun")
        self._marks.append(made)
        return made

    def mark(self, current: int | None) -> None:
        """Steps before ``current`` (from 0) are done; all of them for None."""
        for place, mark in enumerate(self._marks):
            if current is None or place < current:
                mark.set_level(Level.OK, "Done")
            elif place == current:
                mark.set_level(Level.INFO, "Under way")


class Facts(QWidget):
    """Figures seen while planning."""

    def __init__(self, style: Style, facts: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        ground, body = inset(style)
        grid = QGridLayout()
        grid.setHorizontalSpacing(style.px(3 * GRID))
        grid.setVerticalSpacing(style.px(4))
        for place, (name, value) in enumerate(facts[:12]):
            grid.addWidget(label(style, one_line(name, 80), muted=True), place, 0)
            said = label(style, one_line(value, 200), bold=True, wrap=True)
            grid.addWidget(said, place, 1)
        grid.setColumnStretch(1, 1)
        body.addLayout(grid)
        outer = column(style)
        outer.addWidget(ground)
        self.setLayout(outer)


LINES = 60


class Difference(QWidget):
    """Lines that go and lines that come, told apart by sign and colour."""

    def __init__(self, style: Style, difference: str) -> None:
        super().__init__()
        body = column(style, space=GRID)
        body.addWidget(label(style, "What changes", size=CAPTION, muted=True))
        ground, inside = inset(style)
        lines = difference.splitlines()
        for line in lines[:LINES]:
            inside.addWidget(_line(style, line))
        if len(lines) > LINES:
            more = f"and {len(lines) - LINES} more lines"
            inside.addWidget(label(style, more, size=CAPTION, muted=True))
        body.addWidget(ground)
        self.setLayout(body)


def _line(style: Style, text: str) -> QWidget:
    sign = text[:1]
    made = label(style, one_line(text, 300), wrap=True, muted=sign not in {"+", "-"})
    made.setFont(style.font(CAPTION, mono=True))
    if sign in {"+", "-"}:
        recolour(made, style, "ok" if sign == "+" else "error")
    return made
