"""Finds and reads the ComfyUI installations of this computer.

Nothing of theirs is imported or run. A folder on a slow or sleeping disk can make this
take seconds: call it aside.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from comfydoctor.comfy.install.candidate import Candidate
from comfydoctor.comfy.install.comfycli import comfy_cli_candidates
from comfydoctor.comfy.install.compose import docker_candidates
from comfydoctor.comfy.install.desktop import desktop_candidates
from comfydoctor.comfy.install.files import is_dir
from comfydoctor.comfy.install.pinokio import pinokio_candidates
from comfydoctor.comfy.install.places import Places
from comfydoctor.comfy.install.read import base_of, read_installation
from comfydoctor.comfy.install.running import running_servers
from comfydoctor.comfy.install.shelf import (
    folder_candidates,
    kind_of,
    shelf_candidates,
)
from comfydoctor.comfy.install.stability import stability_candidates
from comfydoctor.comfy.install.version import is_comfyui
from comfydoctor.model.installation import (
    Installation,
    InstallKind,
    RunningServer,
)

Running = Callable[[], Iterable[tuple[str, RunningServer]]]
SOURCES = (
    stability_candidates,
    pinokio_candidates,
    desktop_candidates,
    comfy_cli_candidates,
    shelf_candidates,
    docker_candidates,
)
"""In the order in which they win: a launcher knows more than a folder's name."""
_BASE_SIGNS = ("custom_nodes", "user", "models")
_MOST = 100


def find_installations(
    places: Places | None = None, *, running: Running = running_servers
) -> tuple[Installation, ...]:
    """All that can be found, running ones first."""
    where = places or Places()
    processes = tuple(running())
    found: dict[tuple[str, str], Candidate] = {}
    for candidate in (*_running(processes), *_named(where)):
        key = _key(candidate)
        found[key] = _joined(found[key], candidate) if key in found else candidate
    chosen = list(found.values())[:_MOST]
    return tuple(read_installation(candidate) for candidate in chosen)


def read_folder(
    folder: Path, *, running: Running = running_servers
) -> Installation | None:
    """The installation in a folder: the program's, the one around it, or a base folder.

    None when nothing there looks like ComfyUI.
    """
    candidate = _in_folder(folder.absolute())
    if candidate is None:
        return None
    for process in _running(tuple(running())):
        if _overlap(candidate, process):
            return read_installation(_joined(process, candidate))
    return read_installation(candidate)


def installation_of(
    pid: int, *, running: Running = running_servers
) -> Installation | None:
    """The installation that a process runs; None when it may not be looked at."""
    for candidate in _running(tuple(running())):
        if any(server.pid == pid for server in candidate.running):
            return read_installation(candidate)
    return None


def _named(places: Places) -> Iterator[Candidate]:
    for source in SOURCES:
        yield from source(places)


def _running(found: Iterable[tuple[str, RunningServer]]) -> Iterator[Candidate]:
    for root, server in found:
        how = f"run by the process {server.pid}"
        yield Candidate(kind_of(Path(root)), Path(root), how=how, running=(server,))


def _in_folder(folder: Path) -> Candidate | None:
    how = "the folder that was named"
    for candidate in folder_candidates(folder, how):
        return candidate
    for above in (folder, *folder.parents[:3]):
        if is_comfyui(above):
            return Candidate(kind_of(above), above, how=how)
    for above in (folder, *folder.parents[:1]):
        if any(is_dir(above / name) for name in _BASE_SIGNS):
            return Candidate(InstallKind.FOLDER, None, above, how=how)
    return None


def _key(candidate: Candidate) -> tuple[str, str]:
    """Program and user folders; two servers may share a program."""
    root = os.path.realpath(candidate.root) if candidate.root else ""
    return root, os.path.realpath(base_of(candidate))


def _joined(first: Candidate, other: Candidate) -> Candidate:
    """One candidate with what both know; a launcher's kind beats a folder's."""
    plain = first.kind in {InstallKind.FOLDER, InstallKind.GIT}
    return replace(
        first,
        kind=other.kind if plain else first.kind,
        root=first.root or other.root,
        name=first.name or other.name,
        python=first.python or other.python,
        launchers=first.launchers or other.launchers,
        running=(*first.running, *other.running),
        log_folders=(*first.log_folders, *other.log_folders),
        model_files=(*first.model_files, *other.model_files),
    )


def _overlap(one: Candidate, other: Candidate) -> bool:
    """Whether two are about the same: by user folders, or by a program with none."""
    (root, base), (other_root, other_base) = _key(one), _key(other)
    return base == other_base or (bool(root) and root == other_root)
