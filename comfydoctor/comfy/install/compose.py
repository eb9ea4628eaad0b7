"""Containers of ComfyUI whose folders lie on this computer, from compose files."""

import re
from collections.abc import Iterator
from pathlib import Path

from comfydoctor.comfy.install.candidate import Candidate
from comfydoctor.comfy.install.files import entries, is_dir, is_file, read_text, table
from comfydoctor.comfy.install.launchers import parse_launcher
from comfydoctor.comfy.install.places import Places
from comfydoctor.comfy.install.version import is_comfyui
from comfydoctor.comfy.install.yamlfile import load_yaml
from comfydoctor.errors import SettingsError
from comfydoctor.model.installation import InstallKind, Launcher

NAMES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
_COMFY = re.compile(r"comfy", re.IGNORECASE)
_PARTS = ("custom_nodes", "user", "models", "output")
_SHORT = re.compile(r"((?:[A-Za-z]:[\\/])?[^:]*):([^:]*)")
"""Source and target; a drive of Windows has a colon of its own."""
_VARIABLE = re.compile(r"\$\{(\w+)(?::?[-?]([^}]*))?\}|\$(\w+)")


def docker_candidates(places: Places) -> Iterator[Candidate]:
    """Services of compose files on the shelves, and in folders named for ComfyUI."""
    for folder in dict.fromkeys(_folders(places)):
        for name in NAMES:
            if is_file(folder / name):
                yield from read_compose(folder / name)


def _folders(places: Places) -> Iterator[Path]:
    for shelf in places.shelves:
        yield shelf
        for entry in entries(shelf):
            if _COMFY.search(entry.name) or entry.name in {"docker", "compose"}:
                yield Path(entry.path)


def read_compose(file: Path) -> Iterator[Candidate]:
    """Services that are about ComfyUI and mount a folder of it that is here."""
    try:
        value = load_yaml(read_text(file))
    except SettingsError:
        return
    known = _variables(file.parent)
    for name, service in table(value, "services").items():
        if isinstance(service, dict) and _COMFY.search(f"{name} {service}"):
            yield from _service(file, str(name), service, known)


def _service(
    file: Path, name: str, service: dict[str, object], known: dict[str, str]
) -> Iterator[Candidate]:
    bases = dict.fromkeys(_bases(file.parent, service, known))
    for base in bases:
        yield Candidate(
            InstallKind.DOCKER,
            base if is_comfyui(base) else None,
            base,
            how=f"the service {name} in {file}",
            name=str(service.get("container_name") or name),
            launchers=_launchers(file, service, known),
        )


def _bases(
    beside: Path, service: dict[str, object], known: dict[str, str]
) -> Iterator[Path]:
    """Folders of this computer that the container sees as ComfyUI's own."""
    volumes = service.get("volumes")
    for volume in volumes if isinstance(volumes, list) else ():
        source, target = _mount(volume, known)
        if not source.startswith((".", "/", "~")) and source[1:2] != ":":
            continue  # a named volume lies where only root may look
        here = (beside / Path(source).expanduser()).resolve()
        part = target.rstrip("/").rpartition("/")[2]
        base = here.parent if part in _PARTS and here.name == part else here
        if any(is_dir(base / name) for name in _PARTS[:2]):
            yield base


def _mount(volume: object, known: dict[str, str]) -> tuple[str, str]:
    """Source and target of the short and the long form."""
    if isinstance(volume, dict):
        said = f"{volume.get('source') or ''}", f"{volume.get('target') or ''}"
        return _filled(said[0], known), _filled(said[1], known)
    parts = _SHORT.match(_filled(str(volume), known))
    return (parts[1], parts[2]) if parts else ("", "")


def _variables(folder: Path) -> dict[str, str]:
    """The values of the ``.env`` beside a compose file; only paths are taken of it."""
    lines = (x.partition("=") for x in read_text(folder / ".env").splitlines())
    return {n.strip(): v.strip().strip("\"'") for n, sign, v in lines if sign}


def _filled(said: str, known: dict[str, str]) -> str:
    def value(hole: re.Match[str]) -> str:
        return known.get(hole[1] or hole[3] or "", hole[2] or "")

    return _VARIABLE.sub(value, said)


def _launchers(
    file: Path, service: dict[str, object], known: dict[str, str]
) -> tuple[Launcher, ...]:
    said = service.get("command") or service.get("entrypoint") or ""
    line = " ".join(map(str, said)) if isinstance(said, list) else str(said)
    found = parse_launcher(_filled(line, known), str(file))
    return (found,) if found else ()
