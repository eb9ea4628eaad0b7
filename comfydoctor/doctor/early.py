"""What the window needs before its first paint; nothing heavy is loaded here."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from comfydoctor.store.early import Early, read_early
from comfydoctor.store.paths import Paths

if TYPE_CHECKING:
    from comfydoctor.doctor.office import Office

__all__ = ["Early", "early_settings", "icon", "office"]


def early_settings() -> tuple[Early, Path]:
    """The few settings that matter now, and the folder of our own logs."""
    paths = Paths.find()
    return read_early(paths.settings), paths.logs


def icon() -> Path:
    """The program's icon, an SVG."""
    from comfydoctor.content.places import resources_root

    return resources_root() / "icons" / "comfydoctor.svg"


def office() -> "AbstractAsyncContextManager[Office]":
    """Open the office; what it needs is imported only now, on the core's thread."""
    from comfydoctor.doctor.office import open_office

    return open_office()
