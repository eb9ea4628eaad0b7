"""Reading an installation, and the log of a dead one, against the least they can cost.

    python -m tests.benchmarks.installations

The least for an installation is to list its folders and open the files that are read;
for a log of 200 MB it is to count its lines in pieces. Contestants take turns.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from comfydoctor.comfy.install.find import read_folder
from comfydoctor.comfy.install.packages import read_packages
from comfydoctor.diagnosis.crashlog import read_last_life
from tests.benchmarks.table import Figure, show
from tests.comfy.install.trees import comfyui, git, venv, write

PACKS, PACKAGES, MEGABYTES = 150, 400, 200
ROUNDS = 7
READING_PART, LOG_PART = 6.0, 3.0
LINE = "[INFO] loaded completely;  98.38 MB loaded, full load: True\n"


def make_installation(folder: Path) -> Path:
    """As a busy person's: many packs from git, many packages."""
    root = git(comfyui(folder / "ComfyUI"))
    venv(root / "venv", *(f"package_{n}-1.{n}" for n in range(PACKAGES)))
    for number in range(PACKS):
        pack = git(root / f"custom_nodes/pack-{number}")
        write(
            pack / "pyproject.toml", f'[project]\nname = "p{number}"\nversion = "1"\n'
        )
        write(pack / "requirements.txt", "numpy\npillow>=10\n" * 5)
    return root


def bare(root: Path) -> None:
    """List the folders and open the files, no more."""
    for pack in sorted(os.scandir(root / "custom_nodes"), key=lambda e: e.name):
        names = (".git/HEAD", ".git/refs/heads/master", ".git/config")
        for name in (*names, "pyproject.toml", "requirements.txt"):
            Path(pack.path, name).read_bytes()
    site = next((root / "venv/lib").iterdir()) / "site-packages"
    list(os.scandir(site))


def ours(root: Path) -> None:
    """Everything that a diagnosis asks of an installation."""
    found = read_folder(root, running=lambda: ())
    assert found is not None
    assert found.python is not None
    assert len(found.packs) == PACKS
    assert len(read_packages(found.python)) == PACKAGES


def make_log(folder: Path) -> Path:
    path = folder / "comfyui.log"
    with path.open("w", encoding="utf-8") as stream:
        piece = LINE * (2**20 // len(LINE))
        for _ in range(MEGABYTES):
            stream.write(piece)
        stream.write("got prompt\nKilled\n")
    return path


def count(path: Path) -> None:
    """Count the lines in pieces."""
    lines = 0
    with path.open("rb") as stream:
        while piece := stream.read(2**20):
            lines += piece.count(b"\n")


def life(path: Path) -> None:
    """Read how it ended, with the line numbers of the file."""
    seen = read_last_life(path)
    assert seen.exit is not None


def measure() -> list[Figure]:
    """The two ratios, as medians of turns."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        root, log = make_installation(folder), make_log(folder)
        reading = ratio(lambda: ours(root), lambda: bare(root))
        ending = ratio(lambda: life(log), lambda: count(log))
    return [
        Figure("an installation against listing it", reading, READING_PART),
        Figure("the end of 200 MB against counting lines", ending, LOG_PART),
    ]


def ratio(one: Callable[[], None], other: Callable[[], None]) -> float:
    """CPU of one against the other."""
    spent: list[float] = []
    for _ in range(ROUNDS):
        spent.append(cpu(one) / max(cpu(other), 1e-6))
    return statistics.median(spent)


def cpu(work: Callable[[], None]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    sys.exit(0 if show("Installations and dead servers", measure()) else 1)
