"""The model folders that an extra_model_paths.yaml adds."""

import os
from collections.abc import Iterator
from pathlib import Path

from comfydoctor.comfy.install.files import is_file, read_text
from comfydoctor.comfy.install.yamlfile import load_yaml
from comfydoctor.errors import SettingsError
from comfydoctor.model.installation import ModelFolders

NAMES = (
    "extra_model_paths.yaml",
    "extra_models_config.yaml",
    "extra_model_config.yaml",
)
"""ComfyUI's own beside main.py, and what the desktop app calls it."""
_FOLDERS_MAX = 1000


def read_model_folders(file: Path) -> tuple[ModelFolders, ...]:
    """Its sections, as ComfyUI 0.33 utils/extra_config.py understands them.

    Empty for a file that is not there. Raises SettingsError when ComfyUI could not
    read it either.
    """
    if not is_file(file):
        return ()
    value = load_yaml(read_text(file))
    if value is None:
        return ()
    if not isinstance(value, dict):
        raise SettingsError("Its top holds no named section, such as `comfyui:`.")
    return tuple(_section(file, str(name), body) for name, body in value.items())


def find_model_folders(
    files: list[Path],
) -> tuple[tuple[ModelFolders, ...], tuple[str, ...]]:
    """Sections of several files, and sentences about those that cannot be read."""
    found: list[ModelFolders] = []
    notes: list[str] = []
    for file in dict.fromkeys(files):
        try:
            found += read_model_folders(file)
        except SettingsError as error:
            notes.append(f"{file} cannot be read: {error}")
    return tuple(found), tuple(notes)


def _section(file: Path, name: str, body: object) -> ModelFolders:
    if body is None:
        return ModelFolders(str(file), name, ())
    if not isinstance(body, dict):
        raise SettingsError(f"The section {name[:60]} holds no names with folders.")
    base = _expanded(body.get("base_path"))
    above = file.parent / base if base else file.parent
    kept = {k: v for k, v in body.items() if k not in {"base_path", "is_default"}}
    folders = list(_folders(kept, above if base else None, file.parent))
    return ModelFolders(
        str(file), name, tuple(folders[:_FOLDERS_MAX]), bool(body.get("is_default"))
    )


def _folders(
    body: dict[object, object], base: Path | None, beside: Path
) -> Iterator[tuple[str, str]]:
    for kind, told in body.items():
        for line in str(told if told is not None else "").splitlines():
            if not line.strip():
                continue
            place = (base or beside) / _expanded(line.strip())
            yield str(kind), os.path.normpath(place)


def _expanded(value: object) -> str:
    """With ``~`` and variables, as ComfyUI expands them."""
    said = value if isinstance(value, str) else ""
    return os.path.expandvars(_home(said.replace("\0", "")))


def _home(said: str) -> str:
    try:
        return str(Path(said).expanduser()) if said.startswith("~") else said
    except RuntimeError:  # a person nobody knows
        return said
