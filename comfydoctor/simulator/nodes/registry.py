"""All node classes of one simulated server."""

from comfydoctor.simulator.nodes.fault_classes import FAULT_NODES
from comfydoctor.simulator.nodes.image import IMAGE_NODES
from comfydoctor.simulator.nodes.model_classes import MODEL_NODES
from comfydoctor.simulator.nodes.nodeclass import NodeClass
from comfydoctor.simulator.nodes.pack import pack_class, partner_class
from comfydoctor.simulator.nodes.sampling_classes import SAMPLING_NODES, VIDEO_NODE
from comfydoctor.simulator.scenario import Scenario

Registry = dict[str, NodeClass]


def registry(scenario: Scenario) -> Registry:
    """Core, test pack, and what the scenario's packs bring (failed ones: nothing)."""
    classes = [*IMAGE_NODES, *MODEL_NODES, *SAMPLING_NODES, *FAULT_NODES]
    for pack in scenario.pack:
        if pack.failure:
            continue
        if pack.video:
            classes.append(VIDEO_NODE)
        classes += [pack_class(pack.folder, node) for node in pack.node]
    classes += [partner_class(node) for node in scenario.partner]
    return {each.name: each for each in classes}
