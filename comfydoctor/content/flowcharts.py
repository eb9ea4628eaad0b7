"""Flowcharts: TOML files under resources/flowcharts -> checked charts."""

import graphlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import TypeAdapter

from comfydoctor.content.toml import read_checked
from comfydoctor.errors import ContentError
from comfydoctor.model.flowchart import ChartNode, Ending, Flowchart, NodeKind

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CHART = TypeAdapter(Flowchart)
OUTCOMES = {
    NodeKind.FIX: {"done", "not-done", "unknown", "skipped"},
    NodeKind.WAIT: {"reached", "timeout"},
}
"""Answers that the program gives to such a node: all of them must lead on."""
NEEDED = {
    NodeKind.FIX: "fix",
    NodeKind.LOOK: "look",
    NodeKind.WAIT: "until",
    NodeKind.CHART: "chart",
    NodeKind.END: "ending",
}


def chart_files(root: Path) -> list[Path]:
    """All chart files under ``root``, in a stable order."""
    return sorted((root / "flowcharts").glob("*.toml"))


def load_charts(root: Path) -> dict[str, Flowchart]:
    """All charts by id. Raises ContentError, which names file and place."""
    charts = {path.stem: load_chart(path) for path in chart_files(root)}
    _check_jumps(charts, root)
    return charts


def load_chart(path: Path) -> Flowchart:
    """One chart, checked by itself."""
    chart = read_checked(path, _CHART)
    for problem in problems(chart):
        raise ContentError(f"{path}: {problem}")
    if chart.id != path.stem:
        raise ContentError(f"{path}: id '{chart.id}' is not the file's name")
    return chart


def problems(chart: Flowchart) -> Iterator[str]:
    """What is wrong with the chart's build."""
    ids = [node.id for node in chart.node]
    for node_id in ids:
        if ids.count(node_id) > 1 or not _ID.fullmatch(node_id):
            yield f"node '{node_id}': the id is there twice, or not in kebab-case"
    if chart.start not in ids:
        yield f"no node '{chart.start}' to start at"
        return
    for node in chart.node:
        for problem in _node_problems(node, set(ids)):
            yield f"node '{node.id}': {problem}"
    yield from _way_problems(chart)


def _node_problems(node: ChartNode, ids: set[str]) -> Iterator[str]:
    for answer in node.answer:
        if answer.to not in ids:
            yield f"answer '{answer.id}' leads to '{answer.to}', which is not there"
        if not answer.text and node.kind not in OUTCOMES:
            yield f"answer '{answer.id}' has no words"
    answers = [answer.id for answer in node.answer]
    if len(set(answers)) < len(answers):
        yield "two answers have one id"
    if node.kind in OUTCOMES and set(answers) != OUTCOMES[node.kind]:
        yield f"its answers must be {sorted(OUTCOMES[node.kind])}"
    needed = NEEDED.get(node.kind)
    if needed and not getattr(node, needed):
        yield f"'{needed}' is missing"
    if (node.kind in {NodeKind.END, NodeKind.CHART}) == bool(node.answer):
        yield "only ends and jumps have no answers, and they have none"
    if node.ending is Ending.CAUSE and not (node.cause or node.text):
        yield "it names no cause, and does not tell one"


def _way_problems(chart: Flowchart) -> Iterator[str]:
    ways = {node.id: {a.to for a in node.answer} for node in chart.node}
    if any(to not in ways for targets in ways.values() for to in targets):
        return
    seen = _closure({chart.start}, ways)
    for node_id in set(ways) - seen:
        yield f"node '{node_id}': no way leads to it"
    backward: dict[str, set[str]] = {node_id: set() for node_id in ways}
    for node_id, targets in ways.items():
        for target in targets:
            backward[target].add(node_id)
    ends = {node_id for node_id, targets in ways.items() if not targets}
    for node_id in set(ways) - _closure(ends, backward):
        yield f"node '{node_id}': no end can be reached from it"


def _closure(start: set[str], ways: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    open_ends = list(start)
    while open_ends:
        node_id = open_ends.pop()
        if node_id not in seen:
            seen.add(node_id)
            open_ends += ways[node_id]
    return seen


def _check_jumps(charts: Mapping[str, Flowchart], root: Path) -> None:
    """Jumps between charts lead somewhere, and never around in a circle."""
    jumps = {
        chart.id: {node.chart for node in chart.node if node.kind is NodeKind.CHART}
        for chart in charts.values()
    }
    for chart_id, targets in jumps.items():
        if missing := targets - set(charts):
            raise ContentError(f"{root}: {chart_id}: no chart {sorted(missing)}")
    try:
        graphlib.TopologicalSorter(jumps).prepare()
    except graphlib.CycleError as error:
        circle = " > ".join(error.args[1])
        raise ContentError(f"{root}: charts jump in a circle: {circle}") from error
