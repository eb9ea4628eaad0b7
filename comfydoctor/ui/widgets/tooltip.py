"""Tooltips that never guess: every text is escaped before Qt sees it."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from comfydoctor.ui.words import shown


def tip_text(text: object) -> str:
    """``text`` as a tooltip that shows it letter by letter, wrapped by Qt."""
    said = escape(shown(text, 600)).replace("\n", "<br>")
    return f"<qt>{said}</qt>"


def set_tip(widget: QWidget | QAction, text: object) -> None:
    """Give ``widget`` a tooltip; nothing for an empty text."""
    widget.setToolTip(tip_text(text) if str(text) else "")


def escape(text: str) -> str:
    """As `html.escape`, whose module costs milliseconds before the first paint."""
    for sign, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(sign, written)
    return text.replace('"', "&quot;").replace("'", "&#x27;")
