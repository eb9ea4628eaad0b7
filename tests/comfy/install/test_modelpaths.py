"""extra_model_paths.yaml, as ComfyUI itself understands it."""

from pathlib import Path

import pytest

from comfydoctor.comfy.install.modelpaths import find_model_folders, read_model_folders
from comfydoctor.comfy.install.yamlfile import load_yaml
from comfydoctor.errors import SettingsError
from tests.comfy.install.trees import write


def test_sections_with_bases_and_several_folders_are_read(tmp_path: Path) -> None:
    file = write(
        tmp_path / "extra_model_paths.yaml",
        "a111:\n    base_path: /a111/\n    is_default: yes\n"
        "    checkpoints: models/Stable-diffusion\n"
        "    loras: |\n         models/Lora\n         /abs/Lyco\n"
        "    configs:\ncomfyui:\n    custom_nodes: nodes\nempty:\n",
    )
    first, second, third = read_model_folders(file)
    assert first.is_default
    assert first.folders == (
        ("checkpoints", "/a111/models/Stable-diffusion"),
        ("loras", "/a111/models/Lora"),
        ("loras", "/abs/Lyco"),
    )
    assert second.folders == (("custom_nodes", str(tmp_path / "nodes")),)
    assert third.folders == ()


@pytest.mark.parametrize(
    "source",
    [
        "comfyui:\n\tcheckpoints: x\n",
        "- a\n- b\n",
        "comfyui: text\n",
        "a: 1\n  b: 2\n",
        "a: &x [1]\n" + "b: [" + "*x, " * 200 + "]\n",
        "a: " + "[" * 5000,
        "!!python/object/apply:os.system ['echo no']",
    ],
)
def test_what_comfyui_could_not_read_is_said(tmp_path: Path, source: str) -> None:
    file = write(tmp_path / "x.yaml", source)
    with pytest.raises(SettingsError):
        read_model_folders(file)
    found, notes = find_model_folders([file, tmp_path / "none.yaml"])
    assert found == ()
    assert len(notes) == 1
    assert str(file) in notes[0]


def test_the_line_of_a_mistake_is_named() -> None:
    with pytest.raises(SettingsError, match="line 2"):
        load_yaml("a:\n\tb: 1\n")
