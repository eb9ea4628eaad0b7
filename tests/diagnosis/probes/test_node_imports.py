"""Packs that did not load, each by its own lines."""

from comfydoctor.diagnosis.probes.node_imports import NodeImports
from comfydoctor.model.finding import Confidence
from comfydoctor.model.logline import LogLine
from comfydoctor.model.probe import Outcome
from tests.diagnosis.looking import causes, look_at, offline, simulated

ROOT = "/opt/ComfyUI/custom_nodes"
START = (
    "Traceback (most recent call last):",
    '  File "/opt/ComfyUI/nodes.py", line 2263, in load_custom_node',
    f'  File "{ROOT}/Needs-cv2/__init__.py", line 1, in <module>',
    "    import cv2",
    "ModuleNotFoundError: No module named 'cv2'",
    "",
    f"Cannot import {ROOT}/Needs-cv2 module for custom nodes: No module named 'cv2'",
    "Traceback (most recent call last):",
    f'  File "{ROOT}/Odd/__init__.py", line 1, in <module>',
    "ValueError: it is Tuesday",
    "",
    f"Cannot import {ROOT}/Odd module for custom nodes: it is Tuesday",
    "Import times for custom nodes:",
    f"   0.1 seconds: {ROOT}/Good",
    f"   0.0 seconds (IMPORT FAILED): {ROOT}/Needs-cv2",
    f"   0.0 seconds (IMPORT FAILED): {ROOT}/Odd",
)


async def run(*texts):
    return await NodeImports().run(
        offline(log_lines=tuple(LogLine(text) for text in texts))
    )


async def test_each_failed_pack_has_its_cause_or_the_plain_fact():
    result = await run(*START)
    found = {finding.subject: finding for finding in result.findings}
    assert found["Needs-cv2"].cause == "node-deps-not-installed"
    assert found["Odd"].cause == "node-pack-failed-to-load"
    assert found["Odd"].confidence is Confidence.CERTAIN
    assert "it is Tuesday" in found["Odd"].evidence[0].text
    assert result.detail == "2 did not load: Needs-cv2, Odd."


async def test_a_start_where_all_loaded_passes():
    assert (await run(*START[-4:-2])).outcome is Outcome.PASS


async def test_a_whole_start_without_a_table_had_no_packs():
    said = ("Total VRAM 24106 MB, total RAM 24106 MB", "To see the GUI go to: x")
    assert (await run(*said)).outcome is Outcome.PASS
    assert (await run(*said[1:])).outcome is Outcome.UNKNOWN


async def test_the_words_of_a_script_before_the_start_are_the_reason():
    script = f"{ROOT}/Early/prestartup_script.py"
    result = await run(
        f"Failed to execute startup-script: {script} / no pip here",
        f"   0.0 seconds (PRESTARTUP FAILED): {ROOT}/Early",
    )
    assert "no pip here" in result.findings[0].evidence[0].text


async def test_without_the_lines_of_the_start_nothing_is_claimed():
    result = await run("got prompt", "Prompt executed in 1.00 seconds")
    assert result.outcome is Outcome.UNKNOWN
    assert "no longer in the console" in result.detail


async def test_a_server_with_a_broken_pack():
    async with simulated("missing-node-pack") as (_, client):
        result = await NodeImports().run(await look_at(client))
    assert causes(result) == ["node-deps-not-installed"]
