"""Flowcharts and the decision tree as files, without a window."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtWidgets import QApplication

from comfydoctor.errors import UsageError
from comfydoctor.model.flowchart import Flowchart
from comfydoctor.ui.flowchart.export import Paper, Print, export
from comfydoctor.ui.flowchart.scene import ChartScene
from comfydoctor.ui.flowchart.tree import TITLE, Ink, TreeScene
from comfydoctor.ui.theme import Style
from comfydoctor.ui.widgets.icon import Icons

TREE = "tree"


def draw(
    charts: Mapping[str, Flowchart], what: str, out: str | None, paper: str
) -> Path:
    """Write one chart, or the tree of all; returns the file's path.

    Raises UsageError for a chart that there is not.
    """
    app = QApplication.instance() or QApplication(["comfydoctor"])
    path = Path(out or f"{what}.pdf")
    if what == TREE:
        title, ink = TITLE, Ink.black()
        scene: ChartScene | TreeScene = TreeScene(
            Style(), tuple(charts.values()), Paper(paper).ratio, ink
        )
    elif what in charts:
        title, scene = charts[what].title, _chart(charts[what])
    else:
        raise UsageError(
            f"There is no flowchart {what}.", advice="`comfydoctor draw list` has all."
        )
    written = export(scene, Print(path, Paper(paper), title))
    app.processEvents()
    return written


def _chart(chart: Flowchart) -> ChartScene:
    icons = Icons(Style())
    icons.load()
    scene = ChartScene(Style(), icons, chart)
    scene.show_walk("", (), frozenset(node.id for node in chart.node))
    return scene
