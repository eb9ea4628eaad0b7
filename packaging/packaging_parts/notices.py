"""What a bundle must say of others' work: licences, and an SBOM (CycloneDX 1.5)."""

import json
import re
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from comfydoctor import __version__

QT = """\
This program uses Qt and PySide6 under the GNU Lesser General Public License,
version 3 (LGPL-3.0). Their libraries lie as separate files in this folder and may
be replaced by builds of your own that are compatible. Source code:
https://download.qt.io/official_releases/ and https://code.qt.io/pyside/pyside-setup.
The text of the licence stands below among those of the other packages.
"""
ROOTS = ("comfydoctor",)


def write(folder: Path) -> None:
    """Write ``NOTICES.txt`` and ``sbom.json`` beside the program."""
    packages = sorted(_needed(ROOTS), key=lambda found: found.name.lower())
    (folder / "NOTICES.txt").write_text("\n".join(_notices(packages)), "utf-8")
    (folder / "sbom.json").write_text(json.dumps(_sbom(packages), indent=1))


def _needed(roots: tuple[str, ...]) -> list[metadata.Distribution]:
    """The packages that the program needs, found by their own requirements."""
    found: dict[str, metadata.Distribution] = {}
    waiting = list(roots)
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in found:
            continue
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # not for this system
        found[name] = distribution
        for line in distribution.requires or ():
            if "extra ==" not in line:
                waiting.append(re.split(r"[\s;<>=!~\[(]", line, maxsplit=1)[0])
    return [one for name, one in found.items() if name not in ROOTS]


def _licence(package: metadata.Distribution) -> str:
    told = package.metadata.get("License-Expression") or ""
    if not told:
        kinds = package.metadata.get_all("Classifier") or []
        told = ", ".join(
            kind.rpartition(":: ")[2] for kind in kinds if kind.startswith("License")
        )
    return told or (package.metadata.get("License") or "see its text")[:120]


def _notices(packages: list[metadata.Distribution]) -> Iterator[str]:
    yield f"ComfyDoctor {__version__} contains the work of others.\n"
    yield QT
    for package in packages:
        yield "=" * 72
        yield f"{package.name} {package.version}: {_licence(package)}\n"
        yield from _texts(package)


def _texts(package: metadata.Distribution) -> Iterator[str]:
    for file in package.files or ():
        if re.search(r"(?i)(licen[cs]e|copying|notice)[^/]*$", str(file)):
            path = Path(str(file.locate()))
            if path.is_file() and path.suffix in {"", ".txt", ".md", ".rst"}:
                yield path.read_text("utf-8", errors="replace")


def _sbom(packages: list[metadata.Distribution]) -> dict[str, object]:
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "name": "comfydoctor",
                "version": __version__,
            }
        },
        "components": [
            {
                "type": "library",
                "name": package.name,
                "version": package.version,
                "purl": f"pkg:pypi/{package.name.lower()}@{package.version}",
                "licenses": [{"license": {"name": _licence(package)}}],
            }
            for package in packages
        ],
    }
