"""Console: what the server prints, live."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit

from comfydoctor.model.snapshot import Snapshot
from comfydoctor.ui.feed import Batch
from comfydoctor.ui.needs import Doctor
from comfydoctor.ui.panels.panel import Panel, Setting
from comfydoctor.ui.readings import Readings
from comfydoctor.ui.theme import GRID, VERDICT, Level
from comfydoctor.ui.wards import lines_in
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.card import column, row
from comfydoctor.ui.widgets.choice import Check
from comfydoctor.ui.widgets.empty import Empty
from comfydoctor.ui.widgets.label import label
from comfydoctor.ui.widgets.logview import LogView
from comfydoctor.ui.words import count


class ConsolePanel(Panel):
    """The page "Console"."""

    id, title, icon = "console", "Console", "console-line"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        style = self.style_
        self.sentence = label(style, size=VERDICT, bold=True, wrap=True)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find in the console")
        self.search.setAccessibleName("Find in the console")
        self.search.setClearButtonEnabled(True)
        self.worst = Check(style, "Warnings and errors only")
        self.copy = button(style, "Copy the lines", self._on_copy)
        self.view = LogView(style)
        self.none = Empty(
            style,
            self.icons,
            "console-line",
            "Nothing has been printed yet",
            "Lines appear here as soon as the server's console prints some.",
        )
        self._loaded = ""
        tools = row(style)
        tools.addWidget(self.search, 1)
        for part in (self.worst, self.copy):
            tools.addWidget(part)
        body = column(style, space=2 * GRID, pad=3 * GRID)
        body.addWidget(self.sentence)
        body.addLayout(tools)
        body.addWidget(self.view, 1)
        body.addWidget(self.none, 1)
        self.setLayout(body)
        self.search.textChanged.connect(self._on_filter)
        self.worst.toggled.connect(self._on_filter)
        self._show_or_not()

    def show_server(self, snapshot: Snapshot | None, readings: Readings) -> None:
        """Fetch what the server printed before, when it is another one."""
        super().show_server(snapshot, readings)
        if snapshot is None or self._loaded == snapshot.profile.key:
            return
        self._loaded = snapshot.profile.key
        self.view.model_of_lines.clear()

        def tail(doctor: Doctor, _say: object) -> object:
            return tuple(doctor.log_tail())

        self.bridge.ask(self._loaded, tail).then(self._on_tail)

    def take(self, batch: Batch, readings: Readings) -> None:
        """Append what was printed since."""
        super().take(batch, readings)
        new = lines_in(batch.changes)
        if new:
            self.view.take(new)
            self._show_or_not()

    def on_shown(self) -> None:
        """Lines that came while another page was in front are fetched again."""
        self._loaded = ""
        self.show_server(self.snapshot, self.readings)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Whether the console is heard."""
        heard = snapshot.connection.log_stream
        said = "The server's console, live." if heard else "The console is not heard."
        self.sentence.setText(said)

    def _on_tail(self, lines: object) -> None:
        self.view.model_of_lines.clear()
        self.view.take(lines)  # type: ignore[arg-type]
        self.view.scrollToBottom()
        self._show_or_not()

    def _on_filter(self, *_: object) -> None:
        self.view.model_of_lines.filter(
            self.search.text(), worst_only=self.worst.isChecked()
        )

    def _show_or_not(self) -> None:
        empty = self.view.model_of_lines.empty
        self.view.setVisible(not empty)
        self.none.setVisible(empty)
        self.copy.setEnabled(not empty)

    def _on_copy(self) -> None:
        if not self.view.selectedIndexes():
            self.view.selectAll()
        text = self.view.selected_text()
        QGuiApplication.clipboard().setText(text)
        copied = count(text.count("\n") + 1, "line")
        self.said.emit(f"{copied} copied.", Level.OK)
