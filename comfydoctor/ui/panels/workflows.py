"""Workflows: every kept state, what came of it, and the way back."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLineEdit, QScrollArea, QSplitter, QStackedWidget, QWidget

from comfydoctor.errors import DoctorError
from comfydoctor.model.difference import WorkflowDiff
from comfydoctor.model.fix import FixResult
from comfydoctor.model.snapshot import Snapshot
from comfydoctor.model.version import Dated, KeptWorkflow, Match, Version
from comfydoctor.model.wish import Wish
from comfydoctor.ui.call import Call
from comfydoctor.ui.needs import Doctor
from comfydoctor.ui.panels.panel import FixAsk, Panel, Setting
from comfydoctor.ui.panels.workflows_rows import (
    Fold,
    Row,
    choose,
    chosen,
    fold,
    rows_view,
    version_row,
    workflow_row,
)
from comfydoctor.ui.panels.workflows_version import VersionView
from comfydoctor.ui.readings import Readings
from comfydoctor.ui.theme import GRID, VERDICT, Level
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.card import column, row
from comfydoctor.ui.widgets.empty import Empty
from comfydoctor.ui.widgets.label import label
from comfydoctor.ui.widgets.skeleton import Skeleton
from comfydoctor.ui.words import count, one_line

NARROW = 1000
EVERY = 5
"""Seconds between looks for new versions while the page is in front."""
HOW = (
    "Save a workflow in ComfyUI, or queue it: from then on every state is kept by "
    "itself."
)
REVERT = "revert-workflow"
KINDS = "Pictures, films, sounds, workflows (*.png *.webp *.jpg *.jpeg *.mp4 *.webm"
KINDS += " *.flac *.mp3 *.json)"


class WorkflowsPanel(Panel):
    """The page "Workflows"."""

    id, title, icon = "workflows", "Workflows", "file-tree-outline"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._workflows: tuple[KeptWorkflow, ...] = ()
        self._folds: list[Fold] = []
        self._wanted: int | None = None
        """A version that is to be chosen when its timeline comes."""
        self._seconds = 0
        self._listing: Call | None = None
        self._stale = False
        """Something changed while the list was being read."""
        self._compared = (0, 0)
        """Which two are shown beside each other."""
        self._make()
        self._lay_out()
        self._show_state()

    def _make(self) -> None:
        style = self.style_
        self.sentence = label(style, size=VERDICT, bold=True, wrap=True)
        self.back = button(style, "Back to last good…", self._on_back, role="primary")
        self.picture = button(style, "Version of a picture…", self._on_find)
        self.search = QLineEdit()
        self.search.setFont(style.font())
        self.search.setPlaceholderText("Search models, texts, names")
        self.search.setAccessibleName("Search kept versions")
        self.search.setClearButtonEnabled(True)
        self.search.returnPressed.connect(self._on_search)
        self.search.textChanged.connect(self._on_search_cleared)
        self.list, self.workflows = rows_view(style, "Workflows")
        self.timeline, self.versions = rows_view(style, "Versions, newest first")
        self.view = VersionView(self.setting)
        self.view.revert_wanted.connect(self._on_revert)
        self.view.node_wanted.connect(self._on_node)
        self.view.marked.connect(self.refresh)
        self.view.failed.connect(self._on_failed)
        self.list.selectionModel().selectionChanged.connect(self._on_workflow)
        self.timeline.selectionModel().selectionChanged.connect(self._on_version)
        self.none = Empty(
            style,
            self.icons,
            "file-tree-outline",
            "No version is kept yet",
            HOW,
        )
        self.again = button(style, "Try again", self.refresh)

    def _lay_out(self) -> None:
        style = self.style_
        head = row(style, self.back, self.picture, None)
        self.search.setMinimumWidth(style.px(200))
        head.addWidget(self.search)
        self.lists = QSplitter()
        self.lists.addWidget(self.list)
        self.lists.addWidget(self.timeline)
        self.lists.setChildrenCollapsible(False)
        self.lists.setHandleWidth(style.px(GRID))
        self.lists.setMinimumWidth(style.px(190))
        self.split = QSplitter()
        beside = QScrollArea()
        beside.setWidgetResizable(True)
        beside.setWidget(self.view)
        self.view.hide()  # until there is a version to show
        parts: tuple[tuple[QWidget, int], ...] = ((self.lists, 4), (beside, 5))
        for part, share in parts:
            self.split.addWidget(part)
            self.split.setStretchFactor(self.split.count() - 1, share)
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(style.px(GRID))
        wait, bars = QWidget(), column(style)
        named = "Versions are being read"
        bars.addWidget(Skeleton(style, 0.6, 0.9, 0.7, 0.8, name=named))
        bars.addStretch(1)
        wait.setLayout(bars)
        nothing = QWidget()
        below = column(style)
        below.addWidget(self.none, 1)
        below.addLayout(row(style, None, self.again, None))
        below.addStretch(1)
        nothing.setLayout(below)
        self.stack = QStackedWidget()
        for state in (wait, self.split, nothing):
            self.stack.addWidget(state)
        body = column(style, space=2 * GRID, pad=3 * GRID)
        body.addWidget(self.sentence)
        body.addLayout(head)
        body.addWidget(self.stack, 1)
        self.setLayout(body)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Where there is little room the versions stand below the workflows."""
        from PySide6.QtCore import Qt

        narrow = self.width() < self.style_.px(NARROW)
        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        self.lists.setOrientation(down if narrow else across)
        super().resizeEvent(event)

    # Reading.

    def show_server(self, snapshot: Snapshot | None, readings: Readings) -> None:
        """Another server's workflows, or none."""
        super().show_server(snapshot, readings)
        self.view.set_server(self.key)
        self._workflows, self._folds = (), []
        self._show_state()
        if self.isVisible():
            self.refresh()

    def on_shown(self) -> None:
        """Look for what came since."""
        self.refresh()

    def tick(self) -> None:
        """Look again now and then, while somebody looks."""
        self._seconds += 1
        if self._seconds % EVERY == 0 and self.isVisible() and not self._searching:
            self.refresh()

    def on_fixed(self, result: FixResult) -> None:
        """A workflow may be another now."""
        if self.isVisible():
            self.refresh()

    @property
    def _searching(self) -> bool:
        return bool(self.search.text().strip())

    def refresh(self) -> None:
        """Read the list of workflows anew."""
        self._stale = self._listing is not None
        if not self.key or self._stale:
            return

        def work(doctor: Doctor, _say: object) -> object:
            return doctor.versions.workflows()

        self._listing = self.bridge.ask(self.key, work)
        self._listing.then(self._on_listed, self._on_not_listed)

    def _on_listed(self, workflows: tuple[KeptWorkflow, ...]) -> None:
        self._listing = None
        self.show_workflows(workflows)
        if self._stale:
            self.refresh()

    def _on_not_listed(self, error: Exception) -> None:
        self._listing = None
        self._on_failed(error)

    def show_workflows(self, workflows: tuple[KeptWorkflow, ...]) -> None:
        """Show the list; what was chosen stays so."""
        self._workflows = workflows
        before = chosen(self.list)
        self.workflows.show_rows([workflow_row(w, self.now()) for w in workflows])
        if not choose(self.list, before) and workflows:
            choose(self.list, workflows[0].id)
        self._show_state()
        self._read_timeline()

    def _show_state(self) -> None:
        if not self.key:
            self.none.say("No server is open", "Its kept workflows are shown here.")
        elif not self._workflows:
            self.none.say("No version is kept yet", HOW)
        self.again.hide()
        waiting = bool(self.key) and self._listing is not None and not self._workflows
        self.stack.setCurrentIndex(1 if self._workflows else 0 if waiting else 2)
        total = sum(workflow.versions for workflow in self._workflows)
        said = f"{count(total, 'version')} of {count(len(self._workflows), 'workflow')}"
        self.sentence.setText(f"{said} kept." if total else "No version is kept yet.")
        self.sentence.setVisible(bool(self.key))
        self.picture.setEnabled(bool(self.key))
        self._show_back()

    def _show_back(self) -> None:
        workflow = self._workflow()
        good = workflow is not None and workflow.good is not None
        file = workflow is not None and bool(workflow.place.path)
        newest = self._folds[0].first.version.id if self._folds else None
        there = workflow is not None and workflow.good == newest
        self.back.setEnabled(good and file and not there)

    def _workflow(self) -> KeptWorkflow | None:
        wanted = chosen(self.list)
        return next((w for w in self._workflows if w.id == wanted), None)

    # The versions of one.

    def _on_workflow(self, *_: object) -> None:
        self._folds = []
        self._read_timeline()

    def _read_timeline(self) -> None:
        workflow = self._workflow()
        if workflow is None:
            return

        def work(doctor: Doctor, _say: object) -> object:
            return doctor.versions.timeline(workflow.id)

        def on_read(dated: tuple[Dated, ...]) -> None:
            if chosen(self.list) == workflow.id:  # else another was chosen since
                self.show_timeline(dated)

        self.bridge.ask(self.key, work).then(on_read, self._on_failed)

    def show_timeline(self, dated: tuple[Dated, ...]) -> None:
        """Show the versions; what differs in seeds only is folded together."""
        workflow = self._workflow()
        before = self._wanted or chosen(self.timeline)
        self._folds = fold(dated)
        if self._wanted is not None:
            self._unfold(dated, self._wanted)
        good = workflow.good if workflow else None
        rows = [
            version_row(folded, good, place == 0, self.now())
            for place, folded in enumerate(self._folds)
        ]
        self.versions.show_rows(rows)
        if not choose(self.timeline, before) and rows:
            choose(self.timeline, good if _has(rows, good) else rows[0].id)
        self._wanted = None
        self._show_back()
        self._on_version()

    def _unfold(self, dated: tuple[Dated, ...], wanted: int) -> None:
        """A version that is asked for stands by itself."""
        if not any(folded.first.version.id == wanted for folded in self._folds):
            self._folds += [Fold(d) for d in dated if d.version.id == wanted]
            self._folds.sort(key=lambda folded: -folded.first.version.id)

    def _on_version(self, *_: object) -> None:
        wanted = chosen(self.timeline)
        folded = next((f for f in self._folds if f.first.version.id == wanted), None)
        workflow = self._workflow()
        if folded is None or workflow is None:
            return
        newest = self._folds[0].first.version
        self.view.set_server(self.key)
        self.view.show_version(folded.first, newest, self.now())
        self._compare(folded.first.version, newest)

    def _compare(self, version: Version, newest: Version) -> None:
        if self._compared == (version.id, newest.id):
            return
        self._compared = (version.id, newest.id)
        if version.id == newest.id:
            self.view.diff.say("This is the newest state.")
            return
        self.view.diff.say("", waiting=True)

        def work(doctor: Doctor, _say: object) -> object:
            return doctor.versions.compare(version.id, newest.id)

        def on_compared(diff: WorkflowDiff) -> None:
            if self._compared == (version.id, newest.id):
                self.view.diff.show_diff(diff)

        self.bridge.ask(self.key, work).then(on_compared, self._on_not_compared)

    def _on_not_compared(self, error: Exception) -> None:
        self._compared = (0, 0)
        self.view.diff.say(one_line(error, 300))

    # Going back.

    def _on_back(self) -> None:
        workflow = self._workflow()
        if workflow is not None and workflow.good is not None:
            name = one_line(workflow.place.name, 60)
            self._ask(Wish(str(workflow.good)), f"Back to the last good “{name}”")

    def _on_revert(self, version: Version) -> None:
        self._ask(Wish(str(version.id)), "Put this version back")

    def _on_node(self, version: Version, node: str) -> None:
        wish = Wish(str(version.id), {"node": node})
        self._ask(wish, "Put this node's values back")

    def _ask(self, wish: Wish, title: str) -> None:
        self.fix_wanted.emit(FixAsk(REVERT, wish.write(), title))

    # Finding.

    def _on_search_cleared(self, text: str) -> None:
        if not text.strip():
            self.refresh()

    def _on_search(self) -> None:
        text = self.search.text().strip()
        if text and self.key:

            def work(doctor: Doctor, _say: object) -> object:
                return doctor.versions.search(text)

            self.bridge.ask(self.key, work).then(self._on_found, self._on_failed)

    def _on_found(self, found: tuple[Version, ...]) -> None:
        if not found:
            self.said.emit("No kept version has all these words.", Level.INFO)
            return
        self.said.emit(f"{count(len(found), 'version')} found.", Level.OK)
        self.go_to(found[0])

    def _on_find(self) -> None:
        from PySide6.QtWidgets import QFileDialog

        path, _kind = QFileDialog.getOpenFileName(self, "Which picture?", "", KINDS)
        if path:
            self.find_picture(path)

    def find_picture(self, path: str) -> None:
        """Show the version that made a picture."""

        def work(doctor: Doctor, _say: object) -> object:
            return doctor.versions.find(path)

        self.bridge.ask(self.key, work).then(self._on_matches, self._on_failed)

    def _on_matches(self, matches: tuple[Match, ...]) -> None:
        if not matches:
            said = "No kept version made this, as far as is known."
            self.said.emit(said, Level.INFO)
            return
        self.said.emit(one_line(matches[0].how.capitalize()), Level.OK)
        self.go_to(matches[0].version)

    def go_to(self, version: Version) -> None:
        """Choose a version, whichever workflow it belongs to."""
        self._wanted = version.id
        same = chosen(self.list) == version.workflow
        if not choose(self.list, version.workflow):
            self.said.emit("It belongs to another server's workflow.", Level.INFO)
        elif same:
            self._read_timeline()

    def _on_failed(self, error: Exception) -> None:
        advice = error.advice if isinstance(error, DoctorError) else ""
        if self._workflows:
            self.said.emit(one_line(error, 300), Level.ERROR)
            return
        self.none.say("The kept versions could not be read", f"{error} {advice}")
        self.again.show()
        self.stack.setCurrentIndex(2)


def _has(rows: list[Row], wanted: int | None) -> bool:
    return any(line.id == wanted for line in rows)
