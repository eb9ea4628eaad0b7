"""Icons: glyphs of Material Design Icons, from the font that qtawesome brings.

qtawesome itself loads eleven fonts before its first icon; the window needs one.
The code points are checked against qtawesome's own table by a test.
"""

import importlib.util
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPainterPath, QPixmap

from comfydoctor.ui.numbers import clear
from comfydoctor.ui.theme import ICON, Style

GLYPHS: dict[str, int] = {
    "home-heart": 0xF0827,
    "stethoscope": 0xF04D9,
    "playlist-play": 0xF0411,
    "file-tree-outline": 0xF13D2,
    "chart-line": 0xF012A,
    "console-line": 0xF07B7,
    "history": 0xF02DA,
    "cog-outline": 0xF08BB,
    "plus": 0xF0415,
    "server": 0xF048B,
    "alert-octagon-outline": 0xF0CE6,
    "lifebuoy": 0xF087E,
    "magnify": 0xF0349,
    "content-copy": 0xF018F,
    "undo-variant": 0xF054D,
    "close": 0xF0156,
    "check": 0xF012C,
    "chevron-down": 0xF0140,
    "chevron-right": 0xF0142,
    "pause": 0xF03E4,
    "play": 0xF040A,
    "wrench-outline": 0xF0BE0,
    "file-document-outline": 0xF09EE,
    "refresh": 0xF0450,
    "trash-can-outline": 0xF0A7A,
    "eye-off-outline": 0xF06D1,
    "lan-disconnect": 0xF0319,
    "image-outline": 0xF0976,
    "test-tube": 0xF0668,
    "link-variant": 0xF0339,
    "stop-circle-outline": 0xF0667,
    "memory": 0xF035B,
    "expansion-card": 0xF08AE,
    "restart": 0xF0709,
    "broom": 0xF00E2,
    "lightning-bolt-outline": 0xF140C,
    "clock-outline": 0xF0150,
    "clipboard-text-outline": 0xF0A38,
    "help-circle-outline": 0xF0625,
    "cube-outline": 0xF01A7,
}


class Icons:
    """Tinted icons of one style; empty ones of the right size until loaded."""

    def __init__(self, style: Style) -> None:
        self._style = style
        self._family = ""
        self._blank: QIcon | None = None

    @property
    def loaded(self) -> bool:
        """Whether the font is there."""
        return bool(self._family)

    def load(self) -> bool:
        """Read the font: some milliseconds, so after the first paint."""
        from PySide6.QtGui import QFontDatabase

        path = font_file()
        if path is not None and not self._family:
            families = QFontDatabase.applicationFontFamilies(
                QFontDatabase.addApplicationFont(str(path))
            )
            self._family = families[0] if families else ""
        return self.loaded

    def icon(self, name: str, colour: str = "text", *, on: str = "") -> QIcon:
        """One icon in a token's colour; ``on`` is the colour while checked."""
        if not self._family:
            return self._blank_icon()
        made = QIcon(self.pixmap(name, colour))
        if on:
            pixmap = self.pixmap(name, on)
            made.addPixmap(pixmap, QIcon.Mode.Normal, QIcon.State.On)
        made.addPixmap(self.pixmap(name, "control"), QIcon.Mode.Disabled)
        return made

    def _blank_icon(self) -> QIcon:
        """Room for an icon, made once: the first paint has eleven of them."""
        if self._blank is None:
            side = self._style.px(ICON)
            blank = QPixmap(side, side)
            blank.fill(clear())
            self._blank = QIcon(blank)
        return self._blank

    def pixmap(self, name: str, colour: str = "text", size: int = ICON) -> QPixmap:
        """One icon as a picture, sharp on any screen."""
        side, ratio = self._style.px(size), 3.0
        made = QPixmap(QSize(round(side * ratio), round(side * ratio)))
        made.setDevicePixelRatio(ratio)
        made.fill(clear())
        if self._family:
            self._draw(made, GLYPHS[name], self._style.colour(colour), side)
        return made

    def _draw(self, pixmap: QPixmap, glyph: int, colour: QColor, side: int) -> None:
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(self._family)
        font.setPixelSize(side)
        path = QPainterPath()
        path.addText(QPointF(0, 0), font, chr(glyph))
        offset = QRectF(0, 0, side, side).center() - path.boundingRect().center()
        path.translate(offset)
        painter.fillPath(path, colour)
        painter.end()


def font_file() -> Path | None:
    """The font inside the installed qtawesome, found without importing it."""
    spec = importlib.util.find_spec("qtawesome")
    if spec is None or not spec.submodule_search_locations:
        return None
    fonts = Path(spec.submodule_search_locations[0]) / "fonts"
    return next(iter(sorted(fonts.glob("materialdesignicons6-webfont-*.ttf"))), None)
