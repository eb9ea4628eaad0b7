"""Outputs that ComfyUI left out are told from jobs that it refused."""

from comfydoctor.diagnosis.probes.dropped_outputs import DroppedOutputs
from comfydoctor.model.logline import LogLine
from comfydoctor.model.probe import Outcome
from tests.diagnosis.looking import causes, look_at, offline, simulated

BAD_OUTPUT = (
    "got prompt",
    "Failed to validate prompt for output 9:",
    "* CheckpointLoaderSimple 4:",
    "  - Value not in list: ckpt_name: 'zzz_gone_1.ckpt' not in ['a.safetensors']",
    "Output will be ignored",
)
REFUSED = (
    "invalid prompt: {'type': 'prompt_outputs_failed_validation', 'message': "
    "'Prompt outputs failed validation', 'details': '', 'extra_info': {}}"
)


async def run(*texts):
    return await DroppedOutputs().run(
        offline(log_lines=tuple(LogLine(text) for text in texts))
    )


async def test_a_refused_job_is_told_by_its_cause():
    result = await run(*BAD_OUTPUT, REFUSED)
    assert causes(result) == ["model-not-in-folder"]
    assert result.detail == "1 jobs refused, 0 outputs silently left out."


async def test_an_output_left_out_of_a_running_job_is_a_finding_of_its_own():
    result = await run(*BAD_OUTPUT, "Prompt executed in 1.00 seconds")
    assert causes(result) == ["model-not-in-folder", "outputs-left-out"]
    assert result.findings[1].evidence[0].line == 2


async def test_a_quiet_console_passes():
    assert (await run("got prompt")).outcome is Outcome.PASS
    assert (await run()).outcome is Outcome.UNKNOWN


async def test_a_dropped_output_of_a_server_is_seen():
    graph = {
        "1": {"class_type": "EmptyImage", "inputs": picture()},
        "2": {"class_type": "SaveImage", "inputs": saved("1")},
        "3": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "zzz9"}},
        "4": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0]}},
        "5": {"class_type": "SaveImage", "inputs": saved("4")},
    }
    async with simulated("test-bench") as (_, client):
        submitted = await client.submit(graph)
        assert submitted.problems
        result = await DroppedOutputs().run(await look_at(client))
    assert "outputs-left-out" in causes(result)


def picture():
    return {"width": 64, "height": 64, "batch_size": 1, "color": 0}


def saved(node):
    return {"images": [node, 0], "filename_prefix": "x"}
