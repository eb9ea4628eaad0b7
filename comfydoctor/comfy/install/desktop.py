"""Installations of the desktop app: the older one and Comfy Desktop 2."""

import json
from collections.abc import Iterator
from pathlib import Path

from comfydoctor.comfy.install.candidate import Candidate
from comfydoctor.comfy.install.files import is_dir, read_json, read_text, text
from comfydoctor.comfy.install.modelpaths import NAMES
from comfydoctor.comfy.install.places import Places
from comfydoctor.comfy.install.version import is_comfyui
from comfydoctor.model.installation import InstallKind

_PROGRAMS = ("@comfyorgcomfyui-electron", "comfyui-electron", "ComfyUI")
_SECOND = ("comfyui-desktop-2", "Comfy-Desktop", "Comfy Desktop", "ComfyUI Desktop")
_PYTHONS = (
    "standalone-env/python.exe",
    "standalone-env/bin/python3",
    "ComfyUI/.venv/Scripts/python.exe",
    "ComfyUI/.venv/bin/python",
    "envs/default/Scripts/python.exe",
    "envs/default/bin/python3",
)
_RECORDS_MAX = 100


def desktop_candidates(places: Places) -> Iterator[Candidate]:
    """Both generations of the app; they may live side by side."""
    yield from _first(places)
    yield from _second(places)


def _first(places: Places) -> Iterator[Candidate]:
    """``config.json`` names the base; the program lies in the app's resources."""
    folder = places.roaming / "ComfyUI"
    base = text(read_json(folder / "config.json").get("basePath"))
    if not base or not is_dir(folder / base):
        return
    logs = (folder / "logs", places.home / "Library/Logs/ComfyUI")
    yield Candidate(
        InstallKind.DESKTOP,
        next(filter(is_comfyui, _programs(places)), None),
        folder / base,
        how=f"named by {folder / 'config.json'}",
        name="ComfyUI Desktop",
        log_folders=logs,
        model_files=tuple(folder / name for name in NAMES),
    )


def _programs(places: Places) -> Iterator[Path]:
    for name in _PROGRAMS:
        yield places.local / "Programs" / name / "resources" / "ComfyUI"
    yield Path("/Applications/ComfyUI.app/Contents/Resources/ComfyUI")
    yield places.home / "Applications/ComfyUI.app/Contents/Resources/ComfyUI"


def _second(places: Places) -> Iterator[Candidate]:
    """``installations.json`` is a list of records with an ``installPath``."""
    for name in _SECOND:
        for above in dict.fromkeys((places.local, places.roaming)):
            file = above / name / "installations.json"
            for record in _records(file):
                yield from _recorded(record, file)


def _records(file: Path) -> list[dict[str, object]]:
    try:
        value = json.loads(read_text(file) or "[]")
    except (ValueError, RecursionError):
        return []
    listed = value[:_RECORDS_MAX] if isinstance(value, list) else []
    return [record for record in listed if isinstance(record, dict)]


def _recorded(record: dict[str, object], file: Path) -> Iterator[Candidate]:
    path = text(record.get("installPath"))
    if not path or not is_dir(folder := Path(path)):
        return
    roots = (folder / "ComfyUI", folder)
    python = (folder / name for name in _PYTHONS)
    yield Candidate(
        InstallKind.DESKTOP,
        next(filter(is_comfyui, roots), None),
        folder / "ComfyUI" if is_dir(folder / "ComfyUI") else folder,
        how=f"listed in {file}",
        name=text(record.get("name")),
        python=next((str(p) for p in python if p.is_file()), ""),
        log_folders=(file.parent, file.parent / "logs", folder / "logs"),
        model_files=(file.parent / "shared_model_paths.yaml",),
    )
