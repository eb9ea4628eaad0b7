"""A bare plot in our looks: no menu, no mouse, and lines that stand still."""

import pyqtgraph as pg
from PySide6.QtCore import Qt

from comfydoctor.ui.theme import CAPTION, GAP, Style

LEFT_AXIS, RIGHT_EDGE = 56, 5 * GAP


class Curve(pg.PlotCurveItem):  # type: ignore[misc]
    """A curve whose range is set by us; pyqtgraph never looks through the data."""

    def dataBounds(self, *_: object, **__: object) -> tuple[None, None]:  # noqa: N802
        """None: the view does not follow the data."""
        return (None, None)


def make_plot(style: Style, height: int) -> pg.PlotWidget:
    """An empty plot of a fixed height."""
    plot = pg.PlotWidget(background=style.colour("surface"))
    plot.setFixedHeight(style.px(height))
    plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    plot.setMenuEnabled(False)
    plot.hideButtons()
    plot.setMouseEnabled(x=False, y=False)
    plot.setFrameShape(plot.Shape.NoFrame)
    plot.getViewBox().setDefaultPadding(0.0)
    plot.getViewBox().disableAutoRange()
    _dress_axes(style, plot)
    return plot


def _dress_axes(style: Style, plot: pg.PlotWidget) -> None:
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.setTickFont(style.font(CAPTION))
        axis.setTextPen(style.colour("muted"))
        axis.setPen(style.colour("hairline"))
        axis.setStyle(tickLength=-style.px(GAP), hideOverlappingLabels=False)
    gap = style.px(GAP)
    plot.getPlotItem().setContentsMargins(0, 2 * gap, style.px(RIGHT_EDGE), 0)
    plot.getAxis("left").setWidth(style.px(LEFT_AXIS))
    plot.getAxis("bottom").setHeight(style.px(22))
