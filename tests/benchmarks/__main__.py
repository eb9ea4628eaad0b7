"""Measures how we compare; each module here that is named below runs alone, too."""

import argparse
import subprocess
import sys

ALL = {
    "startup": "a start against a bare window and the obvious build",
    "loop_delay": "the window's delays in a flood and with 30 MB of definitions",
    "server_cost": "what our watching costs a server",
    "definitions": "indexing 30 MB of node definitions against json.loads",
    "model_headers": "checking 10,000 model files against listing and opening them",
    "installations": "reading an installation, and the log of a dead server",
    "everything": "the window's delays while all heavy work is done at once",
    "recorder": "a query over 30 days, and what a day takes, against a wide table",
    "versions": "keeping, opening and searching versions against git",
    "diagnosis_speed": "reading a log against a loop over its lines",
}
LONGER = {"loop_delay", "server_cost", "everything"}


def main() -> int:
    """Run those asked for, one after the other; 1 when one missed a goal."""
    listed = "\n".join(f"  {name:16} {about}" for name, about in ALL.items())
    ask = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description=f"{__doc__}\n\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    ask.add_argument("names", nargs="*", metavar="NAME", help="by default all")
    ask.add_argument("--full", action="store_true", help="a minute instead of seconds")
    given = ask.parse_args()
    if unknown := set(given.names) - set(ALL):
        ask.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    missed = [name for name in given.names or ALL if not run(name, full=given.full)]
    if missed:
        sys.stdout.write(f"Missed a goal: {', '.join(missed)}\n")
    return 1 if missed else 0


def run(name: str, *, full: bool) -> bool:
    """Run one in a process of its own; whether it met its goals."""
    options = ["--full"] if full and name in LONGER else []
    argv = [sys.executable, "-m", f"tests.benchmarks.{name}", *options]
    return subprocess.run(argv, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
