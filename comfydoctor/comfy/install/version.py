"""The version of a ComfyUI source tree, without running any of it."""

import re
from pathlib import Path

from comfydoctor.comfy.install.files import (
    is_dir,
    is_file,
    read_text,
    read_toml,
    table,
    text,
)

_VERSION = re.compile(r"""^__version__\s*=\s*["']([^"'\n]{1,60})["']""", re.MULTILINE)


def is_comfyui(folder: Path) -> bool:
    """Whether a folder holds the program: ``main.py`` with its own modules beside."""
    return is_file(folder / "main.py") and (
        is_file(folder / "comfyui_version.py")
        or (is_file(folder / "execution.py") and is_dir(folder / "comfy"))
    )


def read_version(root: Path) -> str:
    """As ``comfyui_version.py`` has it (since 0.3.10), else pyproject.toml."""
    found = _VERSION.search(read_text(root / "comfyui_version.py", 4096))
    if found:
        return found[1]
    return text(table(read_toml(root / "pyproject.toml"), "project").get("version"))
