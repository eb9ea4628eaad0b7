"""The list of checks with their outcomes, filled while they run."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from comfydoctor.model.probe import Outcome, ProbeResult
from comfydoctor.ui.theme import CAPTION, GAP, GRID, Level, Style
from comfydoctor.ui.widgets.card import Card, clear, column, line, row
from comfydoctor.ui.widgets.label import label
from comfydoctor.ui.widgets.shape import Shape
from comfydoctor.ui.words import THIN, count, number, one_line, shown

OUTCOME: dict[Outcome, tuple[Level, str]] = {
    Outcome.PASS: (Level.OK, "In order"),
    Outcome.WARN: (Level.WARNING, "With a warning"),
    Outcome.FAIL: (Level.ERROR, "Not in order"),
    Outcome.UNKNOWN: (Level.UNKNOWN, "Cannot be told from here"),
    Outcome.CRASHED: (Level.UNKNOWN, "This check itself broke"),
}
ORDER = (
    Outcome.FAIL,
    Outcome.WARN,
    Outcome.CRASHED,
    Outcome.UNKNOWN,
    Outcome.PASS,
)


class ProbeList(Card):
    """Results, worst first once all are there."""

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._style = style
        self.results: list[ProbeResult] = []
        self._head = label(style, "Checks", size=CAPTION, muted=True)
        self._list: QVBoxLayout = column(style, space=GAP)
        self.body.addWidget(self._head)
        self.body.addLayout(self._list)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def begin(self) -> None:
        """A new check starts."""
        self.results = []
        clear(self._list)
        self._head.setText("Checks are running")

    def add(self, result: ProbeResult) -> None:
        """One check ended."""
        self.results.append(result)
        self._list.addWidget(self._row(result))
        self._head.setText(f"{count(len(self.results), 'check')} done")

    def finish(self, results: tuple[ProbeResult, ...]) -> None:
        """All ended: sort the worst to the top."""
        self.results = sorted(results, key=lambda r: ORDER.index(r.outcome))
        clear(self._list)
        for index, result in enumerate(self.results):
            if index:
                self._list.addWidget(line())
            self._list.addWidget(self._row(result))
        self._head.setText(self.summary())

    def summary(self) -> str:
        """``12 checks: 11 in order, 1 not in order``."""
        parts = []
        for outcome in reversed(ORDER):
            amount = sum(result.outcome is outcome for result in self.results)
            if amount:
                parts.append(f"{amount} {OUTCOME[outcome][1].lower()}")
        return f"{count(len(self.results), 'check')}: {', '.join(parts)}"

    def _row(self, result: ProbeResult) -> QWidget:
        style = self._style
        level, word = OUTCOME[result.outcome]
        shape = Shape(style, level)
        shape.set_level(level, word)
        question = label(style, one_line(result.question), bold=True, wrap=True)
        detail = label(style, shown(result.detail, 400) or word, muted=True, wrap=True)
        words = column(style, space=2)
        words.addWidget(question)
        words.addWidget(detail)
        made = QWidget()
        body = row(style, shape, space=12)
        body.addLayout(words, 1)
        body.addWidget(label(style, word, size=CAPTION, muted=True))
        took = f"{number(result.ms)}{THIN}ms"
        time = label(style, took, size=CAPTION, muted=True)
        time.setMinimumWidth(style.px(7 * GRID))
        time.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        body.addWidget(time)
        body.setContentsMargins(0, style.px(GAP), 0, style.px(GAP))
        made.setLayout(body)
        made.setAccessibleName(f"{one_line(result.question)} {word}")
        return made
