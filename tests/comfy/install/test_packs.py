"""Node packs: enabled, disabled, from git, from the registry, single files."""

from pathlib import Path

from comfydoctor.comfy.install.packs import read_packs
from tests.comfy.install.trees import COMMIT, git, write

PROJECT = """\
[project]
name = "comfyui-impact-pack"
version = "8.1.0"
dependencies = ["ultralytics", 7]

[tool.comfy]
PublisherId = "drltdata"
"""


def test_every_kind_of_pack_is_read(tmp_path: Path) -> None:
    git(tmp_path / "ComfyUI-Impact-Pack")
    write(tmp_path / "ComfyUI-Impact-Pack/pyproject.toml", PROJECT)
    write(tmp_path / "rgthree.disabled/__init__.py")
    write(tmp_path / ".disabled/was-suite@1_0_2/__init__.py")
    write(tmp_path / "one.py", "raise SystemExit\n")
    write(tmp_path / "websocket_image_save.py")
    write(tmp_path / "__pycache__/x.pyc")
    write(tmp_path / "readme.txt")
    (tmp_path / "needs").mkdir()
    write(tmp_path / "needs/requirements.txt", "# tools\nnumpy<2\n\n-r more.txt\n")
    found = {pack.name: pack for pack in read_packs([tmp_path, tmp_path])}
    assert set(found) == {
        "ComfyUI-Impact-Pack",
        "rgthree",
        "was-suite",
        "one.py",
        "needs",
    }
    impact = found["ComfyUI-Impact-Pack"]
    assert (impact.version, impact.registry_id) == ("8.1.0", "comfyui-impact-pack")
    assert (impact.publisher, impact.state) == ("drltdata", COMMIT)
    assert impact.requirements == ("ultralytics", "")
    assert not found["rgthree"].enabled
    assert (found["was-suite"].enabled, found["was-suite"].version) == (False, "1.0.2")
    assert found["needs"].requirements == ("numpy<2", "-r more.txt")


def test_no_folder_has_no_packs(tmp_path: Path) -> None:
    assert read_packs([tmp_path / "none"]) == ()


def test_a_broken_pyproject_leaves_the_rest_known(tmp_path: Path) -> None:
    write(tmp_path / "x/pyproject.toml", "[project\nname = 1")
    (pack,) = read_packs([tmp_path])
    assert (pack.name, pack.version, pack.enabled) == ("x", "", True)
