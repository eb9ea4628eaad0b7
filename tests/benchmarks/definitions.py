"""What it takes to index 30 MB of node definitions, against ``json.loads`` of them.

Run as ``python -m tests.benchmarks.definitions [--rounds K]``. Each round is two
processes that read the same file and note what happens from there on: the processor
time of the one call, and the highest memory of the whole process, libraries included.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.busy_server import node_definitions
from tests.benchmarks.surroundings import surroundings
from tests.benchmarks.table import Figure, show

CHILD = Path(__file__).with_name("read_definitions.py")
MEGABYTES = 30
CPU, PEAK = 1 / 12, 0.3

Once = dict[str, float]


def measure(rounds: int) -> dict[str, list[Once]]:
    """What ``json`` and ``index`` took in each round, in turn."""
    found: dict[str, list[Once]] = {"json": [], "index": []}
    with surroundings() as env, tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(node_definitions(MEGABYTES))
        for turn in range(rounds):
            for manner in sorted(found, reverse=turn % 2 == 0):
                argv = [sys.executable, str(CHILD), manner, file.name]
                said = subprocess.run(argv, env=env, capture_output=True, check=True)
                found[manner].append(json.loads(said.stdout))
    return found


def figures(found: dict[str, list[Once]]) -> list[Figure]:
    """Ratios of the medians."""

    def median(manner: str, what: str) -> float:
        return statistics.median(once[what] for once in found[manner])

    def ratio(name: str, what: str, goal: float, part: float, unit: str) -> Figure:
        ours, theirs = (part * median(manner, what) for manner in ("index", "json"))
        note = f"{ours:.0f} / {theirs:.0f} {unit}"
        return Figure(name, ours / theirs, goal, note=note)

    return [
        ratio("index / json.loads, CPU", "cpu", CPU, 1000, "ms"),
        ratio("index and 100 classes / json.loads, CPU", "all", CPU, 1000, "ms"),
        ratio("index / json.loads, peak memory", "peak", PEAK, 2**-20, "MiB"),
    ]


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--rounds", type=int, default=7)
    rounds = ask.parse_args().rounds
    title = f"{MEGABYTES} MB of node definitions, {rounds} rounds"
    return 0 if show(title, figures(measure(rounds))) else 1


if __name__ == "__main__":
    sys.exit(main())
