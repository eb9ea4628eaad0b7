"""Find an action by its words."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget, QWidget

from comfydoctor.ui.dialogs.dialog import Dialog
from comfydoctor.ui.theme import Style
from comfydoctor.ui.words import one_line

PASSED_ON = {
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
}


class PaletteDialog(Dialog):
    """Type some letters, press Return."""

    def __init__(
        self, style: Style, parent: QWidget, actions: Sequence[QAction]
    ) -> None:
        super().__init__(style, parent, "What do you want to do?", wide=480)
        self._actions = [action for action in actions if action.isEnabled()]
        self._seen: list[QAction] = []
        self.field = QLineEdit()
        self.field.setAccessibleName("Words of the action")
        self.field.setPlaceholderText("Type some words")
        self.list = QListWidget()
        self.list.setAccessibleName("Actions")
        self.list.setFont(style.font())
        self.body.addWidget(self.field)
        self.body.addWidget(self.list, 1)
        self.field.textChanged.connect(self._sift)
        self.field.returnPressed.connect(self._run)
        self.list.itemActivated.connect(lambda _item: self._run())
        self.field.installEventFilter(self)
        self.fit(640)
        self._sift("")
        self.field.setFocus()

    def _sift(self, text: str) -> None:
        wanted = text.casefold().split()
        self._seen = [a for a in self._actions if matches(a.text(), wanted)]
        self.list.clear()
        for action in self._seen:
            keys = action.shortcut().toString()
            said = action.text() + (f" · {keys}" if keys else "")
            self.list.addItem(one_line(said, 120))
        self.list.setCurrentRow(0)

    def _run(self) -> None:
        row = self.list.currentRow()
        self.accept()
        if 0 <= row < len(self._seen):
            self._seen[row].trigger()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Arrows move in the list while the field has the keyboard."""
        pressed = event.type() == QEvent.Type.KeyPress
        if pressed and isinstance(event, QKeyEvent) and event.key() in PASSED_ON:
            QApplication.sendEvent(self.list, event)
            return True
        return super().eventFilter(watched, event)


def matches(text: str, wanted: Sequence[str]) -> bool:
    """Whether every word begins a word of the text, or stands in it."""
    said = text.casefold()
    return all(word in said for word in wanted)
