"""A calm line above the page: what the person should know, and may put away."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame

from comfydoctor.ui.theme import GRID, Level, Style
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.card import column, row
from comfydoctor.ui.widgets.label import label
from comfydoctor.ui.widgets.shape import Shape
from comfydoctor.ui.words import count, shown

SHOWN = 4


class Notice(QFrame):
    """Some sentences that stay until they are put away.

    Signals:
        put_away: by the person.
    """

    put_away = Signal()

    def __init__(self, style: Style, sentences: Sequence[str]) -> None:
        super().__init__()
        self.setObjectName("notice")
        said = [shown(sentence, 400) for sentence in sentences[:SHOWN]]
        left = len(sentences) - SHOWN
        if left > 0:
            said.append(f"And {count(left, 'more message')}.")
        self.setAccessibleName(" ".join(said))
        shape = Shape(style, Level.INFO)
        words = column(style, space=2)
        for sentence in said:
            words.addWidget(label(style, sentence, wrap=True))
        self.close_ = button(
            style, "Understood", self._on_close, role="quiet", name="Put this away"
        )
        body = row(style, shape, space=12)
        body.addLayout(words, 1)
        body.addWidget(self.close_)
        body.setAlignment(shape, Qt.AlignmentFlag.AlignVCenter)
        edge = style.px(2 * GRID)
        body.setContentsMargins(edge, style.px(4), edge, style.px(4))
        self.setLayout(body)

    def _on_close(self) -> None:
        self.hide()
        self.put_away.emit()
