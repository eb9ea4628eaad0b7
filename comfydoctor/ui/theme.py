"""The tokens: every colour, size and face of the window, and nothing else has any."""

import sys
from enum import Enum
from typing import NamedTuple

from PySide6.QtGui import QColor, QFont


class Level(Enum):
    """How something stands, for shape, word and colour together."""

    OK = "ok"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    CRITICAL = "critical"
    UNKNOWN = "unknown"


WORDS: dict[Level, str] = {
    Level.OK: "All well",
    Level.INFO: "Note",
    Level.WARNING: "Warning",
    Level.ERROR: "Error",
    Level.CRITICAL: "Critical",
    Level.UNKNOWN: "Not known",
}


class Colours(NamedTuple):
    """One theme's colours, as ``#RRGGBB``. Pairs are held to WCAG by a test."""

    background: str
    surface: str
    raised: str
    text: str
    muted: str
    hairline: str
    control: str
    """Border of a control: 3:1 against what it stands on."""
    hover: str
    pressed: str
    accent: str
    on_accent: str
    accent_hover: str
    accent_tint: str
    selection: str
    skeleton: str
    ok: str
    ok_tint: str
    info: str
    info_tint: str
    warning: str
    warning_tint: str
    error: str
    error_tint: str
    critical: str
    critical_tint: str
    series: tuple[str, ...]
    """Okabe-Ito, in the order that reads best on this theme's surface."""

    def level(self, level: Level) -> str:
        """Foreground of a level."""
        return self.muted if level is Level.UNKNOWN else getattr(self, level.value)

    def tint(self, level: Level) -> str:
        """Soft background that the level's foreground is readable on."""
        if level is Level.UNKNOWN:
            return self.raised
        return str(getattr(self, f"{level.value}_tint"))


LIGHT = Colours(
    background="#F7F8FA",
    surface="#FFFFFF",
    raised="#F0F2F5",
    text="#1B1F24",
    muted="#57606A",
    hairline="#D8DEE4",
    control="#868F99",
    hover="#EEF1F5",
    pressed="#E2E7ED",
    accent="#2A67D0",
    on_accent="#FFFFFF",
    accent_hover="#2359BA",
    accent_tint="#EAF1FD",
    selection="#D6E4FB",
    skeleton="#E6EAEF",
    ok="#0B6E5E",
    ok_tint="#E3F4F0",
    info="#2359BA",
    info_tint="#EAF1FD",
    warning="#855300",
    warning_tint="#FDF1DC",
    error="#B23A0E",
    error_tint="#FDEBE4",
    critical="#A01F6B",
    critical_tint="#FBE8F3",
    series=("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"),
)

DARK = Colours(
    background="#15181C",
    surface="#1D2126",
    raised="#262B31",
    text="#E6EAEE",
    muted="#9AA4AF",
    hairline="#30363D",
    control="#6B7580",
    hover="#2A3037",
    pressed="#333A43",
    accent="#6EA1FF",
    on_accent="#0D1320",
    accent_hover="#8AB3FF",
    accent_tint="#1E2B42",
    selection="#28406B",
    skeleton="#2A3037",
    ok="#4CC3A8",
    ok_tint="#17322D",
    info="#8AB3FF",
    info_tint="#1E2B42",
    warning="#E8B04A",
    warning_tint="#35290F",
    error="#FF9166",
    error_tint="#3B2118",
    critical="#F285BE",
    critical_tint="#3A1B2E",
    series=("#56B4E9", "#E69F00", "#00B887", "#CC79A7", "#F0E442", "#FF7A2E"),
)

METRIC_SERIES: dict[str, int] = {
    "gpu.load": 0,
    "gpu.vram_used": 1,
    "gpu.vram_comfy": 4,
    "queue.remaining": 2,
    "gpu.temperature": 5,
    "gpu.power": 4,
    "server.latency": 3,
    "host.cpu": 0,
    "host.ram_used": 1,
    "server.ram_used": 1,
    "host.disk_free": 2,
}
"""The same metric has the same colour everywhere."""

_FACES = {
    "win32": (("Segoe UI Variable Text", "Segoe UI"), ("Cascadia Mono", "Consolas")),
    "darwin": (("SF Pro Text", "Helvetica Neue"), ("SF Mono", "Menlo")),
}
_OTHERS = (
    ("Inter", "Cantarell", "Ubuntu", "Noto Sans", "DejaVu Sans"),
    ("JetBrains Mono", "Noto Sans Mono", "DejaVu Sans Mono"),
)
_CJK = ("Noto Sans CJK JP", "Noto Sans CJK SC")
_SANS, MONO = _FACES.get(sys.platform, _OTHERS)
SANS = _SANS + _CJK
"""Only faces of this system: looking for one that is not there takes time."""

CAPTION, BODY, EMPHASIS, VERDICT, FIGURE = 12, 13, 15, 20, 28
"""Type sizes in pixels at 100 %."""

GRID, GAP, RADIUS_CARD, RADIUS_CONTROL, ICON = 8, 4, 8, 6, 20
HEADER_HEIGHT, STRIP_HEIGHT, RAIL_WIDTH, CONTROL_HEIGHT = 48, 28, 80, 32
MOTION_MS = 150
SCALES = (1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)


class Style(NamedTuple):
    """What every widget is built with; a change builds the window's inside anew."""

    dark: bool = False
    scale: float = 1.0
    reduce_motion: bool = False

    @property
    def colours(self) -> Colours:
        """The theme's colours."""
        return DARK if self.dark else LIGHT

    def px(self, size: float) -> int:
        """A size at 100 % in pixels of this scale, never less than one."""
        return max(1, round(size * self.scale))

    def colour(self, name: str) -> QColor:
        """One colour token by its name."""
        return QColor(str(getattr(self.colours, name)))

    def series(self, metric: str, index: int = 0) -> QColor:
        """Colour of a metric's curve; further subjects take the next colours."""
        colours = self.colours.series
        first = METRIC_SERIES.get(metric, 0)
        return QColor(colours[(first + index) % len(colours)])

    def font(
        self, size: int = BODY, *, bold: bool = False, mono: bool = False
    ) -> QFont:
        """A face of the window; readings get figures of equal width."""
        font = QFont(list(MONO if mono else SANS))
        font.setPixelSize(self.px(size))
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        if hasattr(font, "setFeature"):
            font.setFeature(QFont.Tag("tnum"), 1)
        return font
