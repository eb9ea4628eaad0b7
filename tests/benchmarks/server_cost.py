"""What our watching costs a server, and that our troubles are not its troubles.

Run as ``python -m tests.benchmarks.server_cost [--full] [--real-url URL [--pid PID]]``.
Without a real one the server is our simulator. Counted is by a forwarder between us
and the server. Then our window is frozen while the server prints and a second client
listens, and while a flood of events must go on being read.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from tests.benchmarks.busy_server import busy_server
from tests.benchmarks.loop_delay import start
from tests.benchmarks.meter import Meter, most_at_once
from tests.benchmarks.second_client import latencies
from tests.benchmarks.surroundings import surroundings
from tests.benchmarks.table import Figure, show

SETTLED = 20.0
"""Seconds until the check-up at the beginning is over."""
RATE, AT_ONCE, LATENCY = 2.0, 1, 1.0
SHARE = 0.15
"""Percent of one processor that being watched may cost."""
FLOOD = 5_000
LATE = 3.0


@contextlib.contextmanager
def simulator(scenario: str) -> Iterator[str]:
    """One of ours, in a process of its own."""
    argv = [sys.executable, "-m", "comfydoctor", "simulate", "--stop-with-parent"]
    argv += ["--port", "0", "--scenario", scenario]
    with subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        try:
            yield child.stdout.readline().split()[-1]
        finally:
            child.stdin.close()


@contextlib.contextmanager
def watching(url: str, warm: float, seconds: float, work: str) -> Iterator[None]:
    """Our window looks at a server; it ends by itself."""
    with surroundings() as env:
        ours = start("loaded_window.py", url, str(warm), str(seconds), work, env=env)
        try:
            yield
        finally:
            ours.communicate(timeout=warm + seconds + 60)


def steady(name: str, url: str, seconds: float, pid: int = 0) -> list[Figure]:
    """Requests a second in steady state, and heavy ones at the same time."""
    parts = urlsplit(url)
    meter = Meter(parts.hostname, parts.port)
    alone = own_share(pid, seconds)
    with watching(meter.url, SETTLED, seconds, "nothing"):
        time.sleep(SETTLED)
        used, begin = busy_seconds(pid), time.monotonic()
        time.sleep(seconds)
        used, end = busy_seconds(pid) - used, time.monotonic()
    meter.close()
    seen = meter.between(begin, end)
    heavy = [request for request in meter.requests if request.heavy]
    paths = Counter(request.path.partition("?")[0] for request in seen)
    often = ", ".join(f"{path} {count}" for path, count in paths.most_common(4))
    rows = [
        Figure(f"{name}: requests", len(seen) / (end - begin), RATE, "/s", often),
        Figure(f"{name}: heavy requests at once", most_at_once(heavy), AT_ONCE, ""),
    ]
    if pid:
        share = 100 * used / (end - begin)
        note = f"{share:.2f} % beside {alone:.2f} % alone"
        row = Figure(f"{name}: its processor", share - alone, SHARE, "%", note)
        rows.append(row)
    return rows


def own_share(pid: int, seconds: float) -> float:
    """Percent of a processor that a server uses while nobody watches; 0 without."""
    if not pid:
        return 0.0
    used, begin = busy_seconds(pid), time.monotonic()
    time.sleep(seconds)
    return 100 * (busy_seconds(pid) - used) / (time.monotonic() - begin)


def busy_seconds(pid: int) -> float:
    """Processor time of a process so far."""
    if not pid:
        return 0.0
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def frozen_beside_another(url: str, seconds: float) -> list[Figure]:
    """The second client's latency while our window stands and much is printed."""
    alone = latencies(url, seconds / 2, noisy=True)
    with watching(url, 8.0, seconds, "frozen"):
        time.sleep(8.5)
        beside = latencies(url, seconds - 2.0, noisy=True)
    note = f"alone {1000 * max(alone):.0f} ms, {len(beside)} jobs"
    return [Figure("frozen: event of another client", max(beside), LATENCY, "s", note)]


def frozen_in_flood(seconds: float) -> list[Figure]:
    """The part of a flood that was not taken while our window stood."""
    warm = 8.0
    with busy_server(FLOOD, 0.1) as (url, sent):
        began = time.monotonic()
        with watching(url, warm, seconds, "frozen"):
            time.sleep(warm + seconds)
            took = time.monotonic() - began
    # Our window opens its socket at the latest so many seconds after its start.
    missing = max(0.0, 1 - sent[0] / (FLOOD * (took - LATE)))
    return [Figure("frozen: part of a flood left in the socket", missing, 0.1, "")]


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--full", action="store_true")
    ask.add_argument("--real-url", default="")
    ask.add_argument("--pid", type=int, default=0)
    given = ask.parse_args()
    seconds = 60.0 if given.full else 15.0
    if given.real_url:
        rows = steady("real, idle", given.real_url, seconds, given.pid)
        rows += frozen_beside_another(given.real_url, seconds)
        return 0 if show(f"A real server, {seconds:.0f} s", rows) else 1
    rows = []
    for scenario in ("test-bench", "healthy-studio"):
        with simulator(scenario) as url:
            rows += steady(scenario, url, seconds)
    with simulator("test-bench") as url:
        rows += frozen_beside_another(url, seconds)
    rows += frozen_in_flood(seconds)
    return 0 if show(f"Cost for the server, {seconds:.0f} s each", rows) else 1


if __name__ == "__main__":
    sys.exit(main())
