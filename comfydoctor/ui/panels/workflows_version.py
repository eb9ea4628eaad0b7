"""One version beside the newest: what came of it, what differs, the way back."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLineEdit, QWidget

from comfydoctor.model.job import JobState
from comfydoctor.model.version import Dated, Rating, Version
from comfydoctor.ui.needs import Doctor
from comfydoctor.ui.panels.panel import Setting
from comfydoctor.ui.theme import CAPTION, EMPHASIS, GRID, Level
from comfydoctor.ui.widgets.badge import Badge
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.card import column, row
from comfydoctor.ui.widgets.diffview import DiffView
from comfydoctor.ui.widgets.label import label
from comfydoctor.ui.widgets.outcomes import LEVELS, WORDS
from comfydoctor.ui.words import ago, count, duration, one_line

NARROW = 480


class VersionView(QWidget):
    """What the timeline's choice shows.

    Signals:
        revert_wanted: the `Version` to put back.
        node_wanted: the `Version` and the id of a node to put back.
        marked: the person said something about a version.
        failed: the exception that kept it from being noted.
    """

    revert_wanted = Signal(object)
    node_wanted = Signal(object, str)
    marked = Signal()
    failed = Signal(object)

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self._setting = setting
        self._dated: Dated | None = None
        self._server = ""
        self._node = ""
        style = setting.style
        self.title = label(style, size=EMPHASIS, bold=True, wrap=True)
        self.badge = Badge(style, Level.UNKNOWN, "No run known")
        self.about = label(style, size=CAPTION, muted=True, wrap=True)
        self.revert = button(style, "Put back…", self._on_revert)
        self.node = button(style, "Only this node…", self._on_node)
        self.star = button(style, "Star", self._on_star)
        self.reject = button(style, "Reject result", self._on_reject)
        self.name = _field(setting, "Name", self._on_name)
        self.note = _field(setting, "Note", self._on_note)
        self.diff = DiffView(style)
        self.diff.node_chosen.connect(self._on_chosen)
        self._lay_out()
        self.setObjectName("page")
        self.hide()

    def _lay_out(self) -> None:
        style = self._setting.style
        head = row(style, self.title, space=12)
        head.setStretch(0, 1)
        head.addWidget(self.badge)
        first = row(style, self.revert, self.node, None)
        second = row(style, self.reject, self.star, None)
        fields = row(style)
        fields.addWidget(self.name, 1)
        fields.addWidget(self.note, 2)
        body = column(style, space=GRID)
        body.addLayout(head)
        body.addWidget(self.about)
        buttons = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        buttons.setSpacing(style.px(GRID))
        buttons.addLayout(first, 1)
        buttons.addLayout(second)
        self._buttons = buttons
        body.addLayout(buttons)
        body.addLayout(fields)
        body.addWidget(self.diff, 1)
        self.setLayout(body)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Where there is little room the buttons take two lines."""
        narrow = self.width() < self._setting.style.px(NARROW)
        across, down = (
            QBoxLayout.Direction.LeftToRight,
            QBoxLayout.Direction.TopToBottom,
        )
        self._buttons.setDirection(down if narrow else across)
        super().resizeEvent(event)

    def set_server(self, key: str) -> None:
        """Whose versions these are."""
        self._server = key

    def show_version(self, dated: Dated, newest: Version, now: float) -> None:
        """Head, outcome and buttons; the comparison comes by itself."""
        version = dated.version
        other = self._dated is None or self._dated.version.id != version.id
        self._dated, self._node = dated, ""
        named = version.name or f"Version {version.id}"
        self.title.setText(f"{one_line(named)} · {ago(version.time, now)}")
        self.badge.set_level(*outcome_of(dated))
        self.about.setText(about(dated))
        file = bool(version.place.path)
        self.revert.setEnabled(file and version.id != newest.id)
        self.node.setEnabled(False)
        self.star.setText("Unstar" if version.starred else "Star")
        self.reject.setEnabled(bool(dated.runs))
        rejected = bool(dated.runs) and dated.runs[-1].rating is Rating.REJECTED
        self.reject.setText("Accept result" if rejected else "Reject result")
        if other:
            self.name.setText(version.name)
            self.note.setText(version.note)
        self.show()

    def _on_chosen(self, node: str) -> None:
        self._node = node
        self.node.setEnabled(bool(node) and self.revert.isEnabled())

    def _on_revert(self) -> None:
        if self._dated is not None:
            self.revert_wanted.emit(self._dated.version)

    def _on_node(self) -> None:
        if self._dated is not None and self._node:
            self.node_wanted.emit(self._dated.version, self._node)

    def _on_star(self) -> None:
        if self._dated is not None:
            self._mark(starred=not self._dated.version.starred)

    def _on_name(self) -> None:
        if self._dated is not None and self.name.text() != self._dated.version.name:
            self._mark(name=self.name.text())

    def _on_note(self) -> None:
        if self._dated is not None and self.note.text() != self._dated.version.note:
            self._mark(note=self.note.text())

    def _mark(
        self,
        *,
        name: str | None = None,
        note: str | None = None,
        starred: bool | None = None,
    ) -> None:
        dated = self._dated
        if dated is None:
            return

        def work(doctor: Doctor, _say: object) -> object:
            return doctor.versions.mark(
                dated.version.id, name=name, note=note, starred=starred
            )

        self._ask(work)

    def _on_reject(self) -> None:
        dated = self._dated
        if dated is None or not dated.runs:
            return
        run = dated.runs[-1]
        rejected = run.rating is Rating.REJECTED
        rating = Rating.NONE if rejected else Rating.REJECTED

        def work(doctor: Doctor, _say: object) -> object:
            return doctor.versions.rate(run, rating)

        self._ask(work)

    def _ask(self, work: Callable[[Doctor, object], object]) -> None:
        call = self._setting.bridge.ask(self._server, work)
        call.then(lambda _done: self.marked.emit(), self.failed.emit)


def outcome_of(dated: Dated) -> tuple[Level, str]:
    """What came of it last."""
    if not dated.runs:
        return Level.UNKNOWN, "No run known"
    last = dated.runs[-1]
    if last.rating is Rating.REJECTED:
        return Level.WARNING, "Rejected by you"
    word = WORDS.get(last.state, "outcome not known").capitalize()
    return LEVELS.get(last.state, Level.UNKNOWN), word


def about(dated: Dated) -> str:
    """Where it was seen, and its runs in words."""
    version = dated.version
    parts = [version.origin.value.capitalize(), count(version.nodes, "node")]
    if not version.place.path:
        parts.append("no file is known, so nothing can be put back")
    seconds = [r.seconds for r in dated.runs if r.seconds is not None]
    if dated.runs:
        good = sum(run.state is JobState.SUCCEEDED for run in dated.runs)
        parts.append(f"{good} of {count(len(dated.runs), 'run')} went well")
    if seconds:
        parts.append(f"last took {duration(seconds[-1])}")
    if dated.runs and dated.runs[-1].outputs:
        parts.append(f"made {one_line(dated.runs[-1].outputs[0].filename, 60)}")
    if dated.runs and dated.runs[-1].findings:
        parts.append(one_line(dated.runs[-1].findings[0], 120))
    return " · ".join(parts)


def _field(setting: Setting, name: str, done: Callable[[], None]) -> QLineEdit:
    made = QLineEdit()
    made.setFont(setting.style.font())
    made.setPlaceholderText(name)
    made.setAccessibleName(f"{name} of this version")
    made.setMaxLength(200)
    made.editingFinished.connect(done)
    return made
