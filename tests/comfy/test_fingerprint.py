"""Parts of a fingerprint out of answers and files."""

import os
from pathlib import Path

from comfydoctor.comfy import fingerprint as parts
from comfydoctor.comfy.definitions import Definitions
from comfydoctor.comfy.install.find import read_folder
from comfydoctor.model.server import PackageVersion, ServerInfo
from tests.comfy.install.trees import COMMIT, comfyui, git, venv, write

INFO = ServerInfo(
    version="0.33.0",
    os="linux",
    python="3.12.7 (main, Oct 2026)",
    torch="2.9.1+cu128",
    argv=(),
    embedded_python=False,
    ram_total=1,
    ram_free=1,
    devices=(),
    packages=(PackageVersion("comfyui_frontend_package", "", "1.49.6"),),
)


def test_what_a_server_says_of_itself_leaves_out_what_it_does_not_say() -> None:
    assert parts.server_part(INFO) == {
        "version": "0.33.0",
        "python": "3.12.7",
        "torch": "2.9.1+cu128",
        "os": "linux",
    }
    assert parts.told_packages_part(INFO) == {
        "comfyui-frontend-package": "not installed"
    }


def test_flags_keep_their_values_but_not_where_the_server_is() -> None:
    argv = ("--port", "8188", "--lowvram", "--reserve-vram", "1.5", "--fast", "a", "b")
    assert parts.flags_part((*argv, "--cache-lru=3")) == {
        "--lowvram": "",
        "--reserve-vram": "1.5",
        "--fast": "a b",
        "--cache-lru": "3",
    }


def test_node_classes_come_with_their_module() -> None:
    body = (
        b'{"A":{"input":{},"python_module":"nodes"},'
        b'"B":{"input":{},"python_module":"custom_nodes.x"},"C":{"input":{}}}'
    )
    assert parts.nodes_part(Definitions.from_bytes(body)) == {
        "A": "nodes",
        "B": "custom_nodes.x",
        "C": "",
    }


def test_the_driver_is_read_where_the_kernel_shows_it(tmp_path: Path) -> None:
    place = write(
        tmp_path / "version",
        "NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.95.05  Tue Sep 23\n",
    )
    assert parts.driver_part(place) == {"nvidia": "580.95.05"}
    open_module = (
        "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  575.57.08  x"
    )
    assert parts.driver_part(write(tmp_path / "v", open_module)) == {
        "nvidia": "575.57.08"
    }
    assert parts.driver_part(tmp_path / "none") is None


def test_files_of_an_installation_become_parts(tmp_path: Path) -> None:
    root = git(comfyui(tmp_path / "ComfyUI"))
    venv(root / "venv", "torch-2.9.1", "numpy-2.1.0")
    git(root / "custom_nodes/impact")
    hand = write(root / "custom_nodes/hand/__init__.py", "A = 1\n")
    write(root / "custom_nodes/off.disabled/x.txt")
    write(root / "extra_model_paths.yaml", "a:\n  loras: /x/loras\n")
    found = read_folder(root, running=lambda: ())
    assert found is not None
    assert parts.core_part(found) == {
        "version": "0.33.0",
        "commit": COMMIT,
        "branch": "master",
    }
    packs = parts.packs_part(found)
    assert packs["impact"] == COMMIT
    assert packs["off"] == "without code (disabled)"
    assert packs["hand"].startswith("files ")
    os.utime(hand, (5, 5))
    assert parts.packs_part(found) == packs
    hand.write_text("A = 2\n", "utf-8")
    assert parts.packs_part(found)["hand"] != packs["hand"]
    assert parts.packages_part(found) == {"torch": "2.9.1", "numpy": "2.1.0"}
    assert parts.settings_part(found) == {
        "extra_model_paths.yaml [a]": "loras=/x/loras"
    }


def test_model_files_have_size_and_time_and_their_sub_folder(tmp_path: Path) -> None:
    file = write(tmp_path / "loras/style/x.safetensors", "abcd")
    os.utime(file, (1, 1000))
    write(tmp_path / "loras/readme.txt")
    write(tmp_path / "loras/.hidden/y.safetensors")
    (tmp_path / "loras/loop").symlink_to(tmp_path / "loras", target_is_directory=True)
    found = parts.models_part({"loras": [str(tmp_path / "loras")], "configs": ["/x"]})
    assert found["loras/style/x.safetensors"] == "4 bytes of 1000"
    assert all(name.endswith("x.safetensors") for name in found)
    assert parts.models_part({"vae": ["/no/such/folder"]}) == {}
