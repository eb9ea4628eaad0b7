"""Which LoRA meets which base in a workflow, and the files behind their names."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from comfydoctor.assets.scan import ENDINGS, Found
from comfydoctor.model.workflow import Link, Node, Workflow

_BASE_INPUTS = ("ckpt_name", "unet_name", "model_name", "base_ckpt_name", "gguf_name")
_BASE_WORDS = ("checkpoint", "unet", "diffusionmodel", "diffusion model", "ckpt")
_OTHERS = ("controlnet", "upscale", "clipvision", "clip vision", "ipadapter", "vae")
_MOST_STEPS = 10_000


@dataclass(frozen=True)
class Meeting:
    """A LoRA that is applied to a base, by their names in the workflow."""

    base: str
    lora: str
    node: str
    """Id of the node that applies it."""


def meetings(workflow: Workflow) -> tuple[Meeting, ...]:
    """Every LoRA with the bases its model comes from; with all where none is found."""
    nodes = {node.id: node for node in workflow.nodes if node.is_sent}
    bases = {node.id: list(base_names(node)) for node in nodes.values()}
    every = [name for names in bases.values() for name in names]
    made: dict[Meeting, None] = {}
    for node in nodes.values():
        for lora in lora_names(node):
            above = [name for up in upstream(node, nodes) for name in bases[up]]
            for base in above or every:
                made[Meeting(base, lora, node.id)] = None
    return tuple(made)


def lora_names(node: Node) -> Iterator[str]:
    """Files of LoRAs that a node applies; those switched off are left out."""
    if "lora" in _type(node):
        yield from dict.fromkeys(_files(node))


def base_names(node: Node) -> Iterator[str]:
    """Files of checkpoints or diffusion models that a node loads."""
    kind = _type(node)
    if "lora" in kind or any(word in kind for word in _OTHERS):
        return
    named = [node.inputs.get(name) for name in _BASE_INPUTS]
    told = [value for value in named if isinstance(value, str)]
    if told:
        yield from dict.fromkeys(told)
    elif any(word in kind for word in _BASE_WORDS):
        yield from dict.fromkeys(_files(node))


def upstream(node: Node, nodes: Mapping[str, Node]) -> Iterator[str]:
    """Nodes that the model of this one comes through, nearest first."""
    waiting, seen = [node.id], {node.id}
    while waiting and len(seen) < _MOST_STEPS:
        for link in _models_of(nodes[waiting.pop(0)]):
            if link.node in nodes and link.node not in seen:
                seen.add(link.node)
                waiting.append(link.node)
                yield link.node


def _models_of(node: Node) -> Iterable[Link]:
    """Its links called ``model``; all of them where none is."""
    links = node.links
    named = [link for name, link in links.items() if "model" in name.lower()]
    return named or links.values()


def _type(node: Node) -> str:
    return node.type.lower().replace("_", "")


def _files(node: Node) -> Iterator[str]:
    """Names of model files among its values."""
    yield from _named(list(node.inputs.values()), 3)
    widgets = node.widgets
    values = widgets.values() if isinstance(widgets, Mapping) else widgets
    yield from _named(list(values), 3)


def _named(values: Iterable[object], depth: int) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            if value.lower().endswith(ENDINGS):
                yield value
        elif isinstance(value, Mapping) and depth:
            if value.get("on") is not False:
                yield from _named(value.values(), depth - 1)
        elif isinstance(value, list) and depth:
            yield from _named(value, depth - 1)


def file_of(name: str, found: Iterable[Found]) -> str:
    """The file that a workflow means by a name; empty where there is none.

    Workflows of Windows write other strokes between folders; a file of the same name in
    another folder counts only when nothing fits better.
    """
    wanted = name.replace("\\", "/").lower()
    alike = ""
    for one in found:
        path = one.path.replace("\\", "/").lower()
        if path.endswith("/" + wanted):
            return one.path
        if not alike and path.rpartition("/")[2] == wanted.rpartition("/")[2]:
            alike = one.path
    return alike
