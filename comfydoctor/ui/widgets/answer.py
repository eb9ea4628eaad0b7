"""An answer to choose: its words may take several lines, and a hint stands below."""

from comfydoctor.ui.theme import CAPTION, GAP, GRID, Style
from comfydoctor.ui.widgets.card import Card
from comfydoctor.ui.widgets.label import label
from comfydoctor.ui.words import one_line


class AnswerCard(Card):
    """Pressed with a click, Return or Space, like every card that acts."""

    def __init__(self, style: Style, words: str, hint: str = "") -> None:
        said = one_line(words, 160)
        super().__init__(style, pad=GRID + GAP, press=said)
        self.body.setSpacing(style.px(GAP))
        self.body.addWidget(label(style, said, wrap=True))
        if hint:
            self.setAccessibleDescription(hint)
            small = label(style, one_line(hint), size=CAPTION, muted=True, wrap=True)
            self.body.addWidget(small)
