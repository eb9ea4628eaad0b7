"""The step card: one question or step in large type, with its answers."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from comfydoctor.model.finding import Finding, FixRef
from comfydoctor.model.flowchart import Answer, ChartNode, Ending, NodeKind
from comfydoctor.model.guidance import GuideView, Hint
from comfydoctor.ui.theme import CAPTION, EMPHASIS, GAP, GRID, VERDICT, Level, Style
from comfydoctor.ui.widgets.answer import AnswerCard
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.card import Card, clear, column, row
from comfydoctor.ui.widgets.finding import FindingCard
from comfydoctor.ui.widgets.icon import Icons
from comfydoctor.ui.widgets.label import label, quote
from comfydoctor.ui.widgets.shape import Shape
from comfydoctor.ui.words import count, one_line, shown

KINDS: dict[NodeKind, str] = {
    NodeKind.ASK: "Question",
    NodeKind.DO: "Do this",
    NodeKind.FIX: "Fix with one click",
    NodeKind.LOOK: "Have a look",
    NodeKind.WAIT: "Waiting",
    NodeKind.CHART: "Goes on",
    NodeKind.END: "Result",
}
ENDINGS: dict[Ending, tuple[Level, str]] = {
    Ending.RESOLVED: (Level.OK, "Solved"),
    Ending.CAUSE: (Level.WARNING, "This is it"),
    Ending.ESCALATE: (Level.UNKNOWN, "Not known"),
}
PLACES = {"console": "Open the console", "queue": "Open the queue"}
MOST_RULED_OUT = 6


class StepCard(Card):
    """Shows where a walk stands.

    Signals:
        answered: id of the answer that was chosen.
        fix_wanted: the `FixRef` of a fix node or of the cause's remedies.
        look_wanted: what to look at: ``console``, ``queue``, ``metric:<id>``.
        closed: the walk is over, or left.
    """

    answered = Signal(str)
    fix_wanted = Signal(object)
    look_wanted = Signal(str)
    closed = Signal()

    def __init__(self, style: Style, icons: Icons) -> None:
        super().__init__(style, pad=3 * GRID)
        self._style, self._icons = style, icons
        self._inside = column(style, space=12)
        self.body.addLayout(self._inside)
        self.answers: list[QWidget] = []
        self.finding: FindingCard | None = None

    def show_view(self, view: GuideView, now: float) -> None:
        """Show the step that the walk is at."""
        clear(self._inside)
        self.answers, self.finding = [], None
        node = view.node
        self.setAccessibleName(f"{KINDS[node.kind]}: {one_line(node.title)}")
        self._add_head(node)
        self._add_words(node, view.recipe)
        if node.kind is NodeKind.END:
            self._add_end(view, now)
        else:
            self._add_action(node)
            self._add_answers(view)
        self._add_asking(view.asking)
        self._inside.addStretch(1)

    def focus_first(self) -> None:
        """The keyboard goes to the first answer."""
        if self.answers:
            self.answers[0].setFocus()

    def _add_head(self, node: ChartNode) -> None:
        style = self._style
        head = row(style, space=12)
        if node.ending is not None:
            level, word = ENDINGS[node.ending]
            head.addWidget(Shape(style, level, 20))
        else:
            word = KINDS[node.kind]
        head.addWidget(label(style, word, size=CAPTION, muted=True))
        head.addStretch(1)
        self._inside.addLayout(head)
        title = label(style, node.title, size=VERDICT, bold=True, wrap=True)
        self._inside.addWidget(title)

    def _add_words(self, node: ChartNode, recipe: str) -> None:
        style = self._style
        if node.text:
            said = label(style, shown(node.text, 2000), size=EMPHASIS, wrap=True)
            self._inside.addWidget(said)
        if node.example:
            self._inside.addWidget(label(style, "It looks like this", muted=True))
            self._inside.addWidget(quote(style, node.example))
        if recipe:
            self._inside.addWidget(quote(style, recipe))
            copy = button(style, "Copy this", partial(_copy, recipe), role="quiet")
            self._inside.addLayout(row(style, copy, None))

    def _add_action(self, node: ChartNode) -> None:
        """The one button of a fix or a look."""
        made: QPushButton | None = None
        if node.kind is NodeKind.FIX:
            ref = FixRef(node.fix, node.title, kind="one-click")
            made = button(
                self._style,
                "Show what it will do…",
                partial(self.fix_wanted.emit, ref),
                role="primary",
                name=f"{one_line(node.title)}: show what it will do",
            )
        elif node.kind is NodeKind.LOOK and node.look != "pictures":
            words = PLACES.get(node.look, "Open the chart")
            made = button(self._style, words, partial(self.look_wanted.emit, node.look))
        if made is not None:
            self._inside.addLayout(row(self._style, made, None))
            self.answers.append(made)

    def _add_answers(self, view: GuideView) -> None:
        for answer in view.node.answer:
            words = _words(view.node, answer)
            if words:
                self._add_answer(answer, words, view)

    def _add_answer(self, answer: Answer, words: str, view: GuideView) -> None:
        hint = view.hints.get(answer.id)
        made = AnswerCard(self._style, words, _said(hint) if hint else "")
        made.pressed.connect(partial(self.answered.emit, answer.id))
        self.answers.append(made)
        self._inside.addWidget(made)

    def _add_end(self, view: GuideView, now: float) -> None:
        if view.finding is not None:
            self._add_finding(view.finding, now)
        if view.ruled_out:
            left = view.ruled_out[:MOST_RULED_OUT]
            said = f"Ruled out on the way: {'; '.join(map(one_line, left))}."
            self._inside.addWidget(label(self._style, said, muted=True, wrap=True))
        copy = button(self._style, "Copy the way", partial(_copy, transcript(view)))
        done = button(self._style, "Close", self.closed.emit, role="primary")
        self.answers.append(done)
        self._inside.addLayout(row(self._style, done, copy, None))

    def _add_finding(self, finding: Finding, now: float) -> None:
        self.finding = FindingCard(self._style, self._icons, finding, now)
        self.finding.fix_wanted.connect(lambda _f, ref: self.fix_wanted.emit(ref))
        self._inside.addWidget(self.finding)

    def _add_asking(self, asking: tuple[str, ...]) -> None:
        if asking:
            more = f", and {count(len(asking) - 1, 'more check')}" if asking[1:] else ""
            said = f"Looking: {one_line(asking[0])}{more}"
            self._inside.addWidget(label(self._style, said, muted=True, wrap=True))


class Trail(QWidget):
    """The way so far; each step can be taken back.

    Signals:
        back_wanted: how many steps.
    """

    back_wanted = Signal(int)

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._style = style
        self._inside = QVBoxLayout(self)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.setSpacing(style.px(GAP))

    def show_view(self, view: GuideView) -> None:
        """List the steps, newest last."""
        clear(self._inside)
        steps = [p for p in view.passed if p.step.answer != "goes-on"]
        self.setVisible(bool(steps))
        for place, passed in enumerate(view.passed):
            if passed.step.answer != "goes-on":
                self._add(passed.title, passed.answer, passed.step.by, passed.step.why)
                self._add_back(len(view.passed) - place, passed.title)

    def _add(self, title: str, answer: str, by: str, why: str) -> None:
        style = self._style
        line = row(style, space=GRID)
        shape = Shape(style, Level.OK if by == "program" else Level.INFO, 12)
        shape.setAccessibleName("Looked up" if by == "program" else "You said")
        line.addWidget(shape, 0, Qt.AlignmentFlag.AlignVCenter)
        said = label(style, f"{one_line(title)}  {one_line(answer)}", wrap=True)
        line.addWidget(said, 1)
        self._line = line
        self._inside.addLayout(line)
        if why:
            small = label(style, one_line(why), size=CAPTION, muted=True, wrap=True)
            small.setContentsMargins(style.px(12 + GRID), 0, 0, style.px(GRID))
            self._inside.addWidget(small)

    def _add_back(self, steps: int, title: str) -> None:
        back = button(
            self._style,
            "Change",
            partial(self.back_wanted.emit, steps),
            role="quiet",
            name=f"Change the answer to {one_line(title)}",
        )
        self._line.addWidget(back, 0, Qt.AlignmentFlag.AlignVCenter)


def _said(hint: Hint) -> str:
    seems = {True: "It looks so", False: "It does not look so", None: "Seen"}
    return f"{seems[hint.holds]}: {one_line(hint.why)}" if hint.why else ""


def _words(node: ChartNode, answer: Answer) -> str:
    """Words of an answer's button; a fix's outcomes are not chosen by hand."""
    if answer.text:
        return answer.text
    return {"skipped": "Go on without this", "timeout": "Go on without waiting"}.get(
        answer.id, ""
    )


def transcript(view: GuideView) -> str:
    """The whole way as text, for whoever goes on from here."""
    lines = [view.chart.title, ""]
    for passed in view.passed:
        who = "looked up" if passed.step.by == "program" else "answered"
        why = f" ({passed.step.why})" if passed.step.why else ""
        lines.append(f"{passed.title} {passed.answer} – {who}{why}")
    lines.append(view.node.title)
    if view.finding is not None:
        lines.append(view.finding.explanation)
    if view.ruled_out:
        lines.append("Ruled out: " + "; ".join(view.ruled_out))
    return "\n".join(lines)


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
