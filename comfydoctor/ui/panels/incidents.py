"""Incidents: begin one, see its timeline write itself, write notices, end it."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from comfydoctor.model.incident import EntryKind, Gravity, Incident
from comfydoctor.model.snapshot import Snapshot
from comfydoctor.ui.needs import Doctor
from comfydoctor.ui.panels.notice import NoticeBox
from comfydoctor.ui.panels.panel import Panel, Setting
from comfydoctor.ui.theme import CAPTION, EMPHASIS, GAP, GRID, VERDICT, Level, Style
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.card import Card, Page, clear, column, row
from comfydoctor.ui.widgets.choice import Choice
from comfydoctor.ui.widgets.label import label, selectable
from comfydoctor.ui.widgets.shape import Shape
from comfydoctor.ui.words import ago, count, duration, one_line

CALM = "No incident is open"
ABOUT = (
    "When something is down and people wait, begin an incident: from then on all that "
    "is found, tried and fixed is written down with its time."
)
LEVELS = {
    EntryKind.BEGAN: Level.CRITICAL,
    EntryKind.FOUND: Level.ERROR,
    EntryKind.GONE: Level.OK,
    EntryKind.JOB: Level.WARNING,
    EntryKind.FIX: Level.INFO,
    EntryKind.REACH: Level.WARNING,
    EntryKind.ENDED: Level.OK,
    EntryKind.REOPENED: Level.CRITICAL,
}
GRAVITY_LEVELS = {
    Gravity.LOW: Level.INFO,
    Gravity.MEDIUM: Level.WARNING,
    Gravity.HIGH: Level.ERROR,
    Gravity.CRITICAL: Level.CRITICAL,
}
GRAVITIES = (
    ("critical", "Critical: nothing works, customers wait"),
    ("high", "High: a service or workflow is down"),
    ("medium", "Medium: slow, or partly wrong"),
    ("low", "Low: can wait until tomorrow"),
)
SHOWN_ENTRIES, SHOWN_PAST = 200, 20


class IncidentsPanel(Panel):
    """The page "Incidents".

    Signals:
        checklist_wanted: id of a checklist to begin.
    """

    checklist_wanted = Signal(str)

    id, title, icon = "incidents", "Incidents", "lifebuoy"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        style = self.style_
        self.incident: Incident | None = None
        self._asked = ""
        self.page = Page(style)
        self.head = Head(style)
        self.notices = NoticeBox(style)
        self.timeline = Timeline(style)
        self.past = Past(style)
        for part in (self.head, self.notices, self.timeline, self.past):
            self.page.body.addWidget(part)
        self.page.body.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.page)
        self._connect()
        self._show(None)

    def _connect(self) -> None:
        head = self.head
        head.begun.connect(lambda words: self._do("begin", words))
        head.noted.connect(lambda words: self._do("note", words))
        head.ended.connect(lambda: self._do("end"))
        head.graded.connect(lambda word: self._do("change", gravity=word))
        head.checklist.clicked.connect(
            lambda: self.checklist_wanted.emit("incident-response")
        )
        self.notices.wanted.connect(self._on_notice_wanted)
        self.notices.used.connect(lambda words: self._do("notice_used", words))
        self.past.reopened.connect(lambda one: self._do("reopen", one))

    # Asking.

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Look at the timeline again with each news."""
        self.refresh()

    def refresh(self) -> None:
        """Read what stands there now."""
        if not self.key or self._asked == self.key:
            return
        self._asked = self.key
        call = self.bridge.ask(self.key, _read)
        call.then(self._on_read, self._on_failed)
        call.ended.connect(self._on_asked)

    def _on_asked(self) -> None:
        self._asked = ""

    def _do(self, what: str, *words: str, **values: str) -> None:
        def work(doctor: Doctor, _say: object) -> object:
            incidents = doctor.incidents
            if what == "notice_used":
                incidents.note(words[0], EntryKind.NOTICE)
            else:
                getattr(incidents, what)(*words, **values)
            return _read(doctor, _say)

        if self.key:
            call = self.bridge.ask(self.key, work)
            call.then(self._on_read, self._on_failed)

    def _on_notice_wanted(self, wish: object) -> None:
        call = self.bridge.ask(
            self.key,
            lambda doctor, _say: doctor.incidents.notice(wish),  # type: ignore[arg-type]
        )
        call.then(self.notices.show_notice, self._on_failed)

    def _on_failed(self, error: Exception) -> None:
        self.said.emit(str(error), Level.ERROR)

    # Showing.

    def _on_read(self, read: tuple[Incident | None, tuple[Incident, ...]]) -> None:
        current, kept = read
        self._show(current)
        self.past.show_incidents([one for one in kept if one.ended], self.now())

    def _show(self, incident: Incident | None) -> None:
        self.incident = incident
        self.head.show_incident(incident)
        self.notices.setVisible(incident is not None)
        self.timeline.show_incident(incident, self.now())
        self.tick()

    def tick(self) -> None:
        """A second passed."""
        self.head.tick(self.now())


def _read(doctor: Doctor, _say: object) -> object:
    return doctor.incidents.open, doctor.incidents.kept(SHOWN_PAST)


class Head(Card):
    """What is open, how bad it is, and what can be done about it.

    Signals:
        begun: title of a new incident.
        noted: words to write down.
        ended: it is over.
        graded: word of the gravity chosen.
    """

    begun = Signal(str)
    noted = Signal(str)
    ended = Signal()
    graded = Signal(str)

    def __init__(self, style: Style) -> None:
        super().__init__(style, pad=3 * GRID)
        self._style = style
        self._incident: Incident | None = None
        self.shape = Shape(style, Level.OK, 20)
        self.sentence = label(style, CALM, size=VERDICT, bold=True, wrap=True)
        self.since = label(style, ABOUT, muted=True, wrap=True)
        self.words = QLineEdit()
        self.words.setFont(style.font())
        self.words.setMaxLength(300)
        self.words.returnPressed.connect(self._on_go)
        self.go = button(style, "", self._on_go, role="primary")
        self.over = button(style, "End the incident", self.ended.emit)
        self.checklist = button(style, "Open the checklist", role="quiet")
        self.gravity = Choice(style, "How bad it is").offer(GRAVITIES)
        self.gravity.activated.connect(lambda _at: self.graded.emit(self.gravity.value))
        self.body.addLayout(self._top())
        self.body.addWidget(self.since)
        self.body.addWidget(self.gravity)
        self.body.addLayout(row(style, self.words, self.go))
        self.body.addLayout(row(style, self.over, self.checklist, None))

    def _top(self) -> QHBoxLayout:
        top = row(self._style, self.shape, space=12)
        top.addWidget(self.sentence, 1)
        return top

    def show_incident(self, incident: Incident | None) -> None:
        """Show the open one, or that all is calm."""
        self._incident = incident
        open_ = incident is not None
        level = GRAVITY_LEVELS[incident.gravity] if incident else Level.OK
        self.shape.set_level(level)
        self.sentence.setText(incident.title if incident else CALM)
        if incident:
            self.gravity.choose(incident.gravity.word)
        else:
            self.since.setText(ABOUT)
        for part in (self.over, self.gravity):
            part.setVisible(open_)
        ask = "What do you see or do?" if open_ else "What does not work?"
        self.words.setPlaceholderText(ask)
        self.words.setAccessibleName(ask)
        self.go.setText("Write it down" if open_ else "Begin an incident")

    def tick(self, now: float) -> None:
        """For how long it has been going on."""
        if self._incident is not None:
            lead = f" · lead: {self._incident.lead}" if self._incident.lead else ""
            lasted = duration(max(0.0, now - self._incident.began))
            self.since.setText(f"{lasted} · {self._incident.gravity.word}{lead}")

    def _on_go(self) -> None:
        words = self.words.text().strip()
        if not words and self._incident is not None:
            return
        self.words.clear()
        (self.noted if self._incident is not None else self.begun).emit(words)


class Timeline(Card):
    """What happened when, newest first."""

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._style = style
        self._shown: Incident | None = None
        self.body.addWidget(label(style, "Timeline", size=EMPHASIS, bold=True))
        self._inside = column(style, space=GRID)
        self.body.addLayout(self._inside)

    def show_incident(self, incident: Incident | None, now: float) -> None:
        """Show its entries; nothing is drawn anew while it is the same."""
        self.setVisible(incident is not None)
        if incident == self._shown or incident is None:
            return
        self._shown = incident
        clear(self._inside)
        for entry in reversed(incident.entries[-SHOWN_ENTRIES:]):
            shape = Shape(self._style, LEVELS.get(entry.kind, Level.UNKNOWN), 12)
            shape.setAccessibleName(entry.kind.value)
            words = column(self._style, space=GAP)
            said = label(self._style, one_line(entry.text, 300), wrap=True)
            words.addWidget(selectable(said))
            who = entry.who or "ComfyDoctor"
            small = f"{ago(entry.time, now)} · {who}"
            words.addWidget(label(self._style, small, size=CAPTION, muted=True))
            line = row(self._style, shape, space=12)
            line.addLayout(words, 1)
            self._inside.addLayout(line)


class Past(QWidget):
    """Incidents that are over.

    Signals:
        reopened: id of an incident that was not over after all.
    """

    reopened = Signal(str)

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._style = style
        self._shown: list[Incident] = []
        self._inside = column(style, space=GRID)
        self.setLayout(self._inside)

    def show_incidents(self, incidents: list[Incident], now: float) -> None:
        """Show these, newest first."""
        if incidents == self._shown:
            return
        self._shown = incidents
        clear(self._inside)
        self.setVisible(bool(incidents))
        if incidents:
            head = label(self._style, "Before", size=EMPHASIS, bold=True)
            self._inside.addWidget(head)
        for incident in incidents:
            self._inside.addWidget(self._card(incident, now))

    def _card(self, incident: Incident, now: float) -> Card:
        style = self._style
        card = Card(style)
        top = row(style, Shape(style, GRAVITY_LEVELS[incident.gravity], 12), space=12)
        top.addWidget(label(style, incident.title, bold=True, wrap=True), 1)
        again = button(
            style,
            "Open again",
            partial(self.reopened.emit, incident.id),
            role="quiet",
            name=f"Open again: {incident.title}",
        )
        top.addWidget(again)
        card.body.addLayout(top)
        lasted = duration((incident.ended or incident.began) - incident.began)
        found = count(len(incident.causes), "cause")
        said = f"{ago(incident.began, now)} · lasted {lasted} · {found} found"
        card.body.addWidget(label(style, said, size=CAPTION, muted=True))
        return card
