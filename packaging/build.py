"""Builds the program as one folder, and from it what people install.

    python packaging/build.py folder            the frozen program, in dist/comfydoctor
    python packaging/build.py tar deb run       packages for Linux, in dist/
    python packaging/build.py setup msi         for Windows, from dist/windows

Version and names come from pyproject.toml and the package itself. A build fails when
PyInstaller could not find a library: the window of such a program does not open.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from packaging_parts import debian, makeself, notices, windows  # noqa: E402

from comfydoctor import __version__  # noqa: E402 - the tree's own

DIST = ROOT / "dist"
FOLDER = DIST / "comfydoctor"
MISSING = "Library not found"
EPOCH = "1700000000"
"""A fixed time, so that two builds of one state give the same archive."""


def build_folder() -> Path:
    """Freeze the program; raises SystemExit when a library was not found."""
    environment = os.environ | {
        "COMFYDOCTOR_ROOT": str(ROOT),
        "PYTHONPATH": str(ROOT),
        "SOURCE_DATE_EPOCH": EPOCH,
        "PYTHONHASHSEED": "0",
    }
    argv = [
        *(sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean"),
        *("--distpath", str(DIST), "--workpath", str(ROOT / "build" / "frozen")),
        str(ROOT / "packaging" / "comfydoctor.spec"),
    ]
    done = subprocess.run(
        argv, env=environment, cwd=ROOT, text=True, stderr=subprocess.PIPE, check=False
    )
    sys.stderr.write(done.stderr[-4000:])
    missing = [line for line in done.stderr.splitlines() if _is_missed(line)]
    if done.returncode or missing:
        raise SystemExit("\n".join(["The build failed.", *missing]))
    notices.write(FOLDER)
    return FOLDER


def _is_missed(line: str) -> bool:
    """Whether a library was not found that a file of the bundle needs.

    What the spec leaves out may miss what it likes.
    """
    wanted_by = re.search(r"dependency of '.*[/\\]([^/\\']+)'", line)
    if MISSING not in line:
        return False
    return wanted_by is None or any(FOLDER.rglob(wanted_by[1]))


def build_tar() -> Path:
    """The portable archive: its data stays beside the program."""
    out = DIST / f"comfydoctor-{__version__}-linux-x86_64.tar.xz"
    portable = FOLDER / "portable.txt"
    portable.write_text("")
    try:
        with tarfile.open(out, "w:xz", preset=6) as archive:
            archive.add(FOLDER, f"comfydoctor-{__version__}", filter=_even)
    finally:
        portable.unlink()
    return out


def _even(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Owner and time say nothing of the computer that built it."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    entry.mtime = int(EPOCH)
    return entry


BUILDERS: dict[str, Callable[[], Path]] = {
    "folder": build_folder,
    "tar": build_tar,
    "deb": lambda: debian.build(FOLDER, DIST, ROOT, __version__, int(EPOCH)),
    "run": lambda: makeself.build(FOLDER, DIST, ROOT, __version__),
    "setup": lambda: windows.build_setup(DIST, ROOT, __version__),
    "msi": lambda: windows.build_msi(DIST, ROOT, __version__),
}


def main() -> int:
    """Build what is asked for, and write the checksums of all packages."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", nargs="+", choices=BUILDERS)
    wanted = parser.parse_args().what
    DIST.mkdir(exist_ok=True)
    for name in BUILDERS:
        if name not in wanted:
            continue
        if name != "folder" and name in {"tar", "deb", "run"} and not FOLDER.is_dir():
            build_folder()
        made = BUILDERS[name]()
        print(f"{name}: {made} ({_size(made) / 2**20:.1f} MiB)")
    write_checksums()
    return 0


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else (path,)
    return sum(f.stat().st_size for f in files if f.is_file() and not f.is_symlink())


def write_checksums() -> None:
    """``SHA256SUMS`` over every package in dist/, as sha256sum checks it."""
    packages = sorted(p for p in DIST.iterdir() if p.is_file() and p.suffix != ".txt")
    lines = [
        f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}"
        for p in packages
        if p.name != "SHA256SUMS"
    ]
    if lines:
        (DIST / "SHA256SUMS").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    if shutil.which("git") is None:
        sys.stderr.write("Without git the version of the tree is not known.\n")
    sys.exit(main())
