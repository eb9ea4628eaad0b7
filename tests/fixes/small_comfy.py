"""A folder that starts like ComfyUI: real packs on disk, the simulator behind it."""

import sys
from pathlib import Path

from comfydoctor.model.wish import Wish

MAIN = """
import sys
from pathlib import Path

sys.path += SEARCHED

words = sys.argv[1:]
mark = "--whitelist-custom-nodes"
packs = words[words.index(mark) + 1 :] if mark in words else []
for pack in packs:
    code = (Path(__file__).parent / "custom_nodes" / pack / "__init__.py").read_text()
    exec(compile(code, pack, "exec"))

from comfydoctor.simulator.serve import main

main(int(words[words.index("--port") + 1]), "test-bench", "0.33.0", 40.0)
"""
FLAGS = (
    '"--port" "--listen" "--base-directory" "--output-directory" "--temp-directory" '
    '"--user-directory" "--database-url" "--disable-auto-launch" '
    '"--disable-all-custom-nodes" "--whitelist-custom-nodes"'
)
EXITS = "import sys\nsys.exit('this pack wants a newer ComfyUI')"
REPO = Path(__file__).parents[2]


def make(root, packs):
    """The folder, with packs by name and code; returns its root."""
    searched = repr([str(REPO), *sys.path[1:]])
    files = {
        "main.py": MAIN.replace("SEARCHED", searched),
        "comfy/cli_args.py": FLAGS,
        "nodes.py": "",
    }
    files |= {"execution.py": "", "comfyui_version.py": '__version__ = "0.33.0"'}
    files |= {"folder_paths.py": "", "server.py": ""}
    files |= {f"custom_nodes/{name}/__init__.py": code for name, code in packs.items()}
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def wish(root, symptom, subject=""):
    """The target that names this installation."""
    options = {"symptom": symptom, "root": str(root), "python": sys.executable}
    return Wish(subject, options).write()
