"""How late our window's loop is while all heavy work is done at the same time.

Run as ``python -m tests.benchmarks.everything [--full]``: node definitions of 30 MB are
read, a log of 100 MB is explained, 10,000 model files are checked and a workflow of
10,000 nodes is read, again and again, beside live charts. Without ``--full`` the log
is smaller. Each job is a thread, as the core does it today.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.heavy_jobs import prepare
from tests.benchmarks.loop_delay import MEGABYTES, figures, measure
from tests.benchmarks.table import show


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--full", action="store_true")
    full = ask.parse_args().full
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder), 100 if full else 20)
        work = f"everything:{folder}"
        loop = measure(work, 60.0 if full else 20.0, size=MEGABYTES)
    done = {"check-ups": loop.done, **loop.did}
    said = ", ".join(f"{name} {count}" for name, count in done.items())
    met = show(f"Everything at once: {said}", figures("everything", loop))
    sys.stdout.writelines(f"  trouble: {problem}\n" for problem in loop.problems)
    return 0 if met and all(done.values()) and not loop.problems else 1


if __name__ == "__main__":
    sys.exit(main())
