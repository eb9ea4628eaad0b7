"""What it takes to check 10,000 nodes, and against ComfyUI's own check of them.

Run as ``python -m tests.benchmarks.workflow_lint OBJECT_INFO [--url URL --pid PID]``.
``OBJECT_INFO`` is a saved answer of a real server. With the address and process of a
running ComfyUI of the same computer (Linux) the same graph is posted there; each of
its results lacks an input, so that all are checked and nothing runs.
"""

import argparse
import json
import math
import os
import random
import statistics
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from comfydoctor.comfy.definitions import Definitions
from comfydoctor.workflow.case import Case
from comfydoctor.workflow.classes import Classes
from comfydoctor.workflow.lint import lint
from comfydoctor.workflow.nodeclass import Field, NodeClass
from comfydoctor.workflow.parse import parse
from tests.benchmarks.table import Figure, show

NODES = 10_000
ROUNDS = 9
SECONDS = 1.0
PART_OF_COMFYUI = 1 / 8
Graph = dict[str, dict[str, Any]]


class Maker:
    """Draws a graph of the server's own classes, with what they take by themselves."""

    def __init__(self, classes: Classes, seed: int = 0) -> None:
        self.graph: Graph = {}
        self._rng = random.Random(seed)
        self._gives: dict[str, list[list[Any]]] = {}
        known = (classes.get(name) for name in classes.names())
        self._classes = [
            each
            for each in known
            if each and each.is_core and "api" not in each.module and each.quick
        ]

    def make(self, nodes: int = NODES) -> Graph:
        """Connections go to any earlier node; no node's chain is long."""
        while len(self.graph) < nodes:
            self._try(self._rng.choice(self._classes))
        return self.graph

    def _try(self, known: NodeClass) -> None:
        inputs: dict[str, Any] = {}
        for each in known.fields:
            if not each.required:
                continue
            value = self._value(each)
            if value is None:
                return
            inputs[each.name] = value
        name = str(len(self.graph) + 1)
        if known.is_output:  # nothing may run: each result lacks something
            inputs.popitem()
        self.graph[name] = {"class_type": known.name, "inputs": inputs}
        for slot, kind in enumerate(known.outputs):
            self._gives.setdefault(kind, []).append([name, slot])

    def _value(self, each: Field) -> Any:
        if each.widget:
            return None if each.options == () else each.default
        given = self._gives.get(each.kind)
        return self._rng.choice(given) if given else None


def measure(classes: Classes, data: bytes) -> tuple[float, float]:
    """Seconds of processor time for reading the file, and for checking it.

    The server's classes are ready, as the server's own are.
    """
    read, checked = [], []
    for _ in range(ROUNDS):
        began = time.process_time()
        workflow = parse(data)
        half = time.process_time()
        found = lint(workflow, classes)
        checked.append(time.process_time() - half)
        read.append(half - began)
        assert found
    return statistics.median(read), statistics.median(checked)


def measure_comfyui(url: str, pid: int, data: bytes) -> float:
    """Seconds of the server's processor time for the same graph, posted."""
    body = b'{"prompt":%b}' % data
    taken = []
    for _ in range(ROUNDS):
        began = _server_time(pid)
        _refused(url, body)
        taken.append(_server_time(pid) - began)
    return statistics.median(taken)


def _refused(url: str, body: bytes) -> None:
    request = urllib.request.Request(f"{url}/prompt", body)
    try:
        urllib.request.urlopen(request).read()
    except urllib.error.HTTPError as error:
        assert b"required_input_missing" in error.read()
    else:
        raise AssertionError("the server took the graph")


def _server_time(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _against(
    name: str, ours: float, theirs: float, goal: float = PART_OF_COMFYUI
) -> Figure:
    """ComfyUI looks only at nodes that a result depends on, we at all."""
    note = f"{ours:.1f} / {theirs:.1f} us"
    return Figure(name, ours / theirs, goal, note=note)


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("object_info", type=Path)
    ask.add_argument("--url")
    ask.add_argument("--pid", type=int)
    given = ask.parse_args()
    classes = Classes(Definitions.from_bytes(given.object_info.read_bytes()))
    graph = Maker(classes).make()
    data = json.dumps(graph).encode()
    read, checked = measure(classes, data)
    count = len(graph)
    part, whole = checked / count * 1e6, (read + checked) / count * 1e6
    each = f"{whole:.1f} us a node, {part:.1f} of them the check"
    rows = [
        Figure(f"{count} nodes read and checked", read + checked, SECONDS, "s", each)
    ]
    if given.url and given.pid:
        reached = len(Case(parse(data), classes).reached)
        theirs = measure_comfyui(given.url, given.pid, data) / reached * 1e6
        rows += [
            _against("check / ComfyUI's POST, CPU a node", part, theirs),
            _against("read and check / the same", whole, theirs, math.inf),
        ]
    return 0 if show(f"A workflow of {count} nodes", rows) else 1


if __name__ == "__main__":
    sys.exit(main())
