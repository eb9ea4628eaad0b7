"""The pages that were opened so far, one of them in front."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget

from comfydoctor.ui.pages import PAGES
from comfydoctor.ui.panels.panel import Panel, Setting


class Readiness:
    """How far the start has come; outlives a change of looks."""

    def __init__(self) -> None:
        self.completed = self.icons = self.charts = False


class Book(QStackedWidget):
    """Makes a page when it is first wanted, and passes on what pages ask for.

    Signals:
        page_made: a `Panel`, to be connected by those who know its kind.
        fix_wanted, undo_wanted, settle_wanted, page_wanted, said: as of `Panel`.
    """

    page_made = Signal(object)
    fix_wanted = Signal(object)
    undo_wanted = Signal(str)
    settle_wanted = Signal(str, str)
    page_wanted = Signal(str)
    said = Signal(str, object)

    def __init__(self, setting: Setting, ready: Readiness) -> None:
        super().__init__()
        self._setting, self._ready = setting, ready
        self.pages: dict[str, Panel] = {}
        self.page = ""

    def bring(self, page_id: str) -> Panel:
        """Put a page in front; the first one for an id that is none."""
        self.page = page_id if page_id in {p.id for p in PAGES} else PAGES[0].id
        panel = self.pages.get(self.page) or self._make(self.page)
        self.setCurrentWidget(panel)
        return panel

    @property
    def front(self) -> Panel:
        """The page in front."""
        return self.pages[self.page]

    def _make(self, page_id: str) -> Panel:
        entry = next(page for page in PAGES if page.id == page_id)
        made = entry.make(self._setting)
        made.fix_wanted.connect(self.fix_wanted)
        made.undo_wanted.connect(self.undo_wanted)
        made.settle_wanted.connect(self.settle_wanted)
        made.page_wanted.connect(self.page_wanted)
        made.said.connect(self.said)
        self.pages[page_id] = made
        self.addWidget(made)
        self.page_made.emit(made)
        if self._ready.completed:
            made.complete()
        if self._ready.charts:
            made.charts_loaded()
        return made

    def complete(self) -> None:
        """Make what the first paint did without."""
        self._ready.completed = True
        for panel in self.pages.values():
            panel.complete()

    def charts_loaded(self) -> None:
        """The plotting library is there."""
        self._ready.charts = True
        for panel in self.pages.values():
            panel.charts_loaded()

    def refresh_icons(self) -> None:
        """The icon font has come."""
        for panel in self.pages.values():
            panel.refresh_icons()
