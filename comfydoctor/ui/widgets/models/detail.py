"""Everything that is known of one model file, and what it can be matched with."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from comfydoctor.model.modelfile import LoraMatch, ModelFile, ModelKind
from comfydoctor.ui.theme import CAPTION, EMPHASIS, GRID, Style
from comfydoctor.ui.widgets.badge import Badge
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.card import clear, column, line, row
from comfydoctor.ui.widgets.choice import Choice
from comfydoctor.ui.widgets.label import Elided, label, quote
from comfydoctor.ui.widgets.models import words
from comfydoctor.ui.words import DASH, ago, one_line

BASES = (ModelKind.CHECKPOINT, ModelKind.DIFFUSION)
MOST_SHOWN = 200


class ModelDetail(QScrollArea):
    """One file in full.

    Signals:
        match_wanted: path of a base, and paths of LoRAs.
    """

    match_wanted = Signal(str, object)

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._style = style
        self._file: ModelFile | None = None
        self._others: tuple[ModelFile, ...] = ()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        inside = QWidget()
        inside.setObjectName("page")
        self.body = column(style, space=GRID, pad=0)
        self.body.setContentsMargins(0, 0, style.px(GRID), 0)
        inside.setLayout(self.body)
        self.setWidget(inside)
        self.matches = column(style, space=GRID)
        self.bases: Choice | None = None

    def show_file(
        self, file: ModelFile | None, others: tuple[ModelFile, ...], now: float
    ) -> None:
        """Another file; ``others`` are what it may be matched with."""
        self._file, self._others = file, others
        clear(self.body)
        self.matches = column(self._style, space=GRID)
        self.bases = None
        if file is None:
            self._hint()
        else:
            self._head(file)
            self._facts(file, now)
            self._matching(file)
            self.body.addLayout(self.matches)
        self.body.addStretch(1)

    def show_matches(self, matches: Sequence[LoraMatch]) -> None:
        """The answers, worst last."""
        clear(self.matches)
        order = {"fits": 0, "partly": 1, "does not fit": 2}
        ranked = sorted(
            matches, key=lambda one: (order.get(one.verdict, 3), -(one.share or 0))
        )
        for match in ranked[:MOST_SHOWN]:
            self.matches.addLayout(self._match(match))
        if len(ranked) > MOST_SHOWN:
            more = f"{len(ranked) - MOST_SHOWN} more are not shown."
            self.matches.addWidget(label(self._style, more, muted=True, wrap=True))

    def say(self, text: str) -> None:
        """One line in place of answers: matching goes on, or failed."""
        clear(self.matches)
        self.matches.addWidget(label(self._style, text, muted=True, wrap=True))

    def _hint(self) -> None:
        text = "Choose a file to see what it is and which LoRAs fit."
        self.body.addWidget(label(self._style, text, muted=True, wrap=True))

    def _head(self, file: ModelFile) -> None:
        style = self._style
        name = one_line(file.name.rpartition("/")[2] or file.name, 120)
        self.body.addWidget(label(style, name, size=EMPHASIS, bold=True, wrap=True))
        badge = Badge(style, words.level(file), words.state(file))
        self.body.addLayout(row(style, badge, None))
        for text in (file.problem, file.misplaced, file.advice):
            if text:
                self.body.addWidget(label(style, text, wrap=True))
        for text in file.notes:
            self.body.addWidget(label(style, text, muted=True, wrap=True))

    def _facts(self, file: ModelFile, now: float) -> None:
        style = self._style
        self.body.addWidget(line())
        known = (
            ("Kind", words.kind(file)),
            ("Base", words.family(file)),
            ("Numbers", file.dtype or DASH),
            ("Parameters", words.parameters(file.parameters)),
            ("Format", file.format.value if file.examined else DASH),
            ("Size", words.bytes_of(file)),
            ("Changed", ago(file.modified, now) or DASH),
            ("Can run code", words.runs_code(file)),
            ("Folder", file.folder or DASH),
        )
        for title, value in known:
            first = label(style, title, size=CAPTION, muted=True)
            first.setFixedWidth(style.px(96))
            second = Elided(style, value)
            line_ = row(style, first, second, space=GRID)
            self.body.addLayout(line_)
        self.body.addWidget(quote(style, file.path, lines=4))

    def _matching(self, file: ModelFile) -> None:
        if not self._others:
            return
        style = self._style
        self.body.addWidget(line())
        if file.kind in BASES:
            many = len(self._others)
            said = f"Match {many} LoRAs with it" if many != 1 else "Match the LoRA"
            go = button(style, said, self._on_match_all)
            self.body.addLayout(row(style, go, None))
            return
        self.bases = Choice(style, "Base to match with")
        for base in self._others:
            self.bases.addItem(one_line(base.name, 80), base.path)
        self.body.addWidget(label(style, "Would it work with a base?", wrap=True))
        self.body.addWidget(self.bases)
        go = button(style, "Match with this base", self._on_match_one)
        self.body.addLayout(row(style, go, None))

    def _on_match_all(self) -> None:
        if self._file is not None:
            paths = [lora.path for lora in self._others]
            self.match_wanted.emit(self._file.path, paths)

    def _on_match_one(self) -> None:
        if self._file is not None and self.bases is not None:
            self.match_wanted.emit(self.bases.currentData(), [self._file.path])

    def _match(self, match: LoraMatch) -> QVBoxLayout:
        style = self._style
        at, word, reason = words.match_words(match)
        made = column(style, space=2)
        name = match.lora.replace("\\", "/").rpartition("/")[2]
        title = Elided(style, name, middle=True)
        made.addLayout(row(style, Badge(style, at, word), title, space=GRID))
        made.addWidget(label(style, reason, size=CAPTION, muted=True, wrap=True))
        return made
