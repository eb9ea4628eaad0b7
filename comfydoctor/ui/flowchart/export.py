"""A scene on paper or as a picture: PDF, SVG or PNG."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
)
from PySide6.QtWidgets import QGraphicsScene

from comfydoctor.errors import StoreError, UsageError
from comfydoctor.ui.words import one_line

KINDS = "PDF to print (*.pdf);;Drawing (*.svg);;Picture (*.png)"
"""What a dialog offers to save as."""
MARGIN_MM = 10.0
PICTURE_SCALE = 2.0
LARGEST_SIDE = 16_000
"""Pixels; a larger picture would take gigabytes."""


class Paper(Enum):
    """Sizes of paper, always across."""

    A4 = "A4"
    LETTER = "Letter"

    @property
    def page_size(self) -> QPageSize:
        """Qt's name for it."""
        ids = QPageSize.PageSizeId
        return QPageSize(ids.A4 if self is Paper.A4 else ids.Letter)

    @property
    def ratio(self) -> float:
        """Width of the printed area for its height, across."""
        size: QSizeF = self.page_size.size(QPageSize.Unit.Millimeter)
        return (size.height() - 2 * MARGIN_MM) / (size.width() - 2 * MARGIN_MM)


@dataclass(frozen=True)
class Print:
    """Where a scene goes and how."""

    out: Path
    paper: Paper = Paper.A4
    title: str = ""


def export(scene: QGraphicsScene, wanted: Print) -> Path:
    """Write the scene; the file's ending tells the kind.

    Raises UsageError for another ending, StoreError when it cannot be written.
    """
    kinds = {".pdf": _pdf, ".svg": _svg, ".png": _png}
    write = kinds.get(wanted.out.suffix.lower())
    if write is None:
        raise UsageError(
            f"{wanted.out.name} is of no kind that can be written.",
            advice=f"Use one of {', '.join(kinds)}.",
        )
    wanted.out.parent.mkdir(parents=True, exist_ok=True)
    if not write(scene, wanted):
        raise StoreError(f"{wanted.out} could not be written.")
    return wanted.out


def _pdf(scene: QGraphicsScene, wanted: Print) -> bool:
    writer = QPdfWriter(str(wanted.out))
    writer.setTitle(one_line(wanted.title))
    writer.setCreator("ComfyDoctor")
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    writer.setPageLayout(
        QPageLayout(
            wanted.paper.page_size,
            QPageLayout.Orientation.Landscape,
            margins,
            QPageLayout.Unit.Millimeter,
        )
    )
    painter = QPainter()
    if not painter.begin(writer):
        return False
    scene.render(painter, QRectF(0, 0, writer.width(), writer.height()))
    return painter.end()


def _svg(scene: QGraphicsScene, wanted: Print) -> bool:
    from PySide6.QtSvg import QSvgGenerator

    whole = scene.sceneRect()
    writer = QSvgGenerator()
    writer.setFileName(str(wanted.out))
    writer.setTitle(one_line(wanted.title))
    writer.setSize(whole.size().toSize())
    writer.setViewBox(QRectF(0, 0, whole.width(), whole.height()))
    painter = QPainter()
    if not painter.begin(writer):
        return False
    scene.render(painter, QRectF(0, 0, whole.width(), whole.height()))
    return painter.end()


def _png(scene: QGraphicsScene, wanted: Print) -> bool:
    whole = scene.sceneRect()
    scale = min(PICTURE_SCALE, LARGEST_SIDE / max(whole.width(), whole.height()))
    size = QSize(round(whole.width() * scale), round(whole.height() * scale))
    image = QImage(size, QImage.Format.Format_RGB32)
    ground = scene.backgroundBrush()
    solid = ground.style() is not Qt.BrushStyle.NoBrush
    image.fill(ground.color() if solid else QColor(255, 255, 255))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    scene.render(painter, QRectF(image.rect()))
    painter.end()
    return image.save(str(wanted.out))
