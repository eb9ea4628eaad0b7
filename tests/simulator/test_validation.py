"""Beyond the recordings: what they do not show."""

from typing import Any

import pytest

from comfydoctor.simulator.disk import Disk
from comfydoctor.simulator.nodes.registry import registry
from comfydoctor.simulator.scenario import load_scenario
from comfydoctor.simulator.validation import Validator, Verdict
from comfydoctor.simulator.version import VERSIONS

CLASSES = registry(load_scenario("test-bench"))


def _verdict(graph: dict[str, Any], version: str = "0.33.0") -> Verdict:
    return Validator(graph, CLASSES, VERSIONS[version], Disk()).verdict(None)


def _chain(*classes: str) -> dict[str, Any]:
    graph: dict[str, Any] = {
        "1": {"class_type": "EmptyImage", "inputs": {}},
    }
    graph["1"]["inputs"] = {"width": 8, "height": 8, "batch_size": 1, "color": 0}
    for number, name in enumerate(classes, 2):
        inputs = {"image": [str(number - 1), 0]}
        graph[str(number)] = {"class_type": name, "inputs": inputs}
    return graph


def _saved(graph: dict[str, Any]) -> dict[str, Any]:
    source = str(len(graph))
    inputs = {"images": [source, 0], "filename_prefix": "x"}
    return {**graph, "99": {"class_type": "SaveImage", "inputs": inputs}}


def test_a_good_graph_names_its_outputs() -> None:
    verdict = _verdict(_saved(_chain("ImageInvert", "ImageInvert")))
    assert verdict.error is None
    assert verdict.outputs == ["99"]


@pytest.mark.parametrize(
    ("version", "kind"), [("0.8.0", "invalid_prompt"), ("0.33.0", "missing_node_type")]
)
def test_an_unknown_class_has_another_name_in_each_version(
    version: str, kind: str
) -> None:
    verdict = _verdict(_saved(_chain("NoSuchNode")), version)
    assert verdict.error is not None
    assert verdict.error["type"] == kind
    assert verdict.node_errors == {}


def test_a_cycle_is_explained_since_0_20_only() -> None:
    graph = _saved(_chain("ImageInvert", "ImageInvert"))
    graph["2"]["inputs"]["image"] = ["3", 0]
    old, new = _verdict(graph, "0.8.0"), _verdict(graph)
    assert old.error is not None
    assert old.node_errors == {}
    kinds = {error["type"] for error in new.node_errors["2"]["errors"]}
    assert kinds == {"dependency_cycle"}


def test_one_good_output_lets_the_job_through_with_the_other_ones_errors() -> None:
    graph = _saved(_chain("ImageInvert"))
    inputs = {"images": ["1", 0], "filename_prefix": "y"}
    graph["98"] = {"class_type": "SaveImage", "inputs": inputs}
    graph["2"]["inputs"] = {}
    verdict = _verdict(graph)
    assert verdict.error is None
    assert verdict.outputs == ["98"]
    assert verdict.node_errors["2"]["dependent_outputs"] == ["99"]


def test_newer_nodes_choices_are_not_checked_by_0_3_64() -> None:
    graph = _saved(_chain("ImageUpscaleWithModel"))
    loader = {"class_type": "UpscaleModelLoader", "inputs": {"model_name": "4x.pth"}}
    graph["50"] = loader
    graph["2"]["inputs"]["upscale_model"] = ["50", 0]
    assert _verdict(graph, "0.3.64").error is None
    assert _verdict(graph, "0.8.0").error is not None
