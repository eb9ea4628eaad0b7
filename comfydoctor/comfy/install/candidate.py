"""What led to an installation: where it is said to be, before anybody looked."""

from dataclasses import dataclass, field
from pathlib import Path

from comfydoctor.model.installation import InstallKind, Launcher, RunningServer


@dataclass(frozen=True)
class Candidate:
    """A place that may hold a ComfyUI."""

    kind: InstallKind
    root: Path | None
    """Folder of ``main.py``; None when only the folders of a container are here."""
    base: Path | None = None
    """Folder of ``custom_nodes`` and ``user``, when it is not the root."""
    how: str = ""
    name: str = ""
    python: str = ""
    launchers: tuple[Launcher, ...] = ()
    running: tuple[RunningServer, ...] = ()
    log_folders: tuple[Path, ...] = ()
    """Where the program that starts it writes logs."""
    model_files: tuple[Path, ...] = ()
    """Further files of model folders."""
    log_files: tuple[str, ...] = field(default=())
