"""One run through a checklist: looked up, ticked, noted, with the time that is left."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from comfydoctor.model.checklist import ChecklistView, TaskState, TaskView
from comfydoctor.ui.call import Call
from comfydoctor.ui.panels.panel import Setting
from comfydoctor.ui.theme import CAPTION, EMPHASIS, GAP, GRID, VERDICT, Level, Style
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.card import Card, Page, clear, column, row
from comfydoctor.ui.widgets.label import label
from comfydoctor.ui.widgets.shape import Shape
from comfydoctor.ui.words import one_line

LEVELS = {
    TaskState.GOOD: Level.OK,
    TaskState.BAD: Level.ERROR,
    TaskState.OPEN: Level.UNKNOWN,
    TaskState.SKIPPED: Level.INFO,
}
WORDS = {
    TaskState.GOOD: "Well",
    TaskState.BAD: "Not well",
    TaskState.OPEN: "Open",
    TaskState.SKIPPED: "Does not apply",
}


class TaskRow(QWidget):
    """One task: how it stands, why, and what can be done.

    Signals:
        ticked: a `TaskState` and a note.
        fix_wanted: id of the fix beside it.
        chart_wanted: id of the flowchart beside it.
    """

    ticked = Signal(object, str)
    fix_wanted = Signal(str)
    chart_wanted = Signal(str)

    def __init__(self, style: Style, view: TaskView) -> None:
        super().__init__()
        self._style, self.view = style, view
        inside = row(style, space=12)
        self.setLayout(inside)
        shape = Shape(style, LEVELS[view.state], 16)
        shape.setAccessibleName(WORDS[view.state])
        inside.addWidget(shape, 0, Qt.AlignmentFlag.AlignTop)
        inside.addLayout(self._words(), 1)
        inside.addLayout(self._buttons())

    def _words(self) -> QVBoxLayout:
        style, task = self._style, self.view.task
        words = column(style, space=GAP)
        words.addWidget(label(style, task.title, bold=True, wrap=True))
        if self.view.why:
            said = one_line(self.view.why, 300)
            words.addWidget(label(style, said, size=CAPTION, muted=True, wrap=True))
        elif task.text:
            words.addWidget(label(style, task.text, muted=True, wrap=True))
        self.note = self._note(words)
        return words

    def _note(self, words: QVBoxLayout) -> QLineEdit | None:
        """A line to write in, where a person is asked."""
        task, tick = self.view.task, self.view.tick
        if self.view.state is not TaskState.OPEN and tick is None:
            return None
        note = QLineEdit(tick.note if tick else "")
        note.setFont(self._style.font())
        note.setPlaceholderText(task.figure or "A note, if you like")
        note.setAccessibleName(f"{task.figure or 'Note'}: {task.title}")
        note.setMaxLength(500)
        words.addWidget(note)
        return note

    def _buttons(self) -> QHBoxLayout:
        style, task, state = self._style, self.view.task, self.view.state
        made = row(style, space=GAP)
        if state is TaskState.BAD and task.fix:
            press = partial(self.fix_wanted.emit, task.fix)
            made.addWidget(button(style, "Fix…", press, name=f"Fix: {task.title}"))
        if state is TaskState.BAD and task.chart:
            press = partial(self.chart_wanted.emit, task.chart)
            made.addWidget(
                button(style, "Guide me", press, name=f"Guide me: {task.title}")
            )
        if state is TaskState.OPEN:
            for kind in (TaskState.GOOD, TaskState.BAD, TaskState.SKIPPED):
                made.addWidget(self._tick_button(kind))
        elif self.view.tick is not None:
            made.addWidget(self._tick_button(TaskState.OPEN, "Change"))
        return made

    def _tick_button(self, state: TaskState, words: str = "") -> QWidget:
        said = words or WORDS[state]
        return button(
            self._style,
            said,
            partial(self._tick, state),
            role="quiet",
            name=f"{said}: {self.view.task.title}",
        )

    def _tick(self, state: TaskState) -> None:
        self.ticked.emit(state, self.note.text() if self.note else "")


class ChecklistPage(QWidget):
    """A run on the server that is looked at.

    Signals: those of the rows, and
        closed: back to the list.
        failed: an exception that kept something from being done.
    """

    fix_wanted = Signal(str)
    chart_wanted = Signal(str)
    closed = Signal()
    failed = Signal(object)

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self._setting = setting
        style = setting.style
        self._key = ""
        self._call: Call | None = None
        self.view: ChecklistView | None = None
        self.rows: dict[str, TaskRow] = {}
        self.heading = label(style, "", size=VERDICT, bold=True, wrap=True)
        self.counts = label(style, "", muted=True, wrap=True)
        self.clock = label(style, "", size=EMPHASIS, bold=True)
        self.page = Page(style)
        self._sections = column(style, space=2 * GRID)
        for part in (self._head(), self._sections):
            self.page.body.addLayout(part)
        self.page.body.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.page)

    def _head(self) -> QVBoxLayout:
        style = self._setting.style
        back = button(style, "All checklists", self.closed.emit, role="quiet")
        again = button(style, "Look again", self.look)
        copy = button(style, "Copy as text", self._on_copy)
        head = column(style, space=GAP)
        head.addLayout(row(style, back, None, self.clock, again, copy))
        head.addWidget(self.heading)
        head.addWidget(self.counts)
        return head

    # Running.

    def begin(self, key: str, checklist: str) -> None:
        """Start a run on a server."""
        self._key = key
        self._ask(lambda doctor, say: doctor.checklists.begin(checklist, say))

    def look(self) -> None:
        """Look everything up again."""
        if (view := self.view) is not None:
            self._ask(lambda doctor, say: doctor.checklists.look(view.run, say))

    def tick(self) -> None:
        """A second passed: the time that is left."""
        view = self.view
        if view is None or not view.checklist.minutes or view.done:
            self.clock.setText("")
            return
        gone = self._setting.clock() - view.began
        left = round(60 * view.checklist.minutes - gone)
        over = "The time is up" if left <= 0 else f"{left // 60}:{left % 60:02} left"
        self.clock.setText(over)

    @property
    def busy(self) -> bool:
        """Whether something is being looked up."""
        return self._call is not None

    def _on_ticked(self, task: str, state: TaskState, note: str) -> None:
        view = self.view
        if view is not None:
            self._ask(lambda d, _say: d.checklists.tick(view.run, task, state, note))

    def _ask(self, work: object) -> None:
        if self._call is not None:
            return
        call = self._call = self._setting.bridge.ask(self._key, work)  # type: ignore[arg-type]
        call.then(self._on_view, self.failed.emit, self._on_view)
        call.ended.connect(self._on_ended)

    def _on_ended(self) -> None:
        self._call = None

    # Showing.

    def _on_view(self, view: ChecklistView) -> None:
        fresh = self.view is None or self.view.run != view.run
        self.view = view
        self.heading.setText(view.checklist.title)
        self.counts.setText(summary(view))
        if fresh:
            self._build(view)
        else:
            self._update(view)
        self.tick()

    def _build(self, view: ChecklistView) -> None:
        clear(self._sections)
        self.rows = {}
        self._places: dict[str, QVBoxLayout] = {}
        known = {one.task.id: one for one in view.tasks}
        style = self._setting.style
        for section in view.checklist.section:
            card = Card(style)
            title = label(style, section.title, size=EMPHASIS, bold=True, wrap=True)
            card.body.addWidget(title)
            for task in section.task:
                self._places[task.id] = card.body
                self._put(known[task.id], card.body.count())
            self._sections.addWidget(card)

    def _update(self, view: ChecklistView) -> None:
        """Rows stay themselves, with what is being written, while nothing changed."""
        for one in view.tasks:
            old = self.rows[one.task.id]
            if old.view != one:
                body = self._places[one.task.id]
                place = body.indexOf(old)
                body.removeWidget(old)
                old.hide()
                old.deleteLater()
                self._put(one, place)

    def _put(self, one: TaskView, place: int) -> None:
        made = TaskRow(self._setting.style, one)
        made.ticked.connect(partial(self._on_ticked, one.task.id))
        made.fix_wanted.connect(self.fix_wanted)
        made.chart_wanted.connect(self.chart_wanted)
        self.rows[one.task.id] = made
        self._places[one.task.id].insertWidget(place, made)

    def _on_copy(self) -> None:
        if self.view is not None:
            QGuiApplication.clipboard().setText(as_text(self.view))


def summary(view: ChecklistView) -> str:
    """How the run stands, in one sentence."""
    good, bad = view.count(TaskState.GOOD), view.count(TaskState.BAD)
    said = f"{good} well, {bad} not, {view.count(TaskState.OPEN)} open."
    if view.asking:
        said += f" Looking: {one_line(view.asking[0])}"
    return said


def as_text(view: ChecklistView) -> str:
    """The run as text, to send or to file."""
    known = {one.task.id: one for one in view.tasks}
    lines = [view.checklist.title, summary(view)]
    for section in view.checklist.section:
        lines += ["", section.title]
        for task in section.task:
            one = known[task.id]
            why = f" – {one.why}" if one.why else ""
            lines.append(f"[{WORDS[one.state]}] {task.title}{why}")
    return "\n".join(lines)
