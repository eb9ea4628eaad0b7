"""What ComfyUI would refuse is told without asking it to run."""

import copy

import pytest

from comfydoctor.diagnosis.probes.workflow_fits import WorkflowFits
from comfydoctor.model.probe import Outcome
from tests.diagnosis.looking import causes, look_at, simulated

GOOD = {
    "1": {
        "class_type": "EmptyImage",
        "inputs": {"width": 64, "height": 64, "batch_size": 1, "color": 0},
    },
    "2": {
        "class_type": "ImageScale",
        "inputs": {
            "image": ["1", 0],
            "upscale_method": "lanczos",
            "width": 32,
            "height": 32,
            "crop": "disabled",
        },
    },
    "9": {
        "class_type": "SaveImage",
        "inputs": {"images": ["2", 0], "filename_prefix": "x"},
    },
}


async def run(workflow):
    async with simulated("test-bench") as (_, client):
        return await WorkflowFits().run(await look_at(client, workflow=workflow))


def changed(node, **inputs):
    graph = copy.deepcopy(GOOD)
    for name, value in inputs.items():
        if value is None:
            del graph[node]["inputs"][name]
        else:
            graph[node]["inputs"][name] = value
    return graph


async def test_a_good_workflow_passes():
    result = await run(GOOD)
    assert result.outcome is Outcome.PASS, result.detail


@pytest.mark.parametrize(
    ("graph", "cause", "word"),
    [
        (changed("2", image=None), "required-input-missing", "image"),
        (changed("2", image=["77", 0]), "required-input-missing", "77"),
        (changed("1", width=99_999_999), "value-out-of-range", "width"),
        (changed("1", batch_size=0), "value-out-of-range", "batch_size"),
        (changed("2", upscale_method="magic"), "value-out-of-range", "magic"),
        (changed("2", image=["9", 0]), "workflow-has-a-loop", "→ 9 (SaveImage)"),
        ({"1": GOOD["1"], "2": GOOD["2"]}, "no-output-node", "No node"),
    ],
)
async def test_each_mistake_has_its_cause(graph, cause, word):
    result = await run(graph)
    assert cause in causes(result), result.detail
    assert word in result.detail


async def test_a_wrong_kind_of_connection():
    graph = copy.deepcopy(GOOD)
    graph["3"] = {
        "class_type": "CheckpointLoaderSimple",
        "inputs": {"ckpt_name": "tiny_sd15.safetensors"},
    }
    graph["2"]["inputs"]["image"] = ["3", 0]
    result = await run(graph)
    assert "link-type-mismatch" in causes(result)
    assert "wants IMAGE as image and gets MODEL" in result.detail


async def test_the_drawn_form_is_judged_too():
    result = await run({"nodes": [{"id": 1, "type": "SaveImage"}]})
    assert result.outcome is Outcome.FAIL
    assert "images" in result.detail


async def test_what_is_no_workflow_is_handed_back():
    assert (await run({"hello": 1})).outcome is Outcome.UNKNOWN
