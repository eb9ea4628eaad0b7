"""All parsers over mutated files.

python -m tests.fuzz [--count 10000] [--only NAME] [--seed 0] [--keep FOLDER]

Each target runs in a child process with caps on time and memory. An input that broke
a parser is written to FOLDER; put it among the seeds of its target when mended.
"""

import argparse
import sys
from pathlib import Path

from tests.fuzz.fuzzing import Outcome, fuzz
from tests.fuzz.target import names


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--only", action="append", choices=names())
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=Path("fuzz-crashes"))
    options = parser.parse_args()
    outcomes = []
    for name in options.only or names():
        outcomes.append(fuzz(name, options.count, options.seed))
        show(outcomes[-1], options.keep)
    return int(any(outcome.problem for outcome in outcomes))


def show(outcome: Outcome, keep: Path) -> None:
    """One line for a target, and the input that broke it."""
    line = f"{outcome.name:20} {outcome.done:7} inputs"
    if not outcome.problem:
        slow, grown = outcome.slowest, outcome.grown >> 20
        sys.stdout.write(f"{line}  slowest {slow:.2f} s  grown {grown} MiB\n")
        return
    keep.mkdir(parents=True, exist_ok=True)
    path = keep / f"{outcome.name}-{outcome.done}.bin"
    path.write_bytes(outcome.data)
    sys.stdout.write(f"{line}  BROKEN, see {path}\n{outcome.problem}\n")


if __name__ == "__main__":
    sys.exit(main())
