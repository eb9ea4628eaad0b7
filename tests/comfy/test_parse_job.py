import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comfydoctor.comfy.parse_job import (
    parse_error,
    parse_history,
    parse_history_entry,
    parse_job,
    parse_jobs,
    without_tip,
)
from comfydoctor.errors import DoctorError, Garbled
from comfydoctor.model.job import JobState

START = ["execution_start", {"timestamp": 1_795_444_015_000}]
CACHED = ["execution_cached", {"nodes": ["1", "2"], "timestamp": 1_795_444_015_001}]
DONE = ["execution_success", {"timestamp": 1_795_444_016_500}]
STOPPED = ["execution_interrupted", {"node_id": "2", "timestamp": 1_795_444_017_000}]
FAILED = [
    "execution_error",
    {
        "node_id": "3",
        "node_type": "KSampler",
        "exception_type": "torch.OutOfMemoryError",
        "exception_message": "Allocation failed\nThis error means you ran out of "
        "memory on your GPU.\n\nTIPS: If the workflow worked before ...",
        "traceback": ["  File a\n", "  File b\n"],
        "current_inputs": {"x": "y" * 10},
        "timestamp": 1_795_444_018_000,
    },
]
BLOCKED = [
    "execution_error",
    {
        "exception_type": "ExecutionBlocked",
        "exception_message": "Execution Blocked: no",
    },
]


def entry(status_str, *messages, **more):
    return {
        "prompt": [7, "id", {"1": {}, "2": {}}, {"create_time": 1_795_444_014_000}, []],
        "outputs": {},
        "status": {"status_str": status_str, "messages": list(messages)},
        **more,
    }


def test_times_come_from_the_servers_own_stamps():
    job = parse_history_entry("a", entry("success", START, CACHED, DONE))
    assert job.state is JobState.SUCCEEDED
    assert (job.created, job.started) == (1_795_444_014.0, 1_795_444_015.0)
    assert job.seconds == 1.5
    assert (job.cached_nodes, job.node_count, job.number) == (2, 2, 7)


def test_an_interrupted_job_is_no_failed_one_though_both_say_error():
    stopped = parse_history_entry("a", entry("error", START, STOPPED))
    failed = parse_history_entry("a", entry("error", START, FAILED))
    assert stopped.state is JobState.INTERRUPTED
    assert stopped.error is None
    assert failed.state is JobState.FAILED
    assert failed.error.exception_type == "torch.OutOfMemoryError"
    assert failed.error.message == "Allocation failed"
    assert failed.error.traceback == ("  File a\n", "  File b\n")


def test_a_blocked_output_is_told_but_fails_no_job():
    job = parse_history_entry("a", entry("success", START, BLOCKED, DONE))
    assert job.state is JobState.SUCCEEDED
    assert job.error.exception_type == "ExecutionBlocked"


def test_the_newest_job_comes_first():
    jobs = parse_history({"old": entry("success"), "new": entry("success"), "odd": 5})
    assert [job.id for job in jobs] == ["new", "old"]


def test_outputs_are_the_files_with_their_node_and_kind():
    outputs = {
        "9": {
            "images": [{"filename": "a.png", "subfolder": "s", "type": "output"}],
            "text": ["no file"],
            "animated": [False],
        },
        "8": None,
    }
    job = parse_history_entry("a", entry("success", outputs=outputs))
    (output,) = job.outputs
    assert (output.filename, output.node, output.kind) == ("a.png", "9", "images")


def test_what_is_not_told_is_not_known():
    job = parse_history_entry("a", {})
    assert job.state is JobState.LOST
    assert job.seconds is None
    assert job.cached_nodes is None
    assert job.node_count is None


def test_megabytes_of_error_text_are_capped():
    error = parse_error(
        {
            "exception_message": "m" * 2_000_000,
            "traceback": ["f" * 100_000] * 1000,
            "exception_type": "x\ny",
        }
    )
    assert len(error.message) < 70_000
    assert len(error.traceback) == 200
    assert sum(map(len, error.traceback)) < 1_000_000
    assert error.exception_type == "x y"


def test_the_tip_of_comfyui_is_cut_off():
    assert without_tip("boom\n") == "boom"
    assert without_tip("a\n\nTIPS: b") == "a"


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("pending", JobState.PENDING),
        ("in_progress", JobState.RUNNING),
        ("completed", JobState.SUCCEEDED),
        ("failed", JobState.FAILED),
        ("cancelled", JobState.INTERRUPTED),
        ("from the future", JobState.LOST),
    ],
)
def test_states_of_the_jobs_list(status, state):
    (job,) = parse_jobs({"jobs": [{"id": "a", "status": status, "priority": 3}]})
    assert (job.state, job.number) == (state, 3.0)


def test_0_8_calls_an_interrupted_job_failed_and_the_messages_tell():
    messages = {"status_str": "error", "messages": [START, STOPPED]}
    job = parse_job({"id": "a", "status": "failed", "execution_status": messages})
    assert job.state is JobState.INTERRUPTED


def test_the_long_form_tells_workflow_and_outputs():
    job = parse_job(
        {
            "id": "a",
            "status": "completed",
            "create_time": 1000,
            "execution_start_time": 2000,
            "execution_end_time": 4000,
            "outputs": {"9": {"images": [{"filename": "a.png"}]}},
            "workflow": {"prompt": {"1": {}}, "extra_data": {"client_id": "me"}},
        }
    )
    assert (job.seconds, job.node_count, job.client_id) == (2.0, 1, "me")
    assert len(job.outputs) == 1


@pytest.mark.parametrize("value", [None, [], {}, {"jobs": 5}, 7])
def test_what_is_no_job_is_refused(value):
    with pytest.raises(Garbled):
        parse_jobs(value)
    with pytest.raises(Garbled):
        parse_job(value)


KEYS = st.sampled_from(
    [
        "id", "status", "messages", "status_str", "prompt", "outputs", "images",
        "filename", "jobs", "execution_error", "traceback", "exception_message",
        "workflow", "extra_data", "execution_status", "priority", "create_time",
    ]
)  # fmt: skip
ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["success", "error", "execution_error", "failed", "\ud800", ""]),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=6)
    ),
    max_leaves=30,
)


@given(ANY)
def test_whatever_comes_is_read_or_refused_with_our_errors(value):
    for parse in (parse_history, parse_jobs, parse_job):
        try:
            read = parse(value)
        except DoctorError as error:
            assert str(error)
            continue
        jobs = read if isinstance(read, tuple) else (read,)
        for job in jobs:
            json.dumps(job.id).encode()
            assert job.number is None or math.isfinite(job.number)
            assert job.seconds is None or job.seconds >= 0
