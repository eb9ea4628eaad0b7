"""How long a start takes, against a bare window and against the obvious build.

Run as ``python -m tests.benchmarks.startup [--rounds K]``. Times are CPU times: user
and system time of the process. Their noise is the half distance of the quartiles.

The obvious build imports httpx, pydantic, pyqtgraph and the charts made with it, then
opens the same window, for which httpx asks the server and pyqtgraph draws: whoever has
them first uses them. That is also what the goal was set with. Our own first look is a
socket's, and the curves of our first paint are a few lines of QPainter. A window that
imports the three and then does without them is nobody's build; its row has no goal and
shows what the imports alone cost. Settings are left out of both, and so is the core.
"""

import argparse
import math
import sys
from pathlib import Path

from tests.benchmarks.interleave import Command, Measured, interleave
from tests.benchmarks.quick_server import quick_server, refusing_address
from tests.benchmarks.surroundings import surroundings
from tests.benchmarks.table import Figure, show

HERE = Path(__file__).parent
LIBRARIES = ("httpx", "pydantic", "pyqtgraph")
CHARTS = "comfydoctor.ui.charts.group"
USEFUL, OBVIOUS, LATE = 1.6, 1 / 4, 1.05
MANNERS = ("refusing", "silent", "dripping")


def window(name: str, *arguments: str, env: dict[str, str]) -> Command:
    """A start of our window."""
    argv = [sys.executable, str(HERE / "our_window.py"), *arguments]
    return Command(name, argv, env)


def measure_useful(rounds: int) -> dict[str, Measured]:
    """Bare, ours, the libraries imported first, and the obvious build."""
    with surroundings() as env, quick_server("healthy") as url:
        bare = Command("bare", [sys.executable, str(HERE / "bare_window.py")], env)
        return interleave(
            [
                bare,
                window("ours", url, "useful", env=env),
                window("libraries", url, "useful", *LIBRARIES, env=env),
                window("obvious", url, "obvious", *LIBRARIES, CHARTS, env=env),
            ],
            rounds,
        )


def measure_hostile(rounds: int) -> dict[str, Measured]:
    """First paint with a healthy server, and with three that are not."""
    with (
        surroundings() as env,
        quick_server("healthy") as healthy,
        quick_server("silent") as silent,
        quick_server("dripping") as dripping,
    ):
        urls = {
            "healthy": healthy,
            "refusing": refusing_address(),
            "silent": silent,
            "dripping": dripping,
        }
        return interleave(
            [window(name, url, "painted", env=env) for name, url in urls.items()],
            rounds,
        )


def useful_figures(measured: dict[str, Measured]) -> list[Figure]:
    """Ratios of the start to useful."""
    bare, ours = measured["bare"], measured["ours"]
    libraries, obvious = measured["libraries"], measured["obvious"]
    return [
        Figure("useful window / bare window, CPU", ours.cpu / bare.cpu, USEFUL,
               note=said(ours, bare)),
        Figure("useful window / bare window, wall", ours.wall / bare.wall, USEFUL),
        Figure("useful window / obvious build, CPU", ours.cpu / obvious.cpu, OBVIOUS,
               note=said(ours, obvious)),
        Figure("useful window / libraries imported first, CPU",
               ours.cpu / libraries.cpu, math.inf, note=said(ours, libraries)),
    ]  # fmt: skip


def hostile_figures(measured: dict[str, Measured]) -> list[Figure]:
    """Ratios of the first paint to the healthy case."""
    healthy = measured["healthy"]
    return [
        Figure(f"first paint, server {name} / healthy, {kind}", one / other, LATE)
        for name in MANNERS
        for kind, one, other in (
            ("wall", measured[name].wall, healthy.wall),
            ("CPU", measured[name].cpu, healthy.cpu),
        )
    ]


def said(one: Measured, other: Measured) -> str:
    """Both medians with their noise."""
    parts = (f"{1000 * m.cpu:.0f} ms ± {100 * m.noise:.0f} %" for m in (one, other))
    return " / ".join(parts)


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--rounds", type=int, default=15)
    rounds = ask.parse_args().rounds
    met = show(f"Start, {rounds} rounds", useful_figures(measure_useful(rounds)))
    title = f"Start with a server in trouble, {rounds} rounds"
    return 0 if show(title, hostile_figures(measure_hostile(rounds))) and met else 1


if __name__ == "__main__":
    sys.exit(main())
