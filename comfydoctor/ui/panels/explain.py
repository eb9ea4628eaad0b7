"""The box for a message, a traceback or a log file that someone wants explained."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit

from comfydoctor.model.job import JobError
from comfydoctor.ui.bridge import Bridge
from comfydoctor.ui.theme import CAPTION, EMPHASIS, Style
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.card import Card, row
from comfydoctor.ui.widgets.label import label

if TYPE_CHECKING:
    from comfydoctor.ui.bridge import Say
    from comfydoctor.ui.needs import Doctor

SHOWN_SIGNS = 20_000
LONGEST = 2000


class TextBox(QPlainTextEdit):
    """Takes text and dropped files; long lines are cut before Qt lays them out.

    Signals:
        file_dropped: path of a local file.
    """

    file_dropped = Signal(str)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:  # noqa: N802
        """Text and local files."""
        return source.hasText() or source.hasUrls()

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: N802
        """A dropped file is read by us; text is put in as plain text."""
        files = [url.toLocalFile() for url in source.urls() if url.isLocalFile()]
        if files:
            self.file_dropped.emit(files[0])
        elif source.hasText():
            self.insertPlainText(cut(source.text()))


class ExplainBox(Card):
    """Text in, explanation asked for.

    Signals:
        text_given: text to explain.
        file_given: path of a file to explain.
        looking: a text is being looked up.
        explained: the findings in a text.
        traced: a `Trace`, of a file.
        unread: the exception that kept it from being read.
    """

    text_given = Signal(str)
    file_given = Signal(str)
    looking = Signal()
    explained = Signal(object)
    traced = Signal(object)
    unread = Signal(object)

    def __init__(self, style: Style, bridge: Bridge) -> None:
        super().__init__(style)
        self._bridge = bridge
        title = label(style, "Explain a message", size=EMPHASIS, bold=True)
        hint = label(
            style,
            "Paste an error, a traceback or console lines. Or drop any file here: a "
            "log, a workflow, a picture or film, a model, a support bundle, or the "
            "folder of a ComfyUI. Nothing leaves this computer.",
            muted=True,
            wrap=True,
        )
        self.box = TextBox()
        self.box.setFont(style.font(CAPTION, mono=True))
        self.box.setFixedHeight(style.px(112))
        self.box.setTabChangesFocus(True)
        self.box.setAccessibleName("Message to explain")
        self.box.setPlaceholderText("RuntimeError: …")
        self.go = button(style, "Explain this text", self._on_text, role="primary")
        pick = button(style, "Open a file…", self._on_pick)
        for part in (title, hint, self.box):
            self.body.addWidget(part)
        self.body.addLayout(row(style, self.go, pick, None))
        self.box.textChanged.connect(self._on_changed)
        self.box.file_dropped.connect(self.file_given)
        self._on_changed()

    def show_text(self, text: str) -> None:
        """Put text into the box."""
        self.box.setPlainText(cut(text))

    def explain_text(self, key: str, text: str) -> None:
        """Say what a text means, as seen from a server."""
        self._ask(key, lambda doctor, _say: doctor.explain(text))

    def explain_file(self, key: str, path: str) -> None:
        """Say what a file means, whatever it is."""
        call = self._bridge.ask(key, lambda doctor, _say: doctor.trace(path))
        call.then(self.traced.emit, self.unread.emit)
        self.looking.emit()

    def explain_job(self, key: str, error: JobError) -> None:
        """Say why a job failed."""
        text = f"{error.exception_type}: {error.message}"
        said = "\n".join((*error.traceback, text))
        self.show_text(said)
        self.explain_text(key, said)

    def _ask(self, key: str, work: "Callable[[Doctor, Say], object]") -> None:
        call = self._bridge.ask(key, work)
        call.then(self.explained.emit, self.unread.emit)
        self.looking.emit()

    def _on_changed(self) -> None:
        self.go.setEnabled(not self.box.document().isEmpty())

    def _on_text(self) -> None:
        self.text_given.emit(self.box.toPlainText())

    def _on_pick(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self, "Open a file", "", "All files (*);;Logs and text (*.log *.txt)"
        )
        if path:
            self.file_given.emit(path)


def cut(text: str) -> str:
    """At most some thousand signs, no line longer than Qt lays out quickly."""
    lines = (line[:LONGEST] for line in text[-SHOWN_SIGNS:].splitlines())
    return "\n".join(lines)
