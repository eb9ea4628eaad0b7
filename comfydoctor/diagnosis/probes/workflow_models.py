"""Are the models and files of the workflow on the server, and whole?"""

import re
from collections import defaultdict
from collections.abc import Iterator

from comfydoctor.diagnosis.captures import nearest
from comfydoctor.diagnosis.fault import Fault, findings_of, place
from comfydoctor.diagnosis.graph import Graph, GraphNode, read_graph
from comfydoctor.diagnosis.modelfolder import folder_of, trouble_with
from comfydoctor.diagnosis.nodeclass import InputSpec, inputs_of
from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.errors import ServerError
from comfydoctor.model.finding import Confidence
from comfydoctor.model.probe import ProbeResult

MODEL = re.compile(r"\.(?:safetensors|sft|ckpt|pth?|bin|gguf|onnx|pkl|engine|patch)$")
MEDIA = re.compile(
    r"\.(?:png|jpe?g|webp|gif|bmp|mp4|mov|webm|mkv|avi|wav|mp3|flac|ogg|glb|obj)"
    r"(?: \[(?:input|output|temp)\])?$",
    re.IGNORECASE,
)
Classes = dict[str, dict[str, object] | None]


class WorkflowModels(Probe):
    """File names of the workflow against the choices that the server offers."""

    id = "workflow-models"
    timeout = 75.0

    def applies(self, look: Look) -> bool:
        return look.workflow is not None

    async def run(self, look: Look) -> ProbeResult:
        graph = read_graph(look.workflow or {})
        if graph is None:
            return self.unknown("The file is no workflow in a form that we know.")
        classes = await look.answers.node_classes(graph.types)
        faults = list(missing_files(graph, classes))
        faults += await _damaged(look, graph, classes)
        findings = findings_of(faults, look)
        names = [f"{value} ({node.type})" for node, value in _unjudged(graph, classes)]
        if not faults and names:
            return self.unknown(f"Nothing can be said of {', '.join(names[:8])}.")
        if not faults:
            count = len({value for _, _, value in _uses(graph, classes)})
            return self.result(f"All {count} files are there.")
        words = " ".join(fault.words for fault in faults[:6])
        return self.result(words, findings)


def missing_files(graph: Graph, classes: Classes) -> Iterator[Fault]:
    """Files that a node wants and the server does not offer."""
    for node, spec, value in _uses(graph, classes):
        if value in (spec.options or ()):
            continue
        offered = [option for option in spec.options or () if isinstance(option, str)]
        yield _fault(node, spec, value, offered)


def _fault(node: GraphNode, spec: InputSpec, value: str, offered: list[str]) -> Fault:
    words = f"{place(node)} wants {value}, which the server does not have."
    values = {"file": value, "input": spec.name, "node_type": node.type}
    if spec.upload or MEDIA.search(value):
        return Fault("input-image-missing", words, "", values)
    if same := next((o for o in offered if _base(o) == _base(value)), ""):
        words = f"{place(node)} wants {value}; here it is called {same}."
        return Fault("model-path-differs", words, value, values)
    if near := nearest(value, offered):
        words += f" The most similar name is {near}."
        cause = "model-renamed-default"
        return Fault(cause, words, value, values, Confidence.POSSIBLE)
    return Fault("model-not-in-folder", words, value, values)


def _uses(graph: Graph, classes: Classes) -> Iterator[tuple[GraphNode, InputSpec, str]]:
    """Each file name with the input that takes it."""
    for node in graph.nodes:
        specs = [s for s in _specs(classes, node) if s.options is not None]
        if graph.is_api:
            for spec in specs:
                value = node.inputs.get(spec.name)
                if isinstance(value, str) and _is_file(value, spec):
                    yield node, spec, value
        else:
            yield from _uses_by_widget(node, specs)


def _uses_by_widget(
    node: GraphNode, specs: list[InputSpec]
) -> Iterator[tuple[GraphNode, InputSpec, str]]:
    """The UI form names no inputs: a file name goes to the choices that have it,
    else to the only choices of files that the node has.
    """  # noqa: D205 - one sentence
    files = [
        s for s in specs if s.upload or any(map(_looks_like_file, s.options or ()))
    ]
    for value in node.widgets:
        if not isinstance(value, str) or not _looks_like_file(value):
            continue
        having = [spec for spec in files if value in (spec.options or ())]
        if having or len(files) == 1:
            yield node, (having or files)[0], value


def _unjudged(graph: Graph, classes: Classes) -> list[tuple[GraphNode, str]]:
    """File names that could not be held against any choices."""
    judged = {(node.id, value) for node, _, value in _uses(graph, classes)}
    return [
        (node, value)
        for node in graph.nodes
        for value in (*node.widgets, *node.inputs.values())
        if isinstance(value, str)
        and MODEL.search(value)
        and (node.id, value) not in judged
    ]


def _specs(classes: Classes, node: GraphNode) -> tuple[InputSpec, ...]:
    known = classes.get(node.type)
    return inputs_of(known) if known else ()


def _is_file(value: str, spec: InputSpec) -> bool:
    return spec.upload or _looks_like_file(value)


def _looks_like_file(value: object) -> bool:
    return isinstance(value, str) and bool(MODEL.search(value) or MEDIA.search(value))


def _base(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2].lower()


async def _damaged(look: Look, graph: Graph, classes: Classes) -> list[Fault]:
    """Files that are offered, but by their size cannot be what they should be."""
    wanted: dict[str, dict[str, GraphNode]] = defaultdict(dict)
    for node, spec, value in _uses(graph, classes):
        folder = folder_of(node.type, spec.name)
        if folder and value in (spec.options or ()):
            wanted[folder].setdefault(value, node)
    faults: list[Fault] = []
    for folder, nodes in wanted.items():
        try:
            files = await look.answers.model_files(folder)
        except ServerError:
            continue  # an old server, or a proxy before it
        for file in files:
            words = trouble_with(folder, file.size)
            if file.name in nodes and words:
                faults.append(_damage(nodes[file.name], file.name, words))
    return faults


def _damage(node: GraphNode, name: str, words: str) -> Fault:
    return Fault(
        "model-file-corrupt-or-incomplete",
        f"{name} for {place(node)} {words}",
        values={"file": name, "node_type": node.type},
        confidence=Confidence.LIKELY,
    )
