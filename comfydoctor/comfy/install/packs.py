"""Node packs of an installation: what lies in its ``custom_nodes`` folders."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from comfydoctor.comfy.install.checkout import read_checkout
from comfydoctor.comfy.install.files import (
    entries,
    is_file,
    read_text,
    read_toml,
    table,
    text,
)
from comfydoctor.model.installation import NodePack

_DISABLED = ".disabled"
_NO_PACKS = {"__pycache__", "example_node.py.example", "websocket_image_save.py"}
"""The last one comes with ComfyUI."""
_LINES_MAX = 500


def read_packs(folders: Iterable[Path]) -> tuple[NodePack, ...]:
    """All packs, enabled or not, in the order of their names.

    ComfyUI 0.33 nodes.py skips names that end in ``.disabled``; ComfyUI-Manager 3
    and 4 also move packs into a folder ``.disabled``, as ``name@version``.
    """
    found = (pack for folder in dict.fromkeys(folders) for pack in _in(folder))
    return tuple(sorted(found, key=lambda pack: pack.name.lower()))


def _in(folder: Path) -> Iterator[NodePack]:
    for entry in entries(folder):
        if entry.name == _DISABLED:
            yield from _entries(entries(Path(entry.path)), enabled=False)
    yield from _entries(entries(folder), enabled=True)


def _entries(found: Iterable[os.DirEntry[str]], *, enabled: bool) -> Iterator[NodePack]:
    for entry in found:
        if entry.name in _NO_PACKS or entry.name.startswith("."):
            continue
        if _is_dir(entry):
            yield _read(Path(entry.path), enabled and not _switched_off(entry.name))
        elif entry.name.removesuffix(_DISABLED).endswith(".py"):
            name = entry.name.removesuffix(_DISABLED)
            yield NodePack(name, entry.path, enabled and name == entry.name)


def _is_dir(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _switched_off(name: str) -> bool:
    return name.endswith(_DISABLED)


def _read(folder: Path, enabled: bool) -> NodePack:
    name, _, tagged = folder.name.removesuffix(_DISABLED).partition("@")
    toml = read_toml(folder / "pyproject.toml")
    project = table(toml, "project")
    version = text(project.get("version")) or tagged.replace("_", ".")
    return NodePack(
        name,
        str(folder),
        enabled,
        version=version,
        registry_id=text(project.get("name")),
        publisher=text(table(toml, "tool", "comfy").get("PublisherId")),
        checkout=read_checkout(folder),
        requirements=_requirements(folder, project),
    )


def _requirements(folder: Path, project: dict[str, object]) -> tuple[str, ...]:
    place = folder / "requirements.txt"
    if is_file(place):
        lines = (line.strip() for line in read_text(place).splitlines())
        wanted = (line for line in lines if line and not line.startswith("#"))
        return tuple(line for line, _ in zip(wanted, range(_LINES_MAX), strict=False))
    named = project.get("dependencies")
    return tuple(map(text, named))[:_LINES_MAX] if isinstance(named, list) else ()
