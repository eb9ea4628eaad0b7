"""Small folder trees of the true shape of each kind of installation."""

import json
from pathlib import Path

COMMIT = "0123456789abcdef0123456789abcdef01234567"
OTHER = "fedcba9876543210fedcba9876543210fedcba98"


def write(path: Path, text: str = "") -> Path:
    """A file with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def comfyui(root: Path, version: str = "0.33.0") -> Path:
    """The program as its repository has it, as far as anybody looks."""
    write(root / "main.py", "raise SystemExit('this must never run')\n")
    write(root / "comfyui_version.py", f'# made\n__version__ = "{version}"\n')
    write(root / "execution.py")
    write(root / "comfy" / "cli_args.py", "raise SystemExit('nor this')\n")
    for name in ("custom_nodes", "models", "user", "output"):
        (root / name).mkdir(exist_ok=True)
    return root


def git(folder: Path, commit: str = COMMIT, branch: str = "master") -> Path:
    """A clone's files: the branch lies in a file of its own."""
    write(folder / ".git/HEAD", f"ref: refs/heads/{branch}\n")
    write(folder / ".git/refs/heads" / branch, commit + "\n")
    write(
        folder / ".git/config",
        '[core]\n\tbare = false\n[remote "origin"]\n'
        "\turl = https://someone:secret@github.com/x/y.git\n",
    )
    return folder


def venv(home: Path, *packages: str, version: str = "3.12.7") -> Path:
    """A virtual environment of Linux with installed packages ``name-version``."""
    write(home / "pyvenv.cfg", f"home = /usr/bin\nversion = {version}\n")
    write(home / "bin/python")
    site = home / "lib" / f"python{version.rpartition('.')[0]}" / "site-packages"
    site.mkdir(parents=True)
    for package in packages:
        write(site / f"{package}.dist-info/METADATA", "Name: x\n")
    return site


def portable(folder: Path) -> Path:
    """The Windows package: the program, its Python and launchers beside it."""
    comfyui(folder / "ComfyUI")
    python = folder / "python_embeded"
    write(python / "python.exe")
    write(python / "python312._pth", "../ComfyUI\npython312.zip\n.\n")
    site = python / "Lib/site-packages"
    write(site / "torch-2.9.1+cu130.dist-info/METADATA")
    write(site / "torch/version.py", TORCH)
    write(
        folder / "run_nvidia_gpu.bat",
        ".\\python_embeded\\python.exe -s ComfyUI\\main.py "
        "--windows-standalone-build --port 8190\r\npause\r\n",
    )
    return folder


TORCH = """\
from typing import Optional

__all__ = ['__version__', 'debug', 'cuda', 'git_version', 'hip', 'rocm', 'xpu']
__version__ = '2.9.1+cu130'
debug = False
cuda: Optional[str] = '13.0'
hip: Optional[str] = None
"""


def as_json(path: Path, value: object) -> Path:
    """A JSON file."""
    return write(path, json.dumps(value))
