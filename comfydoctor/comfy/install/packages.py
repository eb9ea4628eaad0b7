"""Installed packages of a Python, from the names and texts of their metadata."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from comfydoctor.comfy.install.files import entries, is_file, read_text
from comfydoctor.model.installation import Interpreter, Package, normal_name

METADATA_MAX = 256 * 1024
_NAMED = re.compile(
    r"(?P<name>[A-Za-z0-9][A-Za-z0-9._]*?)-(?P<version>\d[^-]*?)"
    r"(?:-[^-]+)?\.(?:dist|egg)-info"
)
_CUDA = re.compile(r"^cuda\s*(?::[^=]+)?=\s*['\"]([\d.]+)['\"]", re.MULTILINE)
_HIP = re.compile(r"^hip\s*(?::[^=]+)?=\s*['\"]([\d.]+)", re.MULTILINE)
_TORCH = re.compile(r"^__version__\s*=\s*['\"]([^'\"\n]{1,60})['\"]", re.MULTILINE)


def read_packages(python: Interpreter) -> tuple[Package, ...]:
    """All packages, in the order in which Python would find them.

    A package that lies in two places comes twice; the first one is imported.
    """
    return tuple(_listed(python.site_packages))


def _listed(folders: Iterable[str]) -> Iterator[Package]:
    for folder in folders:
        for entry in entries(Path(folder)):
            if found := _NAMED.fullmatch(entry.name):
                yield Package(found["name"], found["version"], entry.path)


def versions_of(packages: Iterable[Package]) -> dict[str, str]:
    """Version by normal name, of the package that would be imported."""
    found: dict[str, str] = {}
    for package in packages:
        found.setdefault(package.key, package.version)
    return found


def requirements_of(package: Package) -> tuple[str, ...]:
    """What it says it needs, as PEP 508 lines with their markers."""
    metadata = Path(package.metadata)
    text = read_text(metadata / "METADATA", METADATA_MAX) or read_text(
        metadata / "PKG-INFO", METADATA_MAX
    )
    head = text.partition("\n\n")[0]
    lines = (line.strip() for line in head.splitlines())
    return tuple(
        line.partition(":")[2].strip()
        for line in lines
        if line.startswith("Requires-Dist:")
    )


def read_torch(python: Interpreter) -> tuple[str, str]:
    """Version of torch and what it was built for; empty texts where not told.

    ``torch/version.py`` has both; the metadata folder alone has the version.
    """
    for folder in python.site_packages:
        place = Path(folder, "torch", "version.py")
        if is_file(place):
            said = read_text(place, 8192)
            version = _TORCH.search(said)
            told = version[1] if version else _version_in(folder)
            return told, _build(said)
    return _version_of(python, "torch"), ""


def _build(said: str) -> str:
    if found := _CUDA.search(said):
        return found[1]
    found = _HIP.search(said)
    return f"rocm {found[1]}" if found else ""


def _version_in(folder: str) -> str:
    return versions_of(_listed([folder])).get("torch", "")


def _version_of(python: Interpreter, name: str) -> str:
    return versions_of(read_packages(python)).get(normal_name(name), "")
