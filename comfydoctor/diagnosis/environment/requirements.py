"""Whether what is installed is what somebody asked for (PEP 440, 508)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from packaging.markers import default_environment
from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import InvalidVersion, Version

from comfydoctor.content.fits import Fits
from comfydoctor.model.installation import Package, normal_name

_SYSTEMS = {
    "win32": ("Windows", "nt"),
    "nt": ("Windows", "nt"),
    "darwin": ("Darwin", "posix"),
    "linux": ("Linux", "posix"),
}
_LINE_MAX = 500


@dataclass(frozen=True)
class Unmet:
    """One wish that the installed packages do not fulfil."""

    wisher: str
    """Who wants it: a package with its version, a node pack, ``ComfyUI``."""
    wanted: str
    """Name and versions, without markers: ``torch==2.9.1``."""
    name: str
    """Normal name of the package that is wanted."""
    have: str
    """Its version here; empty when it is not installed."""

    @property
    def words(self) -> str:
        """The wish and what is there instead, for a person."""
        there = f"{self.name} {self.have} is" if self.have else "it is not"
        return f"{self.wisher} wants {self.wanted}; {there} installed."


class Installed:
    """The packages of one Python, and which wishes they fulfil."""

    def __init__(
        self, versions: Mapping[str, str], fits: Fits, *, python: str, system: str
    ) -> None:
        """``python``: its version; ``system``: ``sys.platform`` there."""
        self.versions = versions
        self._fits = fits
        self._environment = environment(python, system)

    def unmet(self, wisher: str, lines: Iterable[str]) -> Iterator[Unmet]:
        """Those of ``lines`` (PEP 508) that are not fulfilled; odd ones are left out.

        Of a package that may be replaced by another one only the absence of all of
        them counts.
        """
        for line in lines:
            wish = parsed(line)
            if wish is None or not self._applies(wish):
                continue
            name = normal_name(wish.name)
            if not self._has(wish, name):
                have = self.versions.get(name, "")
                yield Unmet(wisher, f"{wish.name}{wish.specifier}", name, have)

    def _applies(self, wish: Requirement) -> bool:
        if wish.marker is None:
            return True
        try:
            return wish.marker.evaluate({**self._environment, "extra": ""})
        except (ValueError, KeyError):  # a marker that nobody can evaluate
            return False

    def _has(self, wish: Requirement, name: str) -> bool:
        have = self.versions.get(name, "")
        if not have:
            others = self._fits.instead_of(name)
            return any(other in self.versions for other in others)
        if wish.url:
            return True
        try:
            return wish.specifier.contains(Version(have), prereleases=True)
        except InvalidVersion:
            return True


def environment(python: str, system: str) -> dict[str, str]:
    """Marker values of the server's Python rather than of ours."""
    mine = {name: str(value) for name, value in default_environment().items()}
    platform, os_name = _SYSTEMS.get(system, ("Linux", "posix"))
    told = {"sys_platform": "win32" if platform == "Windows" else system}
    if found := re.match(r"(\d+\.\d+)(?:\.\d+)?", python):
        told |= {"python_version": found[1], "python_full_version": found[0]}
    return {**mine, **told, "platform_system": platform, "os_name": os_name}


def parsed(line: str) -> Requirement | None:
    """One line of a requirements file; None for options, files and addresses."""
    text = re.split(r"\s#|\s--", line.strip()[:_LINE_MAX], maxsplit=1)[0].strip()
    if not text or text[0] in "-#./\\" or "://" in text.split("@")[0]:
        return None
    try:
        return Requirement(text)
    except InvalidRequirement:
        return None


def doubled(packages: Iterable[Package]) -> dict[str, tuple[str, ...]]:
    """Packages that lie twice in one folder: an update was cut off.

    Two folders may well hold two versions: the first one is used.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for package in packages:
        folder = re.split(r"[\\/][^\\/]*$", package.metadata)[0]
        found.setdefault((folder, package.key), []).append(package.version)
    return {key: tuple(v) for (_, key), v in found.items() if len(v) > 1}


def is_older(have: str, than: str) -> bool:
    """Whether a version is older; false where it is no version at all."""
    try:
        return Version(have) < Version(than)
    except InvalidVersion:
        return False
