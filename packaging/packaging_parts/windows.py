"""Installers for Windows, built on Debian from a payload that Windows froze."""

import shutil
import subprocess
from pathlib import Path

PAYLOAD = "windows"
"""Folder below dist/ with the program as PyInstaller made it on Windows."""


def _payload(dist: Path) -> Path:
    folder = dist / PAYLOAD
    if not folder.is_dir():
        raise SystemExit(
            f"{folder} is missing: freeze the program on Windows "
            "(packaging/build.py folder) and put its folder there."
        )
    return folder


def build_setup(dist: Path, root: Path, version: str) -> Path:
    """The setup for one user, without rights of an administrator (NSIS)."""
    out = dist / f"ComfyDoctor-{version}-setup.exe"
    argv = [
        *("makensis", "-V2", "-NOCD", f"-DVERSION={version}"),
        *(f"-DPAYLOAD={_payload(dist)}", f"-DOUT={out}"),
        str(root / "packaging" / "windows" / "setup.nsi"),
    ]
    subprocess.run(argv, check=True)
    return out


def build_msi(dist: Path, root: Path, version: str) -> Path:
    """The package for a studio's administrators (MSI, by wixl)."""
    payload = _payload(dist)
    stage = root / "build" / "msi"
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(parents=True)
    files = stage / "files.wxs"
    listed = "\n".join(str(p) for p in sorted(payload.rglob("*")) if p.is_file())
    heat = [
        *("wixl-heat", "-p", f"{payload}/", "--component-group", "Files"),
        *("--var", "var.Payload", "--directory-ref", "INSTALLDIR", "--win64"),
    ]
    done = subprocess.run(
        heat, input=listed, text=True, stdout=subprocess.PIPE, check=True
    )
    files.write_text(done.stdout)
    out = dist / f"ComfyDoctor-{version}.msi"
    wixl = [
        *("wixl", "-a", "x64", "-o", str(out), "-D", f"Payload={payload}"),
        *("-D", f"Version={version}", str(files)),
        str(root / "packaging" / "windows" / "comfydoctor.wxs"),
    ]
    subprocess.run(wixl, check=True)
    return out
