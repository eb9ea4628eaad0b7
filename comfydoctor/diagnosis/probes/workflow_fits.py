"""Would the server accept the workflow?"""

from collections.abc import Iterator

from comfydoctor.diagnosis.fault import Fault, findings_of, place
from comfydoctor.diagnosis.graph import Graph, GraphNode, Link, read_graph
from comfydoctor.diagnosis.nodeclass import (
    InputSpec,
    inputs_of,
    is_output,
    outputs_of,
)
from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.model.probe import ProbeResult

Classes = dict[str, dict[str, object] | None]
_PLAIN = frozenset({"INT", "FLOAT", "STRING", "BOOLEAN", "COMBO"})


class WorkflowFits(Probe):
    """What ComfyUI checks before it runs a job, without posting one."""

    id = "workflow-fits"
    timeout = 75.0

    def applies(self, look: Look) -> bool:
        return look.workflow is not None

    async def run(self, look: Look) -> ProbeResult:
        graph = read_graph(look.workflow or {})
        if graph is None:
            return self.unknown("The file is no workflow in a form that we know.")
        if not graph.is_api:
            return self.unknown(
                "Only the API form tells which value belongs to which input; export"
                " it with Workflow > Export (API)."
            )
        classes = await look.answers.node_classes(graph.types)
        faults = list(faults_of(graph, classes))
        if not faults:
            return self.result("Inputs, connections and limits are in order.")
        words = " ".join(fault.words for fault in faults[:6])
        return self.result(words, findings_of(faults, look))


def faults_of(graph: Graph, classes: Classes) -> Iterator[Fault]:
    """Everything that can be told without running it; missing nodes are left out."""
    nodes = {node.id: node for node in graph.nodes}
    for node in graph.nodes:
        known = classes.get(node.type)
        for spec in inputs_of(known) if known else ():
            value = node.inputs.get(spec.name)
            if isinstance(value, Link):
                yield from _of_link(node, spec, value, nodes, classes)
            elif value is not None:
                yield from _of_value(node, spec, value)
            elif spec.required and spec.name not in node.inputs:
                yield _missing(node, spec.name)
    yield from _of_whole(graph, nodes, classes)


def _missing(node: GraphNode, name: str) -> Fault:
    values = {"input": name, "node_type": node.type}
    words = f"{place(node)} lacks its input {name}."
    return Fault("required-input-missing", words, values=values)


def _of_link(
    node: GraphNode,
    spec: InputSpec,
    link: Link,
    nodes: dict[str, GraphNode],
    classes: Classes,
) -> Iterator[Fault]:
    source = nodes.get(link.node)
    if source is None:
        words = f"{place(node)} takes {spec.name} from node {link.node}, which is gone."
        values = {"input": spec.name, "node_type": node.type}
        yield Fault("required-input-missing", words, values=values)
        return
    known = classes.get(source.type)
    kinds = outputs_of(known) if known else ()
    if link.output < len(kinds) and not _fit(kinds[link.output], spec.kind):
        got = kinds[link.output]
        words = f"{place(node)} wants {spec.kind} as {spec.name} and gets {got}."
        values = {"input": spec.name, "want": spec.kind, "got": got}
        yield Fault("link-type-mismatch", words, values=values)


def _fit(got: str, want: str) -> bool:
    """Judge plain types only: some take several, some anything, some decide later."""
    if "*" in {got, want} or not (_is_plain(got) and _is_plain(want)):
        return True
    if got in _PLAIN and want in _PLAIN:
        return True  # ComfyUI converts, or a node declares it so
    return got == want


def _is_plain(kind: str) -> bool:
    return kind.replace("_", "").isalnum() and not kind.startswith("COMFY_")


def _of_value(node: GraphNode, spec: InputSpec, value: object) -> Iterator[Fault]:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    limit = _broken_limit(spec, float(value)) if number else None  # type: ignore[arg-type]
    if spec.kind in {"INT", "FLOAT"} and limit is not None:
        words = f"{place(node)}: {spec.name} is {value}, the limit is {limit:g}."
        values = {"input": spec.name, "value": str(value), "limit": f"{limit:g}"}
        yield Fault("value-out-of-range", words, values=values)
    if spec.options is not None and _is_odd_choice(spec, value):
        shown = ", ".join(str(option) for option in spec.options[:6])
        words = f"{place(node)}: {spec.name} is {value}, allowed are {shown}."
        values = {"input": spec.name}
        yield Fault("value-out-of-range", words, values=values)


def _broken_limit(spec: InputSpec, value: float) -> float | None:
    if spec.maximum is not None and value > spec.maximum:
        return spec.maximum
    if spec.minimum is not None and value < spec.minimum:
        return spec.minimum
    return None


def _is_odd_choice(spec: InputSpec, value: object) -> bool:
    """Not among the choices; files are the business of another check."""
    options = spec.options or ()
    if spec.upload or not options or isinstance(value, list | dict):
        return False
    named = any(isinstance(option, str) and "." in option[-12:] for option in options)
    return not named and value not in options


def _of_whole(
    graph: Graph, nodes: dict[str, GraphNode], classes: Classes
) -> Iterator[Fault]:
    known = [classes.get(node.type) for node in graph.nodes]
    if all(known) and not any(is_output(each) for each in known if each):
        yield Fault("no-output-node", "No node of the workflow keeps a result.")
    if circle := _circle(nodes):
        words = f"Round in a circle: node {' > '.join(circle[:8])}."
        yield Fault("workflow-has-a-loop", words)


def _circle(nodes: dict[str, GraphNode]) -> list[str]:
    """Nodes of one circle, or none: what takes from nothing is taken off in turn."""
    takes = {
        name: {v.node for v in node.inputs.values() if isinstance(v, Link)}
        & nodes.keys()
        for name, node in nodes.items()
    }
    gives: dict[str, list[str]] = {name: [] for name in nodes}
    for name, sources in takes.items():
        for source in sources:
            gives[source].append(name)
    waits = {name: len(sources) for name, sources in takes.items()}
    ready = [name for name, count in waits.items() if not count]
    while ready:
        name = ready.pop()
        del waits[name]
        for follower in gives[name]:
            waits[follower] -= 1
            if not waits[follower]:
                ready.append(follower)
    return _walk(takes, waits) if waits else []


def _walk(takes: dict[str, set[str]], left: dict[str, int]) -> list[str]:
    """From source to source among the nodes left, until one comes again."""
    seen: list[str] = [next(iter(left))]
    while (follow := min(takes[seen[-1]] & left.keys())) not in seen:
        seen.append(follow)
    return seen[seen.index(follow) :]
