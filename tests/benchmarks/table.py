"""Figures with their goals, and a table of them."""

import math
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured thing; smaller is better."""

    name: str
    value: float
    goal: float
    """Infinite where there is none, and the row is for comparison."""
    unit: str = "x"
    note: str = ""

    @property
    def met(self) -> bool:
        """Whether the goal is reached."""
        return self.value <= self.goal


def show(title: str, figures: Iterable[Figure]) -> bool:
    """Print them; returns whether every goal is met."""
    load = os.getloadavg()[0]
    lines = [f"{title} ({os.cpu_count()} processors, load {load:.1f})"]
    rows = list(figures)
    for row in rows:
        verdict = "    " if math.isinf(row.goal) else "ok  " if row.met else "MISS"
        goal = f"goal {row.goal:7.3f}" if math.isfinite(row.goal) else "no goal"
        value = f"{row.value:8.3f} {row.unit:5} {goal:12}"
        lines.append(f"  {verdict} {row.name:52} {value}  {row.note}")
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
    return all(row.met for row in rows)
