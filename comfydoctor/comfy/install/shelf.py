"""ComfyUI folders where people usually put them."""

from collections.abc import Iterator
from pathlib import Path

from comfydoctor.comfy.install.candidate import Candidate
from comfydoctor.comfy.install.files import entries, is_dir
from comfydoctor.comfy.install.interpreter import EMBEDDED
from comfydoctor.comfy.install.places import Places
from comfydoctor.comfy.install.version import is_comfyui
from comfydoctor.model.installation import InstallKind

_DEPTH = 2
"""The portable archive is often unpacked into a folder of its own name."""


def shelf_candidates(places: Places) -> Iterator[Candidate]:
    """Folders with "comfy" in their name on the usual shelves, and below those."""
    if named := places.from_environment("COMFYUI_PATH"):
        yield from folder_candidates(named, "named by COMFYUI_PATH")
    for shelf in dict.fromkeys(places.shelves):
        for entry in entries(shelf):
            if "comfy" in entry.name.lower() and is_dir(Path(entry.path)):
                yield from folder_candidates(Path(entry.path), f"found in {shelf}")


def folder_candidates(
    folder: Path, how: str, depth: int = _DEPTH
) -> Iterator[Candidate]:
    """The ComfyUI in a folder, or in the folders below it named for ComfyUI."""
    if is_comfyui(folder):
        yield Candidate(kind_of(folder), folder, how=how)
        return
    for entry in entries(folder) if depth else ():
        if "comfy" in entry.name.lower() and is_dir(Path(entry.path)):
            yield from folder_candidates(Path(entry.path), how, depth - 1)


def kind_of(root: Path) -> InstallKind:
    """What the layout around a program folder says."""
    if any(is_dir(root.parent / name) for name in EMBEDDED):
        return InstallKind.PORTABLE
    if "StabilityMatrix" in root.parts:
        return InstallKind.STABILITY_MATRIX
    if root.parent.parent.name == "api" and "pinokio" in map(str.lower, root.parts):
        return InstallKind.PINOKIO
    return InstallKind.GIT if (root / ".git").exists() else InstallKind.FOLDER
