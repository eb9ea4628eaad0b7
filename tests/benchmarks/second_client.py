"""Another client of the same server, who must not notice that we are there."""

import json
import time
import urllib.request
import uuid
from statistics import median

from websockets.sync.client import connect

from tests.contract.graphs import Graph, good, printing

LINES = 400
"""Printed by each noisy job, to fill the event channels of who reads the log."""


def post(url: str, graph: Graph) -> None:
    """Queue a job."""
    body = json.dumps({"prompt": graph, "client_id": uuid.uuid4().hex}).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}/prompt", body, headers)
    urllib.request.urlopen(request, timeout=10).close()


def latencies(url: str, seconds: float, *, noisy: bool = False) -> list[float]:
    """Seconds from queueing a job to the first event about it, again and again."""
    found: list[float] = []
    address = url.replace("http", "ws", 1) + f"/ws?clientId={uuid.uuid4().hex}"
    until = time.monotonic() + seconds
    with connect(address, open_timeout=10, max_size=None) as events:
        while time.monotonic() < until:
            drain(events, 0.3)
            asked = time.monotonic()
            post(url, printing(LINES) if noisy else good())
            events.recv(timeout=10)
            found.append(time.monotonic() - asked)
    return found


def drain(events: object, quiet: float) -> None:
    """Read what came, until nothing came for a moment."""
    try:
        while True:
            events.recv(timeout=quiet)
    except TimeoutError:
        return


def typical(found: list[float]) -> float:
    """Median in seconds."""
    return median(found)
