"""The one question a person is asked when every check passes."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from comfydoctor.ui.theme import EMPHASIS, GRID, Style
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.card import Card, clear, column, row
from comfydoctor.ui.widgets.label import label


@dataclass(frozen=True)
class Answer:
    """What the person sees, and where that leads."""

    text: str
    advice: str
    action: str
    goal: str
    """``fix:<id>``, ``page:<id>``, or ``explain``."""


QUESTION = "The checks found no cause. What do you see in ComfyUI?"
ANSWERS: tuple[Answer, ...] = (
    Answer(
        "A message that says something failed",
        "Copy the whole message, or the last lines of the console, into the box "
        "below. The cause is looked up in it.",
        "Paste the message",
        "explain",
    ),
    Answer(
        "A job hangs: it neither ends nor fails",
        "A node may be at work without saying so. The queue shows how long it has "
        "been running; stopping it keeps the waiting jobs.",
        "Look at the queue",
        "page:queue",
    ),
    Answer(
        "It is much slower than it was",
        "Look for video memory at its limit, a page file in use, or a hot card: "
        "the charts show since when.",
        "Look at the charts",
        "page:charts",
    ),
    Answer(
        "The pictures are wrong: black, noisy or unchanged",
        "The console names what was skipped: LoRA keys that do not fit, invalid "
        "values, a missing VAE. Warnings are marked.",
        "Look at the console",
        "page:console",
    ),
)


class Walk(Card):
    """The question with its answers, then the way that the answer leads.

    Signals:
        led: goal of an answer.
    """

    led = Signal(str)

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._style = style
        self.answers = ANSWERS
        self._inside = column(style, space=GRID)
        self.body.addWidget(label(style, QUESTION, size=EMPHASIS, bold=True, wrap=True))
        self.body.addLayout(self._inside)
        self.ask()

    def ask(self) -> None:
        """Show the answers again."""
        clear(self._inside)
        for answer in ANSWERS:
            choice = button(self._style, answer.text, partial(self._on_answer, answer))
            choice.setProperty("role", "choice")
            self._inside.addWidget(choice)

    def first(self) -> QWidget | None:
        """The first answer, for the keyboard."""
        item = self._inside.itemAt(0)
        return item.widget() if item is not None else None

    def _on_answer(self, answer: Answer) -> None:
        clear(self._inside)
        self._inside.addWidget(label(self._style, answer.text, muted=True, wrap=True))
        self._inside.addWidget(label(self._style, answer.advice, wrap=True))
        go = button(
            self._style,
            answer.action,
            lambda: self.led.emit(answer.goal),
            role="primary",
        )
        back = button(self._style, "Another answer", self.ask, role="quiet")
        self._inside.addLayout(row(self._style, go, back, None))
        go.setFocus()
