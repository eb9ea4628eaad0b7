"""The few settings the window needs before its first paint; nothing heavy loaded."""

from pathlib import Path
from typing import NamedTuple

MAX_BYTES = 1 << 20


class Early(NamedTuple):
    """As in `comfydoctor.store.settings.Settings`, wrong values as their default."""

    theme: str = "system"
    scale: float = 1.0
    reduce_motion: bool = False
    last_server: str = ""
    x: int = 0
    y: int = 0
    width: int = 0
    """0: never shown yet."""
    height: int = 0
    maximized: bool = False
    page: str = ""


def read_early(path: Path) -> Early:
    """Read ``config.toml`` in well under a millisecond; never fails."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return Early()
        content = path.read_bytes()
        import tomllib  # only where there is something to read

        values = tomllib.loads(content.decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return Early()
    window = values.get("window")
    window = window if isinstance(window, dict) else {}
    theme, scale = values.get("theme"), values.get("scale")
    return Early(
        theme=theme if theme in {"light", "dark"} else "system",
        scale=_between(scale, 0.5, 4.0, 1.0),
        reduce_motion=values.get("reduce_motion") is True,
        last_server=_text(values.get("last_server"), 2000),
        x=_pixels(window.get("x")),
        y=_pixels(window.get("y")),
        width=max(0, _pixels(window.get("width"))),
        height=max(0, _pixels(window.get("height"))),
        maximized=window.get("maximized") is True,
        page=_text(window.get("page"), 200),
    )


def _between(value: object, low: float, high: float, default: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return default
    return float(value) if low <= value <= high else default


def _pixels(value: object) -> int:
    return int(_between(value, -100_000, 100_000, 0))


def _text(value: object, limit: int) -> str:
    return value if isinstance(value, str) and len(value) <= limit else ""
