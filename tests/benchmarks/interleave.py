"""Runs commands round-robin, so that a noisy machine is noisy for all alike."""

import os
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Command:
    """One contestant; it must end by itself."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    """On top of the environment that all share."""


@dataclass(frozen=True)
class Run:
    """What one run of a command took; user and system time are its own alone."""

    wall: float
    cpu: float
    peak: int
    """Resident memory at its highest, in bytes."""


@dataclass
class Measured:
    """All runs of one command."""

    runs: list[Run] = field(default_factory=list)

    @property
    def wall(self) -> float:
        """Median, in seconds."""
        return statistics.median(run.wall for run in self.runs)

    @property
    def cpu(self) -> float:
        """Median, in seconds."""
        return statistics.median(run.cpu for run in self.runs)

    @property
    def peak(self) -> int:
        """Median, in bytes."""
        return int(statistics.median(run.peak for run in self.runs))

    @property
    def noise(self) -> float:
        """Half the distance of the quartiles of CPU time, as a part of the median."""
        low, _, high = statistics.quantiles((run.cpu for run in self.runs), n=4)
        return (high - low) / 2 / self.cpu


def interleave(commands: Sequence[Command], rounds: int) -> dict[str, Measured]:
    """Run every command once in each round, in rotated order, after a warm-up."""
    measured = {command.name: Measured() for command in commands}
    for command in commands:
        run(command)
    for turn in range(rounds):
        first = turn % len(commands)
        for command in (*commands[first:], *commands[:first]):
            measured[command.name].runs.append(run(command))
    return measured


def run(command: Command) -> Run:
    """Run it to its end. Raises RuntimeError when it fails."""
    nothing = os.open(os.devnull, os.O_RDWR)
    quiet = [(os.POSIX_SPAWN_DUP2, nothing, stream) for stream in (0, 1)]
    try:
        began = time.perf_counter()
        pid = os.posix_spawnp(
            command.argv[0],
            list(command.argv),
            {**os.environ, **command.env},
            file_actions=quiet,
        )
        _, status, used = os.wait4(pid, 0)
        wall = time.perf_counter() - began
    finally:
        os.close(nothing)
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError(f"{command.name} failed: {' '.join(command.argv)}")
    kibi = 1 if sys.platform == "darwin" else 1024
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * kibi)
