"""A question with a verb on its button; the safe answer has the keyboard."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from comfydoctor.ui.dialogs.dialog import Dialog
from comfydoctor.ui.theme import Style
from comfydoctor.ui.widgets.button import button
from comfydoctor.ui.widgets.label import label
from comfydoctor.ui.words import shown


class Question(Dialog):
    """Ask before something is done that is not a fix."""

    def __init__(
        self,
        style: Style,
        parent: QWidget,
        title: str,
        text: str,
        action: str,
        act: Callable[[], object],
    ) -> None:
        super().__init__(style, parent, title, wide=440)
        self.body.addWidget(label(style, shown(text, 800), wrap=True))
        self.body.addStretch(1)
        no = button(style, "Cancel", self.reject)
        self.yes = button(style, action, self.accept, role="primary")
        self.buttons.addWidget(no)
        self.buttons.addWidget(self.yes)
        self.accepted.connect(act)
        self.fit()
        no.setFocus()
