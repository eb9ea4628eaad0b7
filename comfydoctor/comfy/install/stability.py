"""ComfyUI packages of Stability Matrix, from its library's settings.json."""

from collections.abc import Iterator
from pathlib import Path

from comfydoctor.comfy.install.candidate import Candidate
from comfydoctor.comfy.install.files import is_dir, is_file, read_json, text
from comfydoctor.comfy.install.places import Places
from comfydoctor.comfy.install.version import is_comfyui
from comfydoctor.model.installation import InstallKind, Launcher


def stability_candidates(places: Places) -> Iterator[Candidate]:
    """Its packages, of the library it names and of portable copies."""
    for library in dict.fromkeys(_libraries(places)):
        file = library / "settings.json"
        packages = read_json(file).get("InstalledPackages")
        for package in packages if isinstance(packages, list) else ():
            if isinstance(package, dict) and (root := _root(library, package)):
                yield Candidate(
                    InstallKind.STABILITY_MATRIX,
                    root,
                    how=f"listed in {file}",
                    name=text(package.get("DisplayName")),
                    launchers=_launchers(file, package),
                    log_folders=_logs(places, library),
                )


def _libraries(places: Places) -> Iterator[Path]:
    """``library.json`` names it; a portable one has a marker (SettingsManager.cs)."""
    told = read_json(places.roaming / "StabilityMatrix/library.json")
    if named := text(told.get("LibraryPath")):
        yield Path(named)
    for shelf in places.shelves:
        for name in ("StabilityMatrix", "Stability Matrix"):
            for data in (shelf / name / "Data", shelf / name):
                if is_file(data / ".sm-portable") or is_file(data / "settings.json"):
                    yield data


def _root(library: Path, package: dict[str, object]) -> Path | None:
    """``LibraryPath`` is relative, with Windows' separators; ``Path`` was absolute."""
    relative = text(package.get("LibraryPath")).replace("\\", "/")
    place = library / relative if relative else Path(text(package.get("Path")))
    return place if place.is_absolute() and is_comfyui(place) else None


def _launchers(file: Path, package: dict[str, object]) -> tuple[Launcher, ...]:
    options = package.get("LaunchArgs")
    flags = (
        [word for one in options if isinstance(one, dict) for word in _words(one)]
        if isinstance(options, list)
        else []
    )
    return (Launcher(str(file), tuple(flags)),)


def _words(option: dict[str, object]) -> Iterator[str]:
    """An option is a switch, or has a value; extra arguments have no name."""
    name, value = text(option.get("Name")).strip(), option.get("OptionValue")
    if value is None or value is False or value == "":
        return
    if name.startswith("-"):
        yield name
    if value is not True:
        yield from str(value).split()


def _logs(places: Places, library: Path) -> tuple[Path, ...]:
    own = places.roaming / "StabilityMatrix"
    return tuple(p for p in (own, own / "Logs", library / "Logs") if is_dir(p))
