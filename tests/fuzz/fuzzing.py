"""Fuzzes one target in a child process and says how it ended."""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.child import SECONDS
from tests.fuzz.mutation import Mutator
from tests.fuzz.target import load

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Outcome:
    """How a run over many inputs ended."""

    name: str
    done: int
    """Inputs that were run."""
    problem: str = ""
    """What the last of them did; empty when all is well."""
    data: bytes = b""
    """The input that did it."""
    slowest: float = 0.0
    """Seconds of processor time of the slowest input."""
    grown: int = 0
    """Bytes that the process grew after the first tenth."""


def fuzz(name: str, count: int, seed: int = 0) -> Outcome:
    """Run ``count`` inputs; stops at the first problem."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "place"
        argv = [sys.executable, "-m", "tests.fuzz.child", name]
        argv += ["--count", str(count), "--seed", str(seed), "--place", str(place)]
        try:
            child = subprocess.run(
                argv,
                cwd=ROOT,
                capture_output=True,
                timeout=120 + count * SECONDS / 10,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return _died(name, place, seed, "hangs")
        if child.returncode:
            said = child.stderr.decode(errors="replace")[-2000:]
            return _died(name, place, seed, f"exit {child.returncode}\n{said}")
    told = json.loads(child.stdout.splitlines()[-1])
    if told["problem"]:
        return Outcome(
            name, told["index"], told["problem"], _input(name, told["index"], seed)
        )
    return Outcome(name, count, slowest=told["slowest"][0], grown=max(0, told["grown"]))


def _died(name: str, place: Path, seed: int, problem: str) -> Outcome:
    index = int.from_bytes(place.read_bytes() if place.exists() else b"", "little")
    return Outcome(name, index, problem, _input(name, index, seed))


def _input(name: str, index: int, seed: int) -> bytes:
    target = load(name)
    return Mutator(target.seeds, target.words, seed).input(index)
