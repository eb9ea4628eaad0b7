"""What people see: the list of symptoms, each the beginning of a flowchart."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from comfydoctor.model.guidance import ChartEntry
from comfydoctor.ui.flowchart.words import GROUPS
from comfydoctor.ui.theme import CAPTION, EMPHASIS, GRID, Style
from comfydoctor.ui.widgets.answer import AnswerCard
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.card import Card, clear, column, row
from comfydoctor.ui.widgets.flow import Flow
from comfydoctor.ui.widgets.label import label

QUESTION = "What do you see?"


class Symptoms(Card):
    """Symptoms in groups, those that an open finding belongs to first.

    Signals:
        chosen: id of a flowchart.
        tree_wanted: the whole decision tree.
    """

    chosen = Signal(str)
    tree_wanted = Signal()

    def __init__(self, style: Style) -> None:
        super().__init__(style, pad=3 * GRID)
        self._style = style
        self.entries: tuple[ChartEntry, ...] = ()
        self.body.addWidget(label(style, QUESTION, size=EMPHASIS, bold=True))
        self.search = QLineEdit()
        self.search.setFont(style.font())
        self.search.setPlaceholderText("Find it by a word: black, stuck, LoRA, slow …")
        self.search.setAccessibleName("Find a symptom by a word")
        self.search.textChanged.connect(self._draw)
        self.body.addWidget(self.search)
        self._inside = column(style, space=GRID)
        self.body.addLayout(self._inside)
        self.tree = button(
            style, "The whole decision tree", self.tree_wanted.emit, role="quiet"
        )
        self.body.addLayout(row(style, self.tree, None))
        self.buttons: dict[str, AnswerCard] = {}

    def show_entries(self, entries: tuple[ChartEntry, ...]) -> None:
        """Show these symptoms."""
        if entries != self.entries:
            self.entries = entries
            self._draw()

    def first(self) -> QWidget | None:
        """The first symptom, for the keyboard."""
        return next(iter(self.buttons.values()), None)

    def _draw(self) -> None:
        clear(self._inside)
        self.buttons = {}
        found = [e for e in self.entries if matches(e, self.search.text())]
        self._add_group("This fits what was found", [e for e in found if e.likely])
        rest = [entry for entry in found if not entry.likely]
        for group, heading in GROUPS.items():
            self._add_group(heading, [e for e in rest if e.group == group])
        if self.entries and not found:
            said = "No symptom has this word. Paste the message itself below."
            self._inside.addWidget(label(self._style, said, muted=True, wrap=True))

    def _add_group(self, heading: str, entries: list[ChartEntry]) -> None:
        if not entries:
            return
        head = label(self._style, heading, size=CAPTION, muted=True)
        self._inside.addWidget(head)
        grid = Flow(self._style, 320, most=2)
        grid.set_items([self._made(entry) for entry in entries])
        self._inside.addWidget(grid)

    def _made(self, entry: ChartEntry) -> AnswerCard:
        made = AnswerCard(self._style, entry.symptom)
        made.pressed.connect(partial(self.chosen.emit, entry.id))
        self.buttons[entry.id] = made
        return made


def matches(entry: ChartEntry, text: str) -> bool:
    """Whether every word of the text is somewhere in the symptom's words."""
    words = " ".join((entry.title, entry.symptom, *entry.words)).casefold()
    return all(word in words for word in text.casefold().split())
