"""Where the operating system of this computer keeps the files of programs."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


def _drives(platform: str) -> tuple[Path, ...]:
    if platform != "win32":
        return tuple(map(Path, ("/opt", "/srv", "/workspace", "/app", "/data", "/mnt")))
    letters = (Path(f"{letter}:\\") for letter in "CDEFGHIJ")
    return tuple(drive for drive in letters if drive.exists())


@dataclass(frozen=True)
class Places:
    """The folders that finding installations starts from."""

    home: Path = field(default_factory=Path.home)
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    platform: str = sys.platform
    roots: tuple[Path, ...] | None = None
    """Roots of drives, or where servers keep programs; None: those of this system."""

    def from_environment(self, name: str) -> Path | None:
        """The folder that a variable names."""
        said = self.environment.get(name, "").strip()
        return Path(said) if said else None

    @property
    def roaming(self) -> Path:
        """Settings of programs."""
        if self.platform == "win32":
            return self.from_environment("APPDATA") or self.home / "AppData/Roaming"
        if self.platform == "darwin":
            return self.home / "Library/Application Support"
        return self.from_environment("XDG_CONFIG_HOME") or self.home / ".config"

    @property
    def local(self) -> Path:
        """Data of programs that stays on this computer."""
        if self.platform == "win32":
            return self.from_environment("LOCALAPPDATA") or self.home / "AppData/Local"
        if self.platform == "darwin":
            return self.home / "Library/Application Support"
        return self.from_environment("XDG_DATA_HOME") or self.home / ".local/share"

    @property
    def shelves(self) -> tuple[Path, ...]:
        """Folders in which people put programs."""
        home = self.home
        roots = _drives(self.platform) if self.roots is None else self.roots
        inside = ("AI", "ai", "git", "src", "code", "projects", "apps")
        return (
            home,
            *(home / n for n in ("Documents", "Desktop", "Downloads", *inside)),
            *roots,
            *(root / n for root in roots for n in ("AI", "apps", "tools")),
        )
