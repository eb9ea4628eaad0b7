"""A bare PySide6 widget; ends when it was painted. The measure of all starts."""

import os

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget


class Bare(QWidget):
    def paintEvent(self, _event):  # noqa: N802 - Qt's name
        QTimer.singleShot(0, lambda: os._exit(0))


app = QApplication([])
window = Bare()
window.resize(1200, 800)
window.show()
app.exec()
