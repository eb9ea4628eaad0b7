"""From remembered looks to a style, and the style onto a window."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from comfydoctor.ui.remember import Remembered
from comfydoctor.ui.stylesheet import palette, stylesheet
from comfydoctor.ui.theme import Style

LEAST = (640, 480)


def style_of(looks: Remembered) -> Style:
    """The style asked for; the system's theme where that is wanted."""
    dark = looks.theme == "dark"
    if looks.theme == "system":
        hints = QGuiApplication.styleHints()
        dark = hints.colorScheme() is Qt.ColorScheme.Dark
    return Style(dark=dark, scale=looks.scale, reduce_motion=looks.reduce_motion)


def dress(window: QWidget, style: Style) -> None:
    """Palette and face for the program, the sheet for the window."""
    app = QApplication.instance()
    if isinstance(app, QApplication):
        app.setPalette(palette(style))
        app.setFont(style.font())
    window.setStyleSheet(stylesheet(style))
    window.setMinimumSize(*LEAST)
