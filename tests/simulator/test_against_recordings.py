"""The simulator against what real servers answered, route by route."""

import asyncio
import difflib
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest

from tests.contract.recordings import VERSIONS, has, records, scenarios
from tests.simulator.replay import Played, Replay, story

PLAYED = (
    *("rest_idle", "prompt_errors", "success", "exec_errors", "queue_ops"),
    *("interrupts", "free", "files", "userdata", "logs", "garbage", "model_errors"),
    *("cors", "worker_dead", "worker_dead_duplicate_number", "sampler_run"),
    *("manager_v3", "manager_v4", "ws_reconnect", "startup_clean"),
)
ONE_AT_A_TIME = ("success", "exec_errors", "free")
"""Scenarios in which the place of ``status`` among the events does not hang on
the moment at which somebody else posted."""

BEFORE = "that server had played other scenarios before; ours is fresh"
TEXTS = "words for the interface only: tooltips, aliases, shelves"
PACKAGES = "the list of installed Python packages is shorter"
NOT_MODELLED = {
    "exec_errors/ws-client": BEFORE,
    "files/internal_files_output": BEFORE,
    "files/internal_files_temp": BEFORE,
    "model_errors/ws-client": BEFORE,
    "rest_idle/get_internal_files_output": BEFORE,
    "success/history_max_items_2_offset_0": BEFORE,
    "success/history_offset_1": BEFORE,
    "rest_idle/get_object_info_CheckpointLoaderSimple": TEXTS,
    "rest_idle/get_object_info_FaultTypes": TEXTS,
    "rest_idle/get_object_info_KSampler": TEXTS,
    "rest_idle/get_object_info_SaveImage": TEXTS,
    "rest_idle/object_info_full": TEXTS,
    "rest_idle/get_global_subgraphs": "one subgraph stands for the hundred of ComfyUI",
    "rest_idle/get_node_replacements": "one replacement stands for all",
    "files/view-filename_up_png_type_input_preview_jpeg": "previews are PNG",
    "files/view-filename_up_png_type_input_preview_webp_50": "previews are PNG",
    "logs/ws-subscriber": "the cache by RAM pressure never forgets under pressure",
    "sampler_run/ws-client": "the cache by RAM pressure never forgets under pressure",
    "model_errors/post_prompt-ok_first": "a file was added behind the server's back",
    "prompt_errors/ws-same_client": "two jobs of one id cannot be told apart",
    "manager_v3/get_comfyui_manager_comfyui_versions": "needs a git checkout",
    "manager_v3/get_manager_notice": "needs the network",
    "manager_v3/get_manager_startup_alerts": "notices of V3 are left out",
    "manager_v3/get_snapshot_get_current": PACKAGES,
    "manager_v4/get_v2_snapshot_get_current": PACKAGES,
    "manager_v4/queue_history_u1": "the manager's own queue takes tasks, does none",
    "manager_v4/queue_task_bad": "the validation library's own words",
    "manager_v4/snapshot_save_form": "the recording kept no form to send",
    "manager_v4/ws-client": "the manager's own queue takes tasks, does none",
    # whole scenarios
    "assets": "a server started with --enable-assets",
    "cors_enabled": "a server started with --enable-cors-header",
    "history_growth": "measures sizes; the history's limits are in test_jobqueue",
    "history_race": "a race of threads; the entry comes with the status here",
    "interrupt_last_node": "hangs on the moment; see test_interrupting",
    "kill_midrun": "needs the process's end; see test_simulator",
    "latency": "measures the recording machine",
    "multi_user": "a server started with --multi-user",
    "startup_broken_nodes": "other packs; their lines are in test_startup",
    "startup_failures": "a server that never serves",
    "tls": "a server started with a certificate",
}
VALIDATION = re.compile(
    r"(Failed to validate|\* |  - |Output will be ignored|invalid prompt: )"
)
ANSI = re.compile(r"\x1b\[[0-9;]*m")
LEVEL = re.compile(r"^\[(DEBUG|INFO|WARNING|ERROR|CRITICAL)\] ")


@cache
def played(version: str, scenario: str) -> Played:
    return asyncio.run(Replay(version, scenario).play())


def everything() -> list[tuple[str, str]]:
    return [
        (version, scenario)
        for version in VERSIONS
        for scenario in PLAYED
        if has(version, scenario)
    ]


def found(version: str, scenario: str) -> Iterator[tuple[str, str]]:
    """Every difference: the key under which it may be excused, and what it is."""
    result = played(version, scenario)
    for name, lines in result.differences.items():
        for line in lines:
            yield f"{scenario}/{name}", line
    with_status = scenario in ONE_AT_A_TIME
    for socket, theirs in result.theirs.items():
        expected = story(theirs, with_status=with_status)
        heard = story(result.ours[socket], with_status=with_status)
        got = {result.to_theirs(job): lines for job, lines in heard.items()}
        for job, lines in expected.items():
            mine = got.get(job, [])
            if not lines[-1].startswith("executing None") and not with_status:
                mine = mine[: len(lines)]  # the recording stopped before the job
            if mine != lines:
                yield f"{scenario}/ws-{socket}", _difference(lines, mine)


def _difference(expected: list[str], got: list[str]) -> str:
    return "\n".join(difflib.unified_diff(expected, got, lineterm="", n=1))[:600]


@pytest.mark.parametrize(("version", "scenario"), everything())
def test_answers_and_events_are_those_of_a_real_server(
    version: str, scenario: str
) -> None:
    unexcused = [
        f"{key}: {line}"
        for key, line in found(version, scenario)
        if key not in NOT_MODELLED
    ]
    assert not unexcused, "\n".join(unexcused[:30])


def test_no_excuse_is_kept_longer_than_needed() -> None:
    needed = {key for each in everything() for key, _ in found(*each)}
    left_out = {scenario for _, scenario in scenarios()} - set(PLAYED)
    unnecessary = NOT_MODELLED.keys() - needed - left_out
    assert not unnecessary
    assert left_out <= NOT_MODELLED.keys()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_refused_job_is_explained_in_the_same_words(version: str) -> None:
    recorded = next(
        record["body"]["entries"]
        for record in records(version, "prompt_errors")
        if record["kind"] == "http" and record["name"].endswith("logs_at_end")
    )
    theirs = _explained([entry["m"] for entry in recorded])
    ours = _explained(played(version, "prompt_errors").console)
    assert ours == theirs


def _explained(entries: list[str]) -> Counter[str]:
    plain = (LEVEL.sub("", ANSI.sub("", entry)) for entry in entries)
    return Counter(line.rstrip() for line in plain if VALIDATION.match(line))
