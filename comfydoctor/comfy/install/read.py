"""Reads one installation: everything its files tell, nothing of it run."""

import os
from collections.abc import Iterator
from pathlib import Path

from comfydoctor.comfy.install.candidate import Candidate
from comfydoctor.comfy.install.checkout import read_checkout
from comfydoctor.comfy.install.interpreter import find_interpreter
from comfydoctor.comfy.install.launchers import read_launchers
from comfydoctor.comfy.install.logs import find_logs
from comfydoctor.comfy.install.modelpaths import NAMES, find_model_folders
from comfydoctor.comfy.install.packages import read_torch
from comfydoctor.comfy.install.packs import read_packs
from comfydoctor.comfy.install.version import read_version
from comfydoctor.model.installation import (
    Installation,
    Launcher,
    ModelFolders,
    flag_value,
)


def base_of(candidate: Candidate) -> str:
    """Its folder of ``user`` and ``custom_nodes``: by flag, else where it was found."""
    for flags, folder in _flags(candidate):
        if said := flag_value(flags, "--base-directory"):
            return os.path.normpath(Path(folder, said))
    return str(candidate.base or candidate.root or "")


def _flags(candidate: Candidate) -> Iterator[tuple[tuple[str, ...], str]]:
    """Flags in force, and the folder that relative paths in them start from."""
    root = str(candidate.root or "")
    for server in candidate.running:
        yield server.flags, server.folder or root
    if not candidate.running and len(candidate.launchers) == 1:
        yield candidate.launchers[0].flags, root


def read_installation(candidate: Candidate) -> Installation:
    """Read what a candidate points to; what cannot be read stays empty."""
    root, base = candidate.root, Path(base_of(candidate))
    launchers = candidate.launchers or _launchers(root)
    python = find_interpreter(root or base, base, _pythons(candidate, launchers))
    torch, cuda = read_torch(python) if python else ("", "")
    model_folders, notes = find_model_folders(_model_files(candidate, base))
    user = _user(candidate, base)
    return Installation(
        kind=candidate.kind,
        root=str(root or ""),
        base=str(base),
        user=user,
        how=candidate.how,
        name=candidate.name,
        version=read_version(root) if root else "",
        checkout=read_checkout(root) if root else None,
        python=python,
        torch=torch,
        cuda=cuda,
        packs=read_packs(_pack_folders(base, model_folders)),
        model_folders=model_folders,
        logs=find_logs(
            users=(Path(user),),
            folders=dict.fromkeys(_log_folders(root, base)),
            launcher_folders=candidate.log_folders,
            files=[*candidate.log_files, *_outputs(candidate)],
        ),
        launchers=launchers,
        running=candidate.running,
        notes=(*notes, *_missing(candidate, python is None)),
    )


def _launchers(root: Path | None) -> tuple[Launcher, ...]:
    return read_launchers((root, root.parent), root) if root else ()


def _pythons(
    candidate: Candidate, launchers: tuple[Launcher, ...]
) -> Iterator[tuple[str, str]]:
    for server in candidate.running:
        yield server.python, f"The process {server.pid} runs it."
    yield candidate.python, candidate.how
    for launcher in launchers:
        yield _absolute(launcher), f"{launcher.path} names it."


def _absolute(launcher: Launcher) -> str:
    r"""Relative to the launcher, as ``.\python_embeded\python.exe`` is."""
    said = launcher.python.replace("\\", "/") if os.sep == "/" else launcher.python
    beside = Path(launcher.path).parent
    return os.path.normpath(beside / said) if Path(said).name != said else ""


def _user(candidate: Candidate, base: Path) -> str:
    for flags, folder in _flags(candidate):
        if said := flag_value(flags, "--user-directory"):
            return os.path.normpath(Path(folder, said))
    return str(base / "user")


def _model_files(candidate: Candidate, base: Path) -> list[Path]:
    """ComfyUI's own file, those of its flags, and its launcher's."""
    found = [place / NAMES[0] for place in (candidate.root, base) if place]
    for flags, folder in _flags(candidate):
        for place, flag in enumerate(flags):
            if flag == "--extra-model-paths-config":
                found += _values(flags[place + 1 :], folder)
    return [*found, *candidate.model_files]


def _values(words: tuple[str, ...], folder: str) -> Iterator[Path]:
    """The flag takes several files."""
    for word in words:
        if word.startswith("--"):
            return
        yield Path(folder, word)


def _pack_folders(base: Path, sections: tuple[ModelFolders, ...]) -> Iterator[Path]:
    yield base / "custom_nodes"
    for section in sections:
        yield from (Path(f) for kind, f in section.folders if kind == "custom_nodes")


def _log_folders(root: Path | None, base: Path) -> Iterator[Path]:
    for place in (base, root):
        if place is not None:
            yield from (place, place / "logs")


def _outputs(candidate: Candidate) -> Iterator[str]:
    for server in candidate.running:
        yield from server.outputs


def _missing(candidate: Candidate, no_python: bool) -> Iterator[str]:
    if candidate.root is None:
        yield "The program's own folder is not known; only the user's folders are."
    if no_python:
        yield "No Python of it was found, so its packages are not known."
