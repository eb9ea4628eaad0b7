"""A file that installs itself into a home folder, for people without root."""

import shutil
import subprocess
from pathlib import Path


def build(folder: Path, dist: Path, root: Path, version: str) -> Path:
    """Pack the program with the script that puts it into its place."""
    stage = root / "build" / "run"
    shutil.rmtree(stage, ignore_errors=True)
    shutil.copytree(folder, stage / "comfydoctor", symlinks=True)
    for name in ("install.sh", "uninstall.sh"):
        shutil.copy(root / "packaging" / "linux" / name, stage / name)
        (stage / name).chmod(0o755)
    shutil.copy(root / "packaging" / "comfydoctor.desktop", stage)
    out = dist / f"comfydoctor-{version}-linux-x86_64.run"
    argv = ["makeself", "--xz", "--nox11", "--tar-quietly", str(stage), str(out)]
    subprocess.run([*argv, f"ComfyDoctor {version}", "./install.sh"], check=True)
    return out
