"""What stands behind the curves of a chart: what is normal, and where alerts begin."""

from collections.abc import Sequence
from math import isfinite

import pyqtgraph as pg
from PySide6.QtCore import Qt

from comfydoctor.ui.theme import Style

BAND_ALPHA = 26


class Marks:
    """A band and some lines in one plot; each appears when it is set."""

    def __init__(self, style: Style, plot: pg.PlotWidget) -> None:
        self._style, self._plot = style, plot
        self._band: pg.LinearRegionItem | None = None
        self._lines: list[pg.InfiniteLine] = []

    def set_band(self, band: tuple[float, float] | None) -> None:
        """Between which values this metric is here as a rule; None hides it."""
        if band is None or not all(map(isfinite, band)):
            if self._band is not None:
                self._band.hide()
            return
        if self._band is None:
            colour = self._style.colour("muted")
            colour.setAlpha(BAND_ALPHA)
            self._band = pg.LinearRegionItem(
                orientation="horizontal",
                movable=False,
                brush=colour,
                pen=pg.mkPen(None),
            )
            self._band.setZValue(-20)
            self._plot.addItem(self._band, ignoreBounds=True)
        self._band.setRegion(band)
        self._band.show()

    def set_levels(self, levels: Sequence[float]) -> None:
        """Values from which an alert speaks."""
        if [line.value() for line in self._lines] == list(levels):
            return
        for line in self._lines:
            self._plot.removeItem(line)
        colour = self._style.colour("warning")
        pen = pg.mkPen(colour, style=Qt.PenStyle.DashDotLine)
        self._lines = [pg.InfiniteLine(level, angle=0, pen=pen) for level in levels]
        for line in self._lines:
            self._plot.addItem(line, ignoreBounds=True)
