"""Fuzzing that follows coverage, in an environment that has ``atheris``.

    python -m venv /tmp/guided && /tmp/guided/bin/pip install atheris .
    /tmp/guided/bin/python -m tests.fuzz.guided NAME [--seconds 60] [--folder CORPUS]

Atheris is for Linux and macOS and no part of the project's own environment. A crash
ends the run with a ``crash-*`` file; the corpus stays in the folder for the next run.
"""

import argparse
import importlib
import sys
from pathlib import Path
from typing import Any

from comfydoctor.errors import DoctorError
from tests.fuzz.target import Target, load, names


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.guided")
    parser.add_argument("name", choices=names())
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--folder", type=Path, default=Path("fuzz-corpus"))
    options = parser.parse_args()
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["comfydoctor"]):
        target = load(options.name)
    tried(target)(target.seeds[0])  # what the first run alone has to load is no hang
    corpus = options.folder / target.name
    write_seeds(target, corpus)
    flags = [f"-max_total_time={options.seconds}", "-max_len=20000", "-timeout=10"]
    flags += ["-rss_limit_mb=2048", f"-dict={write_words(target, options.folder)}"]
    atheris.Setup([sys.argv[0], *flags, str(corpus)], tried(target))
    atheris.Fuzz()
    return 0


def tried(target: Target) -> Any:
    """The target, with our own errors as an ordinary end."""

    def one_input(data: bytes) -> None:
        try:
            target.run(data)
        except DoctorError:
            return

    return one_input


def write_seeds(target: Target, corpus: Path) -> None:
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds):
        (corpus / f"seed-{number}").write_bytes(seed)


def write_words(target: Target, folder: Path) -> Path:
    """The target's words as libFuzzer reads them."""
    path = folder / f"{target.name}.dict"
    lines = ("".join(f"\\x{byte:02x}" for byte in word) for word in target.words)
    path.write_text("".join(f'"{line}"\n' for line in lines), encoding="ascii")
    return path


if __name__ == "__main__":
    sys.exit(main())
