"""A notice for those who wait: chosen, filled in, read, copied."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from comfydoctor.model.incident import Audience, Notice, NoticeWish, Stage
from comfydoctor.ui.theme import CAPTION, EMPHASIS, Style
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.card import Card, row
from comfydoctor.ui.widgets.choice import Choice
from comfydoctor.ui.widgets.label import label

LANGUAGES = (
    ("en", "English"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("es", "Español"),
    ("ja", "日本語"),
    ("ko", "한국어"),
    ("zh", "简体中文"),
)
AUDIENCES = (
    (Audience.CLIENT.value, "For clients"),
    (Audience.TEAM.value, "For the team"),
    (Audience.MANAGEMENT.value, "For management"),
)
STAGES = (
    (Stage.FIRST.value, "First notice"),
    (Stage.UPDATE.value, "Update"),
    (Stage.RESOLVED.value, "It works again"),
    (Stage.AFTERWARDS.value, "What happened"),
)
GAPS = {
    "impact": "what it means for them",
    "cause": "the cause",
    "done": "what was done",
    "estimate": "when it will be over",
    "who": "who leads",
}


class NoticeBox(Card):
    """Whom it is for, at which stage, in which language; the text to read and copy.

    Signals:
        wanted: a `NoticeWish`.
        used: words for the timeline, when the text was copied.
    """

    wanted = Signal(object)
    used = Signal(str)

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self.audience = Choice(style, "Whom it is for").offer(AUDIENCES)
        self.stage = Choice(style, "At which stage").offer(STAGES)
        self.language = Choice(style, "Language").offer(LANGUAGES)
        self.impact = QLineEdit()
        self.impact.setFont(style.font())
        self.impact.setMaxLength(300)
        self.impact.setPlaceholderText("What it means for them, in your words")
        self.impact.setAccessibleName("What it means for those who read the notice")
        self.text = QPlainTextEdit()
        self.text.setFont(style.font())
        self.text.setFixedHeight(style.px(140))
        self.text.setAccessibleName("The notice; it can be changed before it is copied")
        self.text.setTabChangesFocus(True)
        self.gaps = label(style, "", size=CAPTION, muted=True, wrap=True)
        make = button(style, "Write the notice", self._on_make)
        self.copy = button(style, "Copy it", self._on_copy, role="primary")
        title = label(style, "Tell people", size=EMPHASIS, bold=True)
        self.body.addWidget(title)
        chosen = row(style, self.audience, self.stage, self.language)
        self.body.addLayout(chosen)
        self.body.addWidget(self.impact)
        self.body.addLayout(row(style, make, None))
        self._written: tuple[QWidget, ...] = (self.text, self.gaps, self.copy)
        self.body.addWidget(self.text)
        self.body.addWidget(self.gaps)
        self.body.addLayout(row(style, self.copy, None))
        for made in self._written:
            made.hide()

    def show_notice(self, notice: Notice) -> None:
        """Show it, to be read and changed before anybody gets it."""
        self.text.setPlainText(f"{notice.subject}\n\n{notice.body}")
        named = [GAPS.get(name, name) for name in notice.missing]
        said = f"Not known yet: {', '.join(named)}." if named else ""
        self.gaps.setText(f"{said} Nothing is sent: copy it to where it belongs.")
        for part in self._written:
            part.show()

    def _on_make(self) -> None:
        self.wanted.emit(
            NoticeWish(
                Audience(self.audience.value),
                Stage(self.stage.value),
                self.language.value,
                self.impact.text().strip(),
            )
        )

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        who, stage = self.audience.value, self.stage.value
        self.used.emit(f"Notice for {who} copied ({stage}, {self.language.value})")
