"""How late our window's event loop is while the core is busy, and whether memory grows.

Run as ``python -m tests.benchmarks.loop_delay [--full]``: a flood of 50,000 events a
second, and node definitions of 30 MB read by a check-up. ``--full`` takes a minute
each. Beside it a bare window beats the same beat: what it misses is the machine's.
"""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.busy_server import busy_server
from tests.benchmarks.surroundings import surroundings
from tests.benchmarks.table import Figure, show

HERE = Path(__file__).parent
RATE, MEGABYTES = 50_000, 30
WARM = 8.0
"""Seconds until all is loaded and the start is put out of the collector's sight."""
P99, MOST = 0.016, 0.050
GROWTH = 1.03
"""Memory at the end against its first third."""


@dataclass(frozen=True)
class Loop:
    """What one run showed."""

    delays: list[float]
    worst: list[tuple[float, float]]
    memory: list[int]
    done: int
    """Check-ups."""
    did: dict[str, int]
    """How often each other job was done."""
    problems: list[str]
    skipped: int
    sent: int
    bare: list[float]
    """Delays of the bare window at the same time."""

    @property
    def growth(self) -> float:
        """Median of the last third of the memory readings against the first's.

        NaN without readings.
        """
        if not self.memory:
            return math.nan
        third = max(1, len(self.memory) // 3)
        first, last = self.memory[:third], self.memory[-third:]
        return statistics.median(last) / statistics.median(first)


def measure(work: str, seconds: float, *, rate: int = 0, size: float = 0.1) -> Loop:
    """Watch a busy server with our window, a bare window beside it."""
    with surroundings() as env, busy_server(rate, size) as (url, sent):
        ours = start("loaded_window.py", url, str(WARM), str(seconds), work, env=env)
        bare = start("beating_window.py", str(WARM), str(seconds), env=env)
        said = json.loads(ours.communicate()[0])
        beside = json.loads(bare.communicate()[0])
    return Loop(
        delays=said["delays"],
        worst=said["worst"],
        memory=said["memory"],
        done=said["done"],
        did=said["did"],
        problems=said["problems"],
        skipped=said["skipped"],
        sent=sent[0],
        bare=beside,
    )


def start(script: str, *arguments: str, env: dict[str, str]) -> subprocess.Popen[str]:
    """Start one of our scripts; its answer comes as a line of JSON."""
    argv = [sys.executable, str(HERE / script), *arguments]
    return subprocess.Popen(
        argv, env=os.environ | env, stdout=subprocess.PIPE, text=True
    )


def p99(delays: list[float]) -> float:
    """The delay that one beat of a hundred exceeds."""
    return statistics.quantiles(delays, n=100)[98]


def figures(name: str, loop: Loop) -> list[Figure]:
    """Delays in milliseconds, and memory."""
    worst, own = loop.worst[-1]
    late = sum(delay > P99 for delay in loop.delays)
    count = f"{late} of {len(loop.delays)} beats; bare {1000 * p99(loop.bare):.1f} ms"
    own_share = f"own work {1000 * own:.0f} ms; bare {1000 * max(loop.bare):.0f} ms"
    ends = loop.memory[:1] + loop.memory[-1:]
    mib = " -> ".join(f"{size >> 20} MiB" for size in ends)
    return [
        Figure(f"{name}: delay p99", 1000 * p99(loop.delays), 16, "ms", count),
        Figure(f"{name}: delay max", 1000 * worst, 50, "ms", own_share),
        Figure(f"{name}: memory at the end", loop.growth, GROWTH, "x", mib),
    ]


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--full", action="store_true")
    seconds = 60.0 if ask.parse_args().full else 15.0
    flood = measure("nothing", seconds, rate=RATE)
    title = f"Flood for {seconds:.0f} s, {flood.sent} sent, {flood.skipped} skipped"
    met = show(title, figures("flood", flood))
    definitions = measure("definitions", seconds, size=MEGABYTES)
    title = f"{MEGABYTES} MB of definitions, {definitions.done} check-ups"
    met &= show(title, figures("definitions", definitions))
    problems = flood.problems + definitions.problems
    sys.stdout.writelines(f"  trouble: {problem}\n" for problem in problems)
    return 0 if met and definitions.done and not problems else 1


if __name__ == "__main__":
    sys.exit(main())
