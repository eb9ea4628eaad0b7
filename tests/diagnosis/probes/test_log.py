"""The console's known problems, but for what other checks answer for."""

from comfydoctor.diagnosis.probes.log import Log
from comfydoctor.model.logline import LogLine
from comfydoctor.model.probe import Outcome
from tests.diagnosis.looking import causes, look_at, offline, simulated

FULL = "OSError: [Errno 28] No space left on device"
IMPORT = (
    "Cannot import /c/custom_nodes/Old-Pack module for custom nodes: "
    "No module named 'cv2'"
)
REFUSED = (
    "invalid prompt: {'type': 'invalid_prompt', 'message': 'Cannot execute because "
    "node Gone does not exist.', 'details': \"Node ID '#2'\", 'extra_info': {}}"
)
FAILED = (
    "!!! Exception during processing !!! Allocation on device ",
    "Traceback (most recent call last):",
    '  File "/c/execution.py", line 5, in execute',
    "torch.OutOfMemoryError: Allocation on device ",
)


def lines(*texts):
    return tuple(LogLine(text) for text in texts)


async def run(*texts):
    return await Log().run(offline(log_lines=lines(*texts)))


async def test_a_known_problem_is_found_with_its_line():
    result = await run("got prompt", FULL)
    assert causes(result) == ["disk-full"]
    assert result.findings[0].evidence[0].line == 2


async def test_ordinary_lines_pass():
    result = await run("got prompt", "Prompt executed in 1.00 seconds")
    assert result.outcome is Outcome.PASS
    assert result.detail == "2 lines, nothing known to be wrong."


async def test_packs_and_refused_jobs_are_left_to_their_own_checks():
    result = await run(IMPORT, REFUSED)
    assert causes(result) == []
    assert "that other checks tell of" in result.detail


async def test_a_failed_job_is_told_only_while_no_history_tells_it():
    assert causes(await run(*FAILED)) == ["oom-workload-too-big"]
    async with simulated("healthy-studio") as (_, client):
        look = await look_at(client, log_lines=lines(*FAILED))
        assert causes(await Log().run(look)) == []


async def test_without_a_console_nothing_is_said():
    assert (await run()).outcome is Outcome.UNKNOWN
