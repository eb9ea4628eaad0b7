"""Missing nodes are named, with their pack where the workflow knows it."""

from comfydoctor.diagnosis.probes.workflow_nodes import WorkflowNodes
from comfydoctor.model.logline import LogLine
from comfydoctor.model.probe import Outcome
from tests.diagnosis.looking import causes, look_at, simulated

UI = {
    "nodes": [
        {"id": 1, "type": "KSampler"},
        {
            "id": 2,
            "type": "NoSuchNode",
            "properties": {"cnr_id": "comfyui-wonder-pack"},
        },
    ]
}
FAILED = "Cannot import /c/custom_nodes/ComfyUI-Wonder-Pack module for custom nodes: no"


async def run(workflow, profile="0.33.0", **known):
    async with simulated("test-bench", profile) as (_, client):
        return await WorkflowNodes().run(
            await look_at(client, workflow=workflow, **known)
        )


def api(*classes):
    return {str(n): {"class_type": c, "inputs": {}} for n, c in enumerate(classes)}


async def test_known_nodes_pass():
    result = await run(api("KSampler", "SaveImage"))
    assert result.outcome is Outcome.PASS


async def test_a_missing_node_is_named():
    result = await run(api("KSampler", "NoSuchNode", "NorThisOne"))
    assert result.outcome is Outcome.FAIL
    assert causes(result) == ["missing-node-pack"] * 2
    assert {f.subject for f in result.findings} == {"NoSuchNode", "NorThisOne"}
    assert all(f.subject in f.title for f in result.findings)


async def test_the_ui_form_tells_the_pack():
    [finding] = (await run(UI)).findings
    assert "comfyui-wonder-pack" in finding.evidence[0].text


async def test_a_pack_that_is_there_but_did_not_load_is_said_so():
    [finding] = (await run(UI, log_lines=(LogLine(FAILED),))).findings
    assert "ComfyUI-Wonder-Pack is installed, but did not load" in (
        finding.evidence[0].text
    )


async def test_another_file_is_not_judged():
    assert (await run({"hello": 1})).outcome is Outcome.UNKNOWN


async def test_very_many_kinds_are_asked_for_at_once():
    async with simulated("test-bench") as (_, client):
        look = await look_at(client, workflow=api("KSampler", *map(str, range(70))))
        before = client.requests
        result = await WorkflowNodes().run(look)
    assert client.requests - before <= 2
    assert len(result.findings) == 70
