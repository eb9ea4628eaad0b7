"""The inside of the window: header, rail, pages, strip; made anew for each style."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from comfydoctor.ui.book import Book, Readiness
from comfydoctor.ui.header import Header
from comfydoctor.ui.pages import PAGES
from comfydoctor.ui.panels.panel import Setting
from comfydoctor.ui.rail import Rail
from comfydoctor.ui.strip import Strip
from comfydoctor.ui.wards import Ward, Wards
from comfydoctor.ui.widgets.card import column, row

if TYPE_CHECKING:
    from comfydoctor.ui.widgets.notice import Notice
    from comfydoctor.ui.widgets.toast import Toast

NOTICE_PLACE = 1


class Shell(QWidget):
    """Lays the parts out and fills the bars."""

    def __init__(self, setting: Setting, ready: Readiness) -> None:
        super().__init__()
        self._style = style = setting.style
        self._icons = icons = setting.icons
        self._toast: Toast | None = None
        self._notice: Notice | None = None
        self.header = Header(style, icons)
        self.rail = Rail(style, icons, PAGES)
        self.book = Book(setting, ready)
        self.strip = Strip(style)
        self._body = body = column(style, space=0)
        body.addWidget(self.header)
        middle = row(style, self.rail, space=0)
        middle.addWidget(self.book, 1)
        body.addLayout(middle, 1)
        body.addWidget(self.strip)
        self.setLayout(body)

    def show_bars(self, wards: Wards, ward: Ward | None, now: float) -> None:
        """Renew header and strip."""
        self.header.show_wards(wards, now)
        if ward is not None:
            self.strip.show_snapshot(ward.snapshot, now)

    @property
    def toast(self) -> "Toast":
        """The message above the lower edge, made when it is first wanted."""
        if self._toast is None:
            from comfydoctor.ui.widgets.toast import Toast

            self._toast = Toast(self._style, self)
        return self._toast

    def show_notices(self, sentences: tuple[str, ...]) -> "Notice":
        """A line below the header, until it is put away."""
        from comfydoctor.ui.widgets.notice import Notice

        if self._notice is not None:
            self._body.removeWidget(self._notice)
            self._notice.deleteLater()
        self._notice = Notice(self._style, sentences)
        self._body.insertWidget(NOTICE_PLACE, self._notice)
        self._notice.show()
        return self._notice

    def load_icons(self) -> None:
        """Read the icon font and draw every icon again."""
        if self._icons.load():
            self.rail.refresh_icons()
            self.header.refresh_icons()
            self.book.refresh_icons()
