"""A grid that takes as many columns as fit."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from comfydoctor.ui.theme import GRID, Style


class Flow(QWidget):
    """Equal columns, at least ``least`` pixels (at 100 %) wide each."""

    def __init__(
        self, style: Style, least: int, *, most: int = 4, top: bool = False
    ) -> None:
        super().__init__()
        self._least, self._most = style.px(least), most
        self._items: list[QWidget] = []
        self._shown: list[QWidget] = []
        self._columns = 0
        self._top = top
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(style.px(2 * GRID))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def set_items(self, items: list[QWidget]) -> None:
        """Show these, in this order; those gone are deleted."""
        for old in self._items:
            self._grid.removeWidget(old)
            if old not in items:
                old.setParent(None)
                old.deleteLater()
        self._items, self._shown = list(items), list(items)
        self._columns = 0
        self._arrange()

    def choose(self, items: list[QWidget]) -> None:
        """Show only these of the items; the others wait."""
        if items == self._shown:
            return
        for item in self._items:
            self._grid.removeWidget(item)
            item.setVisible(item in items)
        self._shown, self._columns = list(items), 0
        self._arrange()

    def items(self) -> list[QWidget]:
        """All of them."""
        return list(self._items)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Rearrange when another number of columns fits."""
        super().resizeEvent(event)
        self._arrange()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """One column wide, so that the page may become narrow."""
        hint = super().minimumSizeHint()
        widest = max((i.minimumSizeHint().width() for i in self._shown), default=0)
        return QSize(min(hint.width(), widest), hint.height())

    def _fitting(self) -> int:
        space = self._grid.spacing()
        fit = (self.width() + space) // (self._least + space)
        items = len(self._shown) or 1
        columns = max(1, min(fit, self._most, items))
        # No row that holds one left over, where fewer columns avoid it.
        return columns if columns < 3 or items % columns != 1 else columns - 1

    def _arrange(self) -> None:
        columns = self._fitting()
        if columns == self._columns:
            return
        for index in range(max(columns, self._columns, self._most)):
            self._grid.setColumnStretch(index, 1 if index < columns else 0)
        self._columns = columns
        for index, item in enumerate(self._shown):
            place = index // columns, index % columns
            self._grid.addWidget(item, *place)
            if self._top:
                from PySide6.QtCore import Qt

                self._grid.setAlignment(item, Qt.AlignmentFlag.AlignTop)
            if self.isVisible():  # else it is shown, and styled, with all the rest
                item.show()
