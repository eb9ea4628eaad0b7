"""Which nodes of a chart can still be reached from where a walk stands."""

from comfydoctor.diagnosis.flowchart.known import Known, any_holds
from comfydoctor.model.flowchart import ChartNode, Flowchart


def reachable(chart: Flowchart, start: str, known: Known) -> frozenset[str]:
    """Ids of the nodes that what is known leaves open, with ``start`` itself."""
    seen: set[str] = set()
    open_ends = [start]
    while open_ends:
        node_id = open_ends.pop()
        if node_id not in seen:
            seen.add(node_id)
            open_ends += _ways(chart.at(node_id), known)
    return frozenset(seen)


def _ways(node: ChartNode, known: Known) -> list[str]:
    return [
        answer.to
        for answer in node.answer
        if not (answer.when and any_holds(answer.when, known).holds is False)
    ]
