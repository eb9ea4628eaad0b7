"""The line that starts a ComfyUI: its program, its flags, a free port."""

import re
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path

from comfydoctor.errors import NotApplicable
from comfydoctor.fixes import process


def known_flags(main: Path) -> frozenset[str]:
    """The start flags that a ComfyUI knows, by its own source. Blocks."""
    try:
        text = (main.parent / "comfy" / "cli_args.py").read_text("utf-8", "replace")
    except OSError:
        return frozenset()
    return frozenset(re.findall(r'"(--[a-z0-9][a-z0-9_-]+)"', text))


def main_of(launch: process.Launch) -> Path:
    """The program's ``main.py``. Raises NotApplicable."""
    for word in launch.argv[1:]:
        if Path(word).name == "main.py":
            return Path(launch.cwd) / word
    raise NotApplicable("How this ComfyUI is started is not known.")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def without_flags(words: Sequence[str], out: Mapping[str, int]) -> list[str]:
    """Start flags less those named, each with so many values."""
    left: list[str] = []
    skip = 0
    for word in words:
        name, equals, _ = word.partition("=")
        if name in out:
            skip = 0 if equals else out[name]
        elif skip and not word.startswith("--"):
            skip -= 1
        else:
            left.append(word)
            skip = 0
    return left
