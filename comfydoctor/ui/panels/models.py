"""Models: what the server's model files are, what is wrong, which LoRA fits."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLineEdit, QStackedLayout, QWidget

from comfydoctor.model.modelfile import LoraMatch, ModelFile, ModelKind, ModelShelf
from comfydoctor.model.snapshot import Snapshot
from comfydoctor.ui.panels.panel import Panel, Setting
from comfydoctor.ui.theme import CAPTION, GRID, VERDICT, Level
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.card import column, row
from comfydoctor.ui.widgets.choice import Check, Choice
from comfydoctor.ui.widgets.empty import Empty
from comfydoctor.ui.widgets.label import label
from comfydoctor.ui.widgets.meter import Meter
from comfydoctor.ui.widgets.models import words
from comfydoctor.ui.widgets.models.detail import BASES, ModelDetail
from comfydoctor.ui.widgets.models.table import ModelList
from comfydoctor.ui.widgets.skeleton import Skeleton

if TYPE_CHECKING:
    from comfydoctor.ui.call import Call

SIDE_BY_SIDE = 940
"""From this width on the details stand beside the list, else below it."""
DETAIL_WIDE, DETAIL_HIGH = 336, 240
ALL_FOLDERS = "All folders"


class ModelsPanel(Panel):
    """The page "Models"."""

    id, title, icon = "models", "Models", "cube-outline"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.shelf: ModelShelf | None = None
        self._shown_key = ""
        self._call: Call | None = None
        self._matching: Call | None = None
        self._make_head()
        self._make_filter()
        self._make_list()
        self._say_waiting()

    # Building.

    def _make_head(self) -> None:
        style = self.style_
        self.sentence = label(style, "Models", size=VERDICT, bold=True, wrap=True)
        self.about = label(style, size=CAPTION, muted=True, wrap=True)
        self.meter = Meter(style, "Files read")
        self.meter.hide()
        self.again = button(style, "Look again", self.look)
        self.cancel = button(style, "Stop reading", self._on_cancel)
        self.cancel.hide()

    def _make_filter(self) -> None:
        style = self.style_
        self.search = QLineEdit()
        self.search.setFont(style.font())
        self.search.setPlaceholderText("Name, kind or base")
        self.search.setAccessibleName("Show only models whose words fit")
        self.search.setClearButtonEnabled(True)
        self.folder = Choice(style, "Folder")
        self.folder.addItem(ALL_FOLDERS, "")
        self.only = Check(style, "Only problems")
        self.search.textChanged.connect(self._on_filter)
        self.folder.currentIndexChanged.connect(self._on_filter)
        self.only.toggled.connect(self._on_filter)

    def _make_list(self) -> None:
        style = self.style_
        self.list = ModelList(style)
        self.list.chosen.connect(self._on_chosen)
        self.detail = ModelDetail(style)
        self.detail.match_wanted.connect(self._on_match)
        self.split = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self.split.setSpacing(style.px(2 * GRID))
        self.split.addWidget(self.list, 1)
        self.split.addWidget(self.detail)
        self.full = QWidget()
        inner = column(style, space=GRID)
        tools = row(style, self.search, self.folder, self.only, space=GRID)
        tools.setStretch(0, 1)
        inner.addLayout(tools)
        inner.addLayout(self.split, 1)
        self.full.setLayout(inner)
        self.none = Empty(style, self.icons, self.icon, "No models have been read yet")
        self.waiting = Skeleton(style, 0.9, 0.7, 0.8, 0.6, name="Models are being read")
        self.sides = QStackedLayout()
        for side in (self.none, self.waiting, self.full):
            self.sides.addWidget(side)
        body = column(style, space=2 * GRID, pad=3 * GRID)
        head = row(style, self.sentence, self.cancel, self.again, space=GRID)
        head.setStretch(0, 1)
        body.addLayout(head)
        body.addWidget(self.about)
        body.addWidget(self.meter)
        body.addLayout(self.sides, 1)
        self.setLayout(body)
        self._place_detail()
        self._on_chosen(None)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Details beside the list, or below it where the window is narrow."""
        super().resizeEvent(event)
        self._place_detail()

    def _place_detail(self) -> None:
        wide = self.width() >= self.style_.px(SIDE_BY_SIDE)
        ways = QBoxLayout.Direction
        self.split.setDirection(ways.LeftToRight if wide else ways.TopToBottom)
        most = 16_777_215
        across, high = self.style_.px(DETAIL_WIDE), self.style_.px(DETAIL_HIGH)
        self.detail.setMinimumWidth(across if wide else 0)
        self.detail.setMaximumWidth(across if wide else most)
        self.detail.setMaximumHeight(most if wide else high)
        self.detail.setMinimumHeight(0 if wide else high // 2)
        self.detail.setVisible(wide or self.list.current() is not None)

    # Reading.

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Another server has other models."""
        if self.key == self._shown_key:
            return
        self._shown_key = self.key
        self._forget()
        if self.isVisible():
            self.look()

    def on_shown(self) -> None:
        """Read them the first time they are wanted."""
        if self.shelf is None and self._call is None and self.key:
            self.look()

    def look(self) -> None:
        """Read all models of the server."""
        if not self.key or self._call is not None:
            return
        call = self.bridge.ask(self.key, lambda d, say: d.models.read(say))
        self._call = call
        key = self.key
        call.then(
            lambda shelf: self._on_shelf(key, shelf),
            self._on_failed,
            lambda shelf: self._on_shelf(key, shelf),
        )
        call.ended.connect(lambda: self._on_ended(call))
        self._show_busy(busy=True)

    def _forget(self) -> None:
        for call in (self._call, self._matching):
            if call is not None:
                call.cancel()
        self._call = self._matching = self.shelf = None
        self.list.files.show_files(())
        self._show_busy(busy=False)
        self._say_waiting()

    def _on_cancel(self) -> None:
        if self._call is not None:
            self._call.cancel()

    def _on_shelf(self, key: str, shelf: ModelShelf) -> None:
        if key != self.key:
            return
        self.shelf = shelf
        self.meter.set_share(shelf.done / shelf.total if shelf.total else 0.0)
        self._show_folders(shelf)
        self.list.files.show_files(shelf.files)
        self._say(shelf)

    def _on_ended(self, call: "Call") -> None:
        if call is self._call:
            self._call = None
            self._show_busy(busy=False)
            if self.shelf is None:
                self.sides.setCurrentWidget(self.none)

    def _on_failed(self, error: Exception) -> None:
        self.none.say("The models could not be read", str(error))
        if self.shelf is None:
            self.sides.setCurrentWidget(self.none)
        else:
            self.said.emit(str(error), Level.ERROR)

    def _show_busy(self, *, busy: bool) -> None:
        self.meter.setVisible(busy)
        self.cancel.setVisible(busy)
        self.again.setVisible(not busy)
        self.again.setEnabled(bool(self.key))
        if busy and self.shelf is None:
            self.sides.setCurrentWidget(self.waiting)
            self.sentence.setText("Reading the models…")

    def _say_waiting(self) -> None:
        self.sentence.setText("Models")
        self.about.setText("")
        self.none.say(
            "No models have been read yet",
            "Open a server to see its model files." if not self.key else "",
        )
        self.sides.setCurrentWidget(self.none)

    def _say(self, shelf: ModelShelf) -> None:
        said = words.sentence(shelf)
        if not shelf.complete and self._call is not None:
            said = f"Reading the models: {shelf.done} of {shelf.total or 'many'}"
        elif not shelf.complete:
            said = f"{said} Reading was stopped."
        self.sentence.setText(said)
        self.about.setText(shelf.about)
        if shelf.files:
            self.sides.setCurrentWidget(self.full)
        elif shelf.complete:
            self.none.say("No model was found", "Its folders are empty.")
            self.sides.setCurrentWidget(self.none)

    def _show_folders(self, shelf: ModelShelf) -> None:
        names = sorted({file.folder for file in shelf.files if file.folder})
        shown = [self.folder.itemData(n) for n in range(1, self.folder.count())]
        if names == shown:
            return
        chosen = self.folder.currentData()
        self.folder.blockSignals(True)
        self.folder.clear()
        self.folder.addItem(ALL_FOLDERS, "")
        for name in names:
            self.folder.addItem(name, name)
        self.folder.setCurrentIndex(max(0, self.folder.findData(chosen)))
        self.folder.blockSignals(False)

    # One file.

    def _on_filter(self, *_changes: object) -> None:
        self.list.files.narrow(
            self.search.text(),
            self.folder.currentData() or "",
            only_problems=self.only.isChecked(),
        )

    def _on_chosen(self, file: ModelFile | None) -> None:
        if self._matching is not None:
            self._matching.cancel()
            self._matching = None
        self.detail.show_file(file, self._partners(file), self.now())
        self._place_detail()
        if file is not None and not file.examined and file.healthy:
            call = self.bridge.ask(self.key, lambda d, _say: d.models.notes(file))
            call.then(lambda told: self._on_notes(file, told))

    def _on_notes(self, file: ModelFile, told: tuple[str, ...]) -> None:
        """What the file says of itself came from the server."""
        if self.list.current() is file and told:
            self.detail.show_file(replace(file, notes=told), (), self.now())

    def _partners(self, file: ModelFile | None) -> tuple[ModelFile, ...]:
        """What a file can be matched with; headers are read only on this computer."""
        if file is None or self.shelf is None or not self.shelf.local:
            return ()
        if file.kind in BASES:
            wanted: tuple[ModelKind, ...] = (ModelKind.LORA,)
        elif file.kind is ModelKind.LORA:
            wanted = BASES
        else:
            return ()
        found = (f for f in self.shelf.files if f.kind in wanted and f.examined)
        return tuple(sorted(found, key=lambda one: one.name.casefold()))

    def _on_match(self, base: str, loras: list[str]) -> None:
        done: list[LoraMatch] = []
        many = len(loras)

        def on_pair(pair: LoraMatch) -> None:
            done.append(pair)
            if len(done) % 20 == 0:
                self.detail.say(f"Matched {len(done)} of {many}…")

        self.detail.say(f"Matching {many}…" if many > 1 else "Matching…")
        call = self.bridge.ask(
            self.key, lambda d, say: d.models.match([base], loras, say)
        )
        self._matching = call
        call.then(
            self.detail.show_matches, lambda error: self.detail.say(str(error)), on_pair
        )
