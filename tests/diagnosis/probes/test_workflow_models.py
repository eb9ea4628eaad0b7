"""Files of a workflow against what the server offers and how large it is."""

from comfydoctor.diagnosis.probes.workflow_models import WorkflowModels
from comfydoctor.model.probe import Outcome
from tests.diagnosis.looking import causes, look_at, simulated


async def run(workflow, profile="0.33.0"):
    async with simulated("test-bench", profile) as (_, client):
        return await WorkflowModels().run(await look_at(client, workflow=workflow))


def loading(file, **others):
    return {
        "1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": file}}
    }


def drawn(file):
    return {
        "nodes": [{"id": 1, "type": "CheckpointLoaderSimple", "widgets_values": [file]}]
    }


async def test_files_that_are_there_pass():
    result = await run(loading("tiny_sd15.safetensors"))
    assert result.outcome is Outcome.PASS


async def test_a_file_that_is_nowhere_is_missing():
    for profile in ("0.3.64", "0.8.0", "0.33.0"):
        result = await run(loading("zzz_flux_1234.safetensors"), profile)
        assert causes(result) == ["model-not-in-folder"]
        assert result.findings[0].subject == "zzz_flux_1234.safetensors"


async def test_another_path_to_the_same_file_is_told():
    result = await run(loading("SD15\\tiny_sd15.safetensors"))
    assert causes(result) == ["model-path-differs"]
    assert "here it is called tiny_sd15.safetensors" in result.detail


async def test_a_similar_name_is_offered_as_possible():
    result = await run(loading("tiny_sd15_v2.safetensors"))
    assert causes(result) == ["model-renamed-default"]
    assert result.findings[0].confidence.word == "possible"
    assert "tiny_sd15.safetensors" in result.detail


async def test_the_ui_form_is_judged_too():
    assert (await run(drawn("tiny_sd15.safetensors"))).outcome is Outcome.PASS
    result = await run(drawn("zzz_flux_1234.safetensors"))
    assert causes(result) == ["model-not-in-folder"]


async def test_sizes_tell_files_that_cannot_be_models():
    for file, word in (
        ("empty.safetensors", "empty"),
        ("git_lfs_pointer.safetensors", "Git LFS"),
        ("html_page.safetensors", "bytes"),
    ):
        result = await run(loading(file))
        assert causes(result) == ["model-file-corrupt-or-incomplete"], file
        assert file in result.detail and word in result.detail


async def test_a_missing_picture_is_an_input():
    graph = {"1": {"class_type": "LoadImage", "inputs": {"image": "holiday.png"}}}
    assert causes(await run(graph)) == ["input-image-missing"]


async def test_files_of_unknown_nodes_are_left_open():
    graph = {"1": {"class_type": "NoSuchLoader", "inputs": {"m": "a.safetensors"}}}
    result = await run(graph)
    assert result.outcome is Outcome.UNKNOWN
    assert "a.safetensors" in result.detail
