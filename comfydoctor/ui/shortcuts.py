"""Every action that has keys; the palette lists the same ones."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from comfydoctor.ui.pages import PAGES, keys_of

if TYPE_CHECKING:
    from comfydoctor.ui.guide import Guide


def add_shortcuts(guide: "Guide") -> list[QAction]:
    """Make the actions, put them into the window, and return them."""
    window = guide.window
    rows: list[tuple[str, str, Callable[[], object]]] = [
        (f"Open {page.title}", keys_of(at, page.id), partial(window.open_page, page.id))
        for at, page in enumerate(PAGES, start=1)
    ]
    rows += [
        ("Something's wrong: find the cause", "F8", guide.walk),
        ("Check everything", "F5", guide.check),
        ("Undo the last action", "Ctrl+Z", guide.undo_last),
        ("Emergency", "Ctrl+Shift+E", guide.emergency),
        ("Next server", "Ctrl+Tab", guide.next_server),
        ("Add a server, or open the demo", "Ctrl+N", guide.add_server),
        ("Larger", "Ctrl++", partial(guide.zoom, 1)),
        ("Smaller", "Ctrl+-", partial(guide.zoom, -1)),
        ("Find an action", "Ctrl+K", guide.palette),
        ("Quit ComfyDoctor", "Ctrl+Q", window.close),
    ]
    return [_add(window, *entry) for entry in rows]


def _add(window: QWidget, text: str, keys: str, act: Callable[[], object]) -> QAction:
    action = QAction(text, window)
    action.setShortcut(QKeySequence(keys))
    action.triggered.connect(lambda _checked=False: act())
    window.addAction(action)
    return action
