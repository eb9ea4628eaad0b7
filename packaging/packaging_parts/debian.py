"""A Debian package of the frozen program."""

import os
import shutil
import subprocess
from pathlib import Path

CONTROL = """\
Package: comfydoctor
Version: {version}
Section: utils
Priority: optional
Architecture: amd64
Maintainer: ComfyDoctor <comfydoctor@localhost>
Installed-Size: {size}
Depends: {depends}
Recommends: fonts-noto-cjk, xdg-desktop-portal
Description: Watches a ComfyUI, says what is wrong with it, and puts it right
 Finds the cause of trouble with ComfyUI in its log, queue, models and node packs,
 leads to it by questions that mostly answer themselves, and offers fixes that show
 their plan first and measure their result.
"""
DEPENDS = (
    "libc6 (>= 2.34)",
    "libgl1",
    "libegl1",
    "fontconfig-config",
    "fonts-dejavu-core | fonts-noto-core",
)
"""What a frozen Qt program still takes from the system, tried in a bare Debian 12."""


def build(folder: Path, dist: Path, root: Path, version: str, epoch: int) -> Path:
    """Lay the program out below /opt and pack it."""
    stage = root / "build" / "deb"
    shutil.rmtree(stage, ignore_errors=True)
    shutil.copytree(folder, stage / "opt" / "comfydoctor", symlinks=True)
    _links(stage, root)
    size = sum(p.stat().st_size for p in stage.rglob("*") if p.is_file()) // 1024
    control = stage / "DEBIAN" / "control"
    control.parent.mkdir()
    control.write_text(
        CONTROL.format(version=version, size=size, depends=", ".join(DEPENDS))
    )
    out = dist / f"comfydoctor_{version}_amd64.deb"
    argv = ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(stage), str(out)]
    subprocess.run(argv, check=True, env=os.environ | {"SOURCE_DATE_EPOCH": str(epoch)})
    return out


def _links(stage: Path, root: Path) -> None:
    """What makes it found: a command, an entry in the menu, an icon."""
    command = stage / "usr" / "bin" / "comfydoctor"
    command.parent.mkdir(parents=True)
    for name in ("comfydoctor", "comfydoctor-window"):
        command.with_name(name).symlink_to("/opt/comfydoctor/comfydoctor")
    entries = stage / "usr" / "share" / "applications"
    entries.mkdir(parents=True)
    shutil.copy(root / "packaging" / "comfydoctor.desktop", entries)
    icon = root / "resources" / "icons" / "comfydoctor.svg"
    if icon.is_file():
        icons = stage / "usr" / "share" / "icons" / "hicolor" / "scalable" / "apps"
        icons.mkdir(parents=True)
        shutil.copy(icon, icons / "comfydoctor.svg")
