"""ComfyUI apps of Pinokio, in its home folder."""

from collections.abc import Iterator
from pathlib import Path

from comfydoctor.comfy.install.candidate import Candidate
from comfydoctor.comfy.install.files import entries, is_dir, read_json, text
from comfydoctor.comfy.install.places import Places
from comfydoctor.comfy.install.version import is_comfyui
from comfydoctor.model.installation import InstallKind

_ENVIRONMENTS = ("app/env", "app/venv", "app/.venv", "env", "venv")
_PYTHONS = ("Scripts/python.exe", "bin/python", "python.exe")
_LOG_DEPTH = 3


def pinokio_candidates(places: Places) -> Iterator[Candidate]:
    """Apps below ``api`` whose ``app`` folder, or which themselves, hold ComfyUI."""
    for home in dict.fromkeys(_homes(places)):
        for entry in entries(home / "api"):
            app = Path(entry.path)
            if root := next(filter(is_comfyui, (app / "app", app)), None):
                yield Candidate(
                    InstallKind.PINOKIO,
                    root,
                    how=f"an app of Pinokio in {home}",
                    name=entry.name.removesuffix(".git"),
                    python=_python(app),
                    log_folders=tuple(_log_folders(app / "logs", _LOG_DEPTH)),
                )


def _homes(places: Places) -> Iterator[Path]:
    """Where its settings say, else ``pinokio`` in the home folder or on a drive."""
    for name in ("Pinokio", "pinokio"):
        if home := text(read_json(places.roaming / name / "config.json").get("home")):
            yield Path(home)
    yield from (shelf / "pinokio" for shelf in places.shelves)


def _python(app: Path) -> str:
    found = (app / env / python for env in _ENVIRONMENTS for python in _PYTHONS)
    return next((str(path) for path in found if path.is_file()), "")


def _log_folders(folder: Path, depth: int) -> Iterator[Path]:
    """``logs/api/start.js/latest`` is the newest output of a script."""
    if depth < 0 or not is_dir(folder):
        return
    yield folder
    for entry in entries(folder):
        if entry.is_dir(follow_symlinks=False):
            yield from _log_folders(Path(entry.path), depth - 1)
