"""Does the server have all nodes of the workflow?"""

import re

from comfydoctor.content.packs import pack_index
from comfydoctor.diagnosis.fault import Fault, findings_of
from comfydoctor.diagnosis.graph import Graph, read_graph
from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.errors import ServerError
from comfydoctor.model.probe import ProbeResult

CORE = "comfy-core"


class WorkflowNodes(Probe):
    """Each class of the workflow against the server's own list."""

    id = "workflow-nodes"
    timeout = 75.0

    def applies(self, look: Look) -> bool:
        return look.workflow is not None

    async def run(self, look: Look) -> ProbeResult:
        graph = read_graph(look.workflow or {})
        if graph is None:
            return self.unknown("The file is no workflow in a form that we know.")
        classes = await look.answers.node_classes(graph.types)
        missing = sorted(name for name in classes if classes[name] is None)
        untold = sorted(graph.types - classes.keys())
        faults = [await _fault(look, graph, name) for name in missing]
        findings = findings_of(faults, look)
        if missing:
            names = ", ".join(missing[:10])
            return self.result(f"{len(missing)} are missing: {names}.", findings)
        if untold:
            names = ", ".join(untold[:10])
            return self.unknown(f"The server cannot describe {names}.")
        return self.result(f"It has all {len(graph.types)} kinds of nodes.")


async def _fault(look: Look, graph: Graph, name: str) -> Fault:
    words = f"The server has no node {name}."
    pack = next((n.pack for n in graph.nodes if n.type == name and n.pack), "")
    pack = pack or next(
        (p.id or p.repository for p in pack_index().providers(name)), ""
    )
    if pack == CORE:
        words += " It belongs to ComfyUI itself, so this ComfyUI is too old or too new."
    elif pack:
        words += f" It belongs to the node pack {pack}."
        if failed := await _failed(look, pack):
            words += f" {failed} is installed, but did not load."
    if new := await _successors(look, name):
        words += f" Its successor is {new}."
    return Fault("missing-node-pack", words, name, {"class": name, "pack": pack})


async def _failed(look: Look, pack: str) -> str:
    """The folder of a pack that is installed and did not load, or empty."""
    wanted = _plain(pack.rpartition("/")[2])
    packs = [failure.pack for failure in (await look.reading()).failures]
    return next((folder for folder in packs if _plain(folder) == wanted), "")


def _plain(name: str) -> str:
    """Registry ids and folders differ in case, dashes and a leading ComfyUI."""
    flat = re.sub(r"[^a-z0-9]", "", name.lower())
    return flat.removeprefix("comfyui").removesuffix("comfyui") or flat


async def _successors(look: Look, name: str) -> str:
    """What the server itself knows to have replaced the node (since 0.14)."""
    if look.info is None or not look.info.at_least(0, 14):
        return ""
    try:
        told = (await look.answers.replacements()).get(name)
    except ServerError:
        return ""
    entries = told if isinstance(told, list) else []
    names = [e.get("new_node_id") for e in entries if isinstance(e, dict)]
    return " or ".join(str(each) for each in names if each)
