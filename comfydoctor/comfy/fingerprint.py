"""Takes the parts of a fingerprint: of a server's answers and of its files."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from comfydoctor.comfy.definitions import Definitions
from comfydoctor.comfy.install.files import entries, read_text
from comfydoctor.comfy.install.packages import read_packages, versions_of
from comfydoctor.model.fingerprint import Part
from comfydoctor.model.installation import Installation, normal_name
from comfydoctor.model.server import ServerInfo

MODELS_MAX = 20_000
_ENDINGS = {
    *(".safetensors", ".sft", ".ckpt", ".pt", ".pt2", ".bin", ".pth", ".gguf"),
    *(".onnx", ".pkl"),
}
_DEPTH = 6
_FILES_MAX = 60
_NO_VALUE = ""
_DRIVER = Path("/proc/driver/nvidia/version")
_DRIVER_LINE = re.compile(r"Kernel Module(?: for \S+)?\s+(\d+\.\d+(?:\.\d+)?)")
_PLACES = {"--port", "--listen", "--database-url", "--base-directory"}
"""Flags that say where a server is, not what it does; two servers differ in them."""


def server_part(info: ServerInfo) -> Part:
    """What ``GET /system_stats`` tells."""
    told = {
        "version": info.version,
        "python": info.python.partition(" ")[0],
        "torch": info.torch,
        "os": info.os,
        "devices": ", ".join(device.name for device in info.devices),
        "frontend_required": info.frontend_required,
    }
    return {name: value for name, value in told.items() if value}


def flags_part(argv: Iterable[str]) -> Part:
    """Start flags with their values; a value that repeats a flag is joined."""
    found: dict[str, str] = {}
    flag = ""
    for word in argv:
        if word.startswith("--"):
            flag, _, value = word.partition("=")
            found.setdefault(flag, value)
        elif flag:
            found[flag] = f"{found[flag]} {word}".strip()
    return {name: value for name, value in found.items() if name not in _PLACES}


def told_packages_part(info: ServerInfo) -> Part:
    """The packages that a server names itself (since 0.22): those it ships with."""
    return {normal_name(p.name): p.installed or "not installed" for p in info.packages}


def nodes_part(definitions: Definitions) -> Part:
    """Node class and the module it comes from."""
    return {
        name: str(body.get("python_module") or "") for name, body in definitions.items()
    }


def driver_part(place: Path = _DRIVER) -> Part | None:
    """The NVIDIA driver of a Linux computer; None where that cannot be read."""
    found = _DRIVER_LINE.search(read_text(place, 4096))
    return {"nvidia": found[1]} if found else None


def core_part(found: Installation) -> Part:
    """Version and commit of ComfyUI's own files."""
    told = {
        "version": found.version,
        "commit": found.checkout.commit if found.checkout else "",
        "branch": found.checkout.branch if found.checkout else "",
    }
    return {name: value for name, value in told.items() if value}


def packs_part(found: Installation) -> Part:
    """Node packs: commit, else version, else a hash of their own Python files."""
    return {
        pack.name: (pack.state or _content(Path(pack.folder)))
        + ("" if pack.enabled else " (disabled)")
        for pack in found.packs
    }


def _content(folder: Path) -> str:
    """For a pack that was copied by hand: what its Python files hold."""
    if folder.suffix == ".py" or folder.name.endswith(".py.disabled"):
        files = [folder]
    else:
        files = [Path(e.path) for e in entries(folder) if e.name.endswith(".py")]
    if not files:
        return "without code"
    digest = hashlib.sha256()
    for file in files[:_FILES_MAX]:
        digest.update(f"{file.name}\0{read_text(file)}\0".encode(errors="replace"))
    return f"files {digest.hexdigest()[:8]}"


def packages_part(found: Installation) -> Part | None:
    """All packages of its Python; None when no Python is known."""
    return versions_of(read_packages(found.python)) if found.python else None


def settings_part(found: Installation) -> Part:
    """Model folders that are added, section by section."""
    return {
        f"{Path(x.file).name} [{x.section}]": "; ".join(
            f"{k}={v}" for k, v in x.folders
        )
        for x in found.model_folders
    }


def models_part(folders: Mapping[str, Iterable[str]]) -> Part:
    """Model files below the folders of each type, with size and time."""
    found: dict[str, str] = {}
    for kind, places in folders.items():
        if kind in {"custom_nodes", "configs"}:
            continue
        for place in places:
            for name, state in _files(Path(place), "", _DEPTH):
                if len(found) >= MODELS_MAX:
                    return found
                found.setdefault(f"{kind}/{name}", state)
    return found


def _files(folder: Path, above: str, depth: int) -> Iterator[tuple[str, str]]:
    for entry in entries(folder):
        name = f"{above}{entry.name}"
        try:
            if entry.is_dir():
                if depth and not entry.name.startswith("."):
                    yield from _files(Path(entry.path), f"{name}/", depth - 1)
            elif Path(entry.name).suffix.lower() in _ENDINGS:
                told = entry.stat()
                yield name, f"{told.st_size} bytes of {told.st_mtime:.0f}"
        except OSError:
            continue
