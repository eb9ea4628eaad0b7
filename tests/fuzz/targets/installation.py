"""Configuration files, git files and launchers of an installation."""

import tempfile
from pathlib import Path

from comfydoctor.comfy.install.checkout import read_checkout
from comfydoctor.comfy.install.comfycli import read_settings
from comfydoctor.comfy.install.compose import read_compose
from comfydoctor.comfy.install.launchers import parse_launcher
from comfydoctor.comfy.install.modelpaths import find_model_folders
from comfydoctor.comfy.install.packs import read_packs

SEEDS = [
    b"comfyui:\n  base_path: /models\n  is_default: yes\n  loras: |\n    a\n    b\n",
    (
        b"services:\n  comfyui:\n    image: x\n    command: python main.py --port 1\n"
        b"    volumes:\n      - ./data/user:/app/user\n"
        b"      - {source: ./x, target: /y}\n"
    ),
    b"[DEFAULT]\ndefault_workspace = /x\nbackground = ('127.0.0.1', 8188, 12)\n",
    b'[project]\nname = "x"\nversion = "1"\n[tool.comfy]\nPublisherId = "p"\n',
    b'@echo off\r\n.\\python.exe -s main.py ^\r\n --port 8190 "a b" %*\r\n',
    b"ref: refs/heads/master\n",
    b"# packed\n0123456789abcdef0123456789abcdef01234567 refs/heads/master\n",
    b"a: &a [x, *a]\n<<: *a\n? [1]\n: 2026-11-25\nb: 0o17\n",
]


def run(data: bytes) -> None:
    """Feed the same bytes to every reader; none of them may fail."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pack").mkdir()
        (folder / ".git").mkdir()
        for file in (
            "extra_model_paths.yaml",
            "compose.yml",
            "pack/pyproject.toml",
            "pack/requirements.txt",
            ".git/HEAD",
            ".git/packed-refs",
            ".git/config",
        ):
            (folder / file).write_bytes(data)
        find_model_folders([folder / "extra_model_paths.yaml"])
        tuple(read_compose(folder / "compose.yml"))
        read_packs([folder])
        read_checkout(folder)
    text = data.decode("utf-8", "replace")
    read_settings(text)
    parse_launcher(text)
