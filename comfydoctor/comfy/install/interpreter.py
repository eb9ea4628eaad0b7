"""Which Python belongs to a ComfyUI, and where its packages lie."""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from comfydoctor.comfy.install.files import entries, is_dir, is_file, read_text
from comfydoctor.model.installation import Interpreter

EMBEDDED = ("python_embeded", "python_embedded")
"""The portable package spells it with one d."""
VENVS = (".venv", "venv", "env")
_FOLDERS = ("bin", "Scripts", "")
_NAMES = ("python.exe", "python", "python3")
_VERSION_LINE = re.compile(r"^version(?:_info)?\s*=\s*(\d+\.\d+(?:\.\d+)?)", re.M)
_HOME_LINE = re.compile(r"^home\s*=\s*(.+)$", re.MULTILINE)
_SHARES_LINE = re.compile(r"^include-system-site-packages\s*=\s*true", re.M | re.I)
_POSIX = re.compile(r"python(3\.\d+)")
_EMBEDDED_PTH = re.compile(r"python(3)(\d+)\._pth")
_PTH_MAX = 64


def find_interpreter(
    root: Path, base: Path, named: Iterable[tuple[str, str]] = ()
) -> Interpreter | None:
    """The Python of an installation; None when nothing tells which.

    ``named``: executables in use or in launchers, each with what named it.
    """
    for executable, how in named:
        if executable and (found := _of_executable(Path(executable), how)):
            return found
    for folder in _usual(root, base):
        if python := _executable_in(folder):
            return read_interpreter(folder, str(python), "It lies beside ComfyUI.")
    return None


def _usual(root: Path, base: Path) -> Iterator[Path]:
    places = dict.fromkeys((root, base, root.parent))
    for place in places:
        yield from (place / name for name in EMBEDDED)
    for place in places:
        yield from (place / name for name in VENVS)


def _of_executable(executable: Path, how: str) -> Interpreter | None:
    if not executable.is_absolute() or not is_file(executable):
        return None
    folder = executable.parent
    home = folder.parent if folder.name in {"bin", "Scripts"} else folder
    return read_interpreter(home, str(executable), how)


def _executable_in(home: Path) -> Path | None:
    for folder in _FOLDERS:
        for name in _NAMES:
            if is_file(found := home / folder / name):
                return found
    return None


def read_interpreter(home: Path, executable: str, how: str) -> Interpreter:
    """What the files of a Python's folder tell of it."""
    settings = read_text(home / "pyvenv.cfg", 8192)
    own = _site_packages(home)
    shared: list[Path] = []
    if settings and _SHARES_LINE.search(settings):
        shared = _site_packages(_base_of(settings))
    folders = list(_with_pth([*own, *shared]))
    return Interpreter(
        executable,
        version=_version(home, settings, own),
        kind=_kind(home, settings),
        site_packages=tuple(map(str, folders)),
        how=how,
    )


def _kind(home: Path, settings: str) -> str:
    if settings:
        return "venv"
    if home.name in EMBEDDED or any(_pth_files(home)):
        return "embedded"
    return "conda" if is_dir(home / "conda-meta") else "system"


def _base_of(settings: str) -> Path:
    """The Python that a virtual environment was made from."""
    found = _HOME_LINE.search(settings)
    home = Path(found[1].strip()) if found else Path(sys.prefix)
    return home.parent if home.name in {"bin", "Scripts"} else home


def _version(home: Path, settings: str, folders: list[Path]) -> str:
    if told := _VERSION_LINE.search(settings):
        return told[1]
    for name in _pth_files(home):
        if told := _EMBEDDED_PTH.fullmatch(name):
            return f"{told[1]}.{told[2]}"
    for folder in folders:
        if told := _POSIX.fullmatch(folder.parent.name):
            return told[1]
    return ""


def _pth_files(home: Path) -> Iterator[str]:
    return (e.name for e in entries(home) if e.name.endswith("._pth"))


def _site_packages(home: Path) -> list[Path]:
    """Both layouts; a distribution's own Python says ``dist-packages``."""
    found = [home / "Lib" / "site-packages"]
    for lib in ("lib", "lib64"):
        for entry in entries(home / lib):
            if _POSIX.fullmatch(entry.name):
                found += [Path(entry.path, "site-packages")]
                found += [Path(entry.path, "dist-packages")]
        found.append(home / lib / "python3" / "dist-packages")
    return list(_once(folder for folder in found if is_dir(folder)))


def _once(folders: Iterable[Path]) -> Iterator[Path]:
    """Each real folder once: ``lib64`` is mostly a link to ``lib``."""
    seen: set[Path] = set()
    for folder in folders:
        try:
            real = folder.resolve()
        except (OSError, RuntimeError):
            continue
        if real not in seen:
            seen.add(real)
            yield folder


def _with_pth(folders: list[Path]) -> Iterator[Path]:
    """The folders, each followed by those that its ``.pth`` files add.

    Their ``import`` lines are code and are left alone.
    """
    yield from _once(
        place for folder in folders for place in (folder, *_added_by_pth(folder))
    )


def _added_by_pth(folder: Path) -> Iterator[Path]:
    names = [e.path for e in entries(folder) if e.name.endswith(".pth")]
    for name in names[:_PTH_MAX]:
        for line in read_text(Path(name), 16_384).splitlines():
            line = line.strip()
            if line and not line.startswith(("#", "import ", "import\t")):
                place = folder / line
                if is_dir(place):
                    yield place
