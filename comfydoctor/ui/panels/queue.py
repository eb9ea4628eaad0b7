"""Queue: what runs, what waits, and the buttons that change it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QMenu, QVBoxLayout

from comfydoctor.model.fix import EntryState, JournalEntry
from comfydoctor.model.job import Job
from comfydoctor.model.server import ServerProfile
from comfydoctor.model.snapshot import Snapshot
from comfydoctor.model.wish import Wish
from comfydoctor.ui.needs import Office
from comfydoctor.ui.panels.panel import FixAsk, Panel, Setting
from comfydoctor.ui.panels.queue_table import WaitingModel, waiting_table, waits
from comfydoctor.ui.theme import CAPTION, GRID, VERDICT
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.card import Page, row
from comfydoctor.ui.widgets.empty import Empty
from comfydoctor.ui.widgets.job import CurrentJob, job_name
from comfydoctor.ui.widgets.label import label
from comfydoctor.ui.words import count, one_line

HINT = "Drag a job to another place, or press Alt+Up and Alt+Down."
HOLD = "hold-queue"


class QueuePanel(Panel):
    """The page "Queue"."""

    id, title, icon = "queue", "Queue", "playlist-play"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        style = self.style_
        self.sentence = label(style, size=VERDICT, bold=True, wrap=True)
        self.held = label(style, muted=True, wrap=True)
        self.held.hide()
        self.job = CurrentJob(style)
        self.job.stop_wanted.connect(self._on_stop)
        self._make_buttons()
        self.model = WaitingModel()
        self.model.moved.connect(self._on_moved)
        self.table = waiting_table(style, self.model)
        self.table.selectionModel().selectionChanged.connect(self._on_chosen)
        self.hint = label(style, HINT, size=CAPTION, muted=True)
        self.none = Empty(style, self.icons, "playlist-play", "No job is waiting")
        self._lay_out()
        self._add_keys()
        self._entry: JournalEntry | None = None

    def _make_buttons(self) -> None:
        style = self.style_
        self.clear = button(
            style,
            "Clear, keep the jobs…",
            lambda: self._ask("clear-queue", title="Clear the queue, keep the jobs"),
            role="primary",
        )
        self.hold = button(style, "Hold…", self._on_hold)
        self.group = button(
            style, "Group by model…", lambda: self._ask("group-queue"), role=""
        )
        self.next = button(style, "Run next…", lambda: self._move("front"))
        self.remove = button(style, "Park…", self._on_remove)
        self.send = button(style, "Send elsewhere…")
        self.send.setMenu(QMenu(self.send))
        for made in (self.clear, self.group, self.next, self.remove, self.send):
            made.setEnabled(False)

    def _lay_out(self) -> None:
        style = self.style_
        self._bar = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._bar.setSpacing(style.px(GRID))
        self._bar.addLayout(row(style, self.clear, self.hold, self.group, None), 1)
        self._bar.addLayout(row(style, self.next, self.remove, self.send, None))
        page = Page(style)
        body = page.body
        body.addWidget(self.sentence)
        body.addWidget(self.held)
        body.addWidget(self.job)
        body.addLayout(self._bar)
        body.addWidget(self.table, 1)
        body.addWidget(self.hint)
        body.addWidget(self.none, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(page)
        self.table.setMinimumHeight(style.px(20 * GRID))
        self.table.hide()
        self.hint.hide()

    def _add_keys(self) -> None:
        for keys, by in (("Alt+Up", -1), ("Alt+Down", 1)):
            made = QShortcut(QKeySequence(keys), self.table)
            made.setContext(Qt.ShortcutContext.WidgetShortcut)
            made.activated.connect(lambda by=by: self._shift(by))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Two rows of buttons where one is too narrow for their words."""
        room = event.size().width() - self.style_.px(6 * GRID)
        parts = (self.clear, self.hold, self.group, self.next, self.remove, self.send)
        need = sum(part.sizeHint().width() + self.style_.px(GRID) for part in parts)
        ways = QBoxLayout.Direction
        self._bar.setDirection(ways.LeftToRight if need <= room else ways.TopToBottom)
        super().resizeEvent(event)

    def on_shown(self) -> None:
        """Ask which other servers there are."""

        def work(office: Office, _say: object) -> object:
            return tuple(office.servers())

        self.bridge.call(work).then(self.show_servers)

    def show_servers(self, servers: Sequence[ServerProfile]) -> None:
        """Offer the servers that jobs can be sent to."""
        menu = self.send.menu()
        menu.clear()
        for profile in servers:
            if profile.key != self.key:
                action = menu.addAction(one_line(profile.name, 60))
                action.triggered.connect(
                    lambda _checked=False, url=profile.url: self._on_send(url)
                )
        self._on_chosen()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Sentence, running job and the waiting ones."""
        self.sentence.setText(queue_sentence(snapshot))
        self._show_held(snapshot)
        self.job.show_job(snapshot, self.now())
        chosen = self._chosen()
        self.model.show_jobs(snapshot.pending, waits(snapshot, self.now()))
        self._choose_again(chosen)
        waiting = bool(snapshot.pending)
        self.table.setVisible(waiting)
        self.hint.setVisible(waiting)
        self.none.setVisible(not waiting)
        if snapshot.queue_remaining is None:
            self.none.say("The queue has not been read yet")
        elif self._entry is not None:
            self.none.say("The queue is held", "New jobs are parked until you release.")
        else:
            self.none.say("No job is waiting", "Jobs queued in ComfyUI appear here.")
        self.clear.setEnabled(waiting)
        self.group.setEnabled(len(snapshot.pending) > 1)
        self._on_chosen()

    def _show_held(self, snapshot: Snapshot) -> None:
        self._entry = entry = held_by(snapshot)
        self.hold.setText("Hold…" if entry is None else "Release…")
        self.hold.setAccessibleName(f"{self.hold.text()[:-1]} the queue")
        self.held.setVisible(entry is not None)
        if entry is not None:
            self.held.setText(
                "The queue is held: waiting and new jobs are parked on this computer "
                "and go back, each in its place, when you release it."
            )

    def tick(self) -> None:
        """Waits grow shorter."""
        if self.snapshot is not None:
            self.model.show_jobs(self.model.jobs, waits(self.snapshot, self.now()))

    def _chosen(self) -> Job | None:
        rows = self.table.selectionModel().selectedRows()
        if not rows or rows[0].row() >= len(self.model.jobs):
            return None
        return self.model.jobs[rows[0].row()]

    def _choose_again(self, job: Job | None) -> None:
        if job is None or self._chosen() == job:
            return
        for place, candidate in enumerate(self.model.jobs):
            if candidate.id == job.id:
                self.table.selectRow(place)
                return

    def _on_chosen(self, *_changes: object) -> None:
        job = self._chosen()
        first = bool(self.model.jobs) and job == self.model.jobs[0]
        self.next.setEnabled(job is not None and not first)
        self.remove.setEnabled(job is not None)
        self.send.setEnabled(bool(self.model.jobs) and bool(self.send.menu().actions()))

    def _on_hold(self) -> None:
        if self._entry is not None:
            self.undo_wanted.emit(self._entry.id)
        else:
            self._ask(HOLD, title="Hold the queue")

    def _on_remove(self) -> None:
        job = self._chosen()
        if job is not None:
            self._ask("cancel-job", job.id, f"Park {one_line(job_name(job), 60)}")

    def _on_send(self, url: str) -> None:
        job = self._chosen()
        wish = Wish(job.id if job else "", {"to": url})
        self._ask("send-jobs", wish.write(), "Send jobs to another server")

    def _shift(self, by: int) -> None:
        job = self._chosen()
        if job is not None:
            place = self.model.jobs.index(job) + 1 + by
            if 1 <= place <= len(self.model.jobs):
                self._move(str(place))

    def _move(self, to: str) -> None:
        job = self._chosen()
        if job is not None:
            self._on_moved(job.id, to)

    def _on_moved(self, job_id: str, place: int | str) -> None:
        wish = Wish(job_id, {"to": str(place)})
        self._ask("move-job", wish.write(), "Move a job in the queue")

    def _on_stop(self, job_id: str) -> None:
        self._ask("interrupt-job", job_id, "Stop the running job")

    def _ask(self, fix: str, target: str = "", title: str = "") -> None:
        self.fix_wanted.emit(FixAsk(fix, target, title))


def held_by(snapshot: Snapshot) -> JournalEntry | None:
    """The action that holds the queue now."""
    for entry in snapshot.activity:
        if entry.fix == HOLD and entry.state is EntryState.DONE and entry.undo:
            return entry
    return None


def queue_sentence(snapshot: Snapshot) -> str:
    """``1 job is running, 3 are waiting``, or what is known of that."""
    if snapshot.queue_remaining is None:
        return "The queue has not been read yet."
    waiting = len(snapshot.pending)
    first = "1 job is running" if snapshot.running else "No job is running"
    if not waiting and snapshot.queue_remaining > 1:
        return f"{count(snapshot.queue_remaining, 'job')} in the queue."
    verb = "is" if waiting == 1 else "are"
    return f"{first}, {waiting or 'none'} {verb if waiting else 'is'} waiting."
