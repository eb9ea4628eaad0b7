"""What can be fuzzed: one module in targets/ for each."""

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "targets"


@dataclass(frozen=True)
class Target:
    """A parser, with files it reads well."""

    name: str
    seeds: Sequence[bytes]
    run: Callable[[bytes], None]
    """May raise a DoctorError and nothing else."""
    words: Sequence[bytes] = ()
    """Pieces of its language: keys, signs, marks."""


def names() -> list[str]:
    """All targets."""
    return sorted(p.stem for p in FOLDER.glob("*.py") if not p.stem.startswith("_"))


def load(name: str) -> Target:
    """The target of that name: ``SEEDS`` and ``run``, and ``WORDS`` if it has any."""
    module = importlib.import_module(f"tests.fuzz.targets.{name}")
    return Target(name, module.SEEDS, module.run, getattr(module, "WORDS", ()))
