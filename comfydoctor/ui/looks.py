"""From remembered looks to a style, and the style onto a window."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from comfydoctor.ui.remember import Remembered
from comfydoctor.ui.stylesheet import palette, stylesheet
from comfydoctor.ui.theme import Style

LEAST = (640, 480)
DRESSED = "comfydoctor_dressed"


def style_of(looks: Remembered) -> Style:
    """The style asked for; the system's theme where that is wanted."""
    dark = looks.theme == "dark"
    if looks.theme == "system":
        dark = _system_is_dark()
    return Style(dark=dark, scale=looks.scale, reduce_motion=looks.reduce_motion)


def _system_is_dark() -> bool:
    app = QApplication.instance()
    if isinstance(app, QApplication) and not app.property(DRESSED):
        # At the start the palette is the system's, and the class Qt is not loaded.
        return app.palette().window().color().lightness() < 128
    from PySide6.QtCore import Qt

    return QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark


def dress(window: QWidget, style: Style) -> None:
    """Palette and face for the program, the sheet for the window."""
    app = QApplication.instance()
    if isinstance(app, QApplication):
        app.setPalette(palette(style))
        app.setProperty(DRESSED, True)
        app.setFont(style.font())
    window.setStyleSheet(stylesheet(style))
    window.setMinimumSize(*LEAST)
