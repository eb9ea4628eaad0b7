import json
import math
import struct
import tracemalloc

import pytest
from hypothesis import given, settings

from comfydoctor.comfy.wire import MAX_TRACE, OUTPUT_LIMIT, decode, is_status
from comfydoctor.model.event import (
    Event,
    ExecutionCached,
    ExecutionFailed,
    ExecutionInterrupted,
    ExecutionStarted,
    ExecutionSucceeded,
    FlagsAnswered,
    LogAdded,
    NodeExecuted,
    NodeExecuting,
    NodeProgress,
    NodeState,
    OtherEvent,
    PreviewShown,
    ProgressState,
    StatusEvent,
    TextShown,
)
from comfydoctor.model.logline import LogEntry
from tests.comfy.frames import any_frame


def frame(kind: str, **data) -> str:
    return json.dumps({"type": kind, "data": data})


NODE = {"value": 2, "max": 4, "state": "running", "node_id": "3", "extra": [1]}

KNOWN = [
    (
        frame("status", status={"exec_info": {"queue_remaining": 2}}, sid="me"),
        StatusEvent(2, "me"),
    ),
    (
        frame("execution_start", prompt_id="p", timestamp=17),
        ExecutionStarted("p", 17),
    ),
    (
        frame("execution_cached", prompt_id="p", nodes=["1", 2], timestamp=17),
        ExecutionCached("p", ("1", "2"), 17),
    ),
    (
        frame("executing", prompt_id="p", node="3", display_node="3"),
        NodeExecuting("p", "3"),
    ),
    (frame("executing", prompt_id="p", node=None), NodeExecuting("p", None)),
    # After a reconnect in the middle of a run there is no prompt id.
    (frame("executing", node="3"), NodeExecuting("", "3")),
    (
        frame("progress", prompt_id="p", node="3", value=1, max=10),
        NodeProgress("p", "3", 1.0, 10.0),
    ),
    (
        frame("progress_state", prompt_id="p", nodes={"3": NODE}),
        ProgressState("p", (NodeState("3", "running", 2.0, 4.0),)),
    ),
    (
        frame("executed", prompt_id="p", node="3", output={"text": ["a"]}),
        NodeExecuted("p", "3", '{"text": ["a"]}'),
    ),
    (frame("executed", prompt_id="p", node="3", output=None), NodeExecuted("p", "3")),
    (
        frame("execution_success", prompt_id="p", timestamp=18),
        ExecutionSucceeded("p", 18),
    ),
    (
        frame(
            "execution_interrupted", prompt_id="p", node_id="3", node_type="KSampler"
        ),
        ExecutionInterrupted("p", "3", "KSampler"),
    ),
    (
        frame("logs", entries=[{"t": "10:00", "m": "\x1b[32mhi\n"}], size=None),
        LogAdded(entries=(LogEntry("10:00", "\x1b[32mhi\n"),)),
    ),
    (
        frame("feature_flags", a=True, extension={"manager": {"supports_v4": True}}),
        FlagsAnswered((("a", "true"), ("extension.manager.supports_v4", "true"))),
    ),
    (frame("cm-queue-status", anything=1), OtherEvent("cm-queue-status")),
    ('{"type": "crystools.monitor"}', OtherEvent("crystools.monitor")),
]


@pytest.mark.parametrize(("text", "event"), KNOWN, ids=lambda x: type(x).__name__)
def test_knows_each_message(text, event):
    assert decode(text) == event


def test_a_failure_keeps_its_reason_and_drops_its_inputs():
    text = frame(
        "execution_error",
        prompt_id="p",
        node_id="3",
        node_type="KSampler",
        exception_type="torch.OutOfMemoryError",
        exception_message="Allocation on device \nThis error means you ran out of "
        "memory on your GPU.\n\nTIPS: If the workflow worked before...",
        traceback=['  File "a.py", line 1\n'] * 1000,
        current_inputs={"model": ["secret prompt " * 10_000]},
        current_outputs=["1"],
        timestamp=5,
    )
    event = decode(text)
    assert isinstance(event, ExecutionFailed)
    assert event.message == "Allocation on device"
    assert len(event.traceback) == MAX_TRACE
    assert "secret" not in repr(event)


@pytest.mark.parametrize(
    ("binary", "event"),
    [
        (
            struct.pack(">II", 1, 1) + b"\xff\xd8jpeg",
            PreviewShown("jpeg", b"\xff\xd8jpeg"),
        ),
        (struct.pack(">II", 1, 2) + b"png", PreviewShown("png", b"png")),
        (struct.pack(">II", 1, 9) + b"?", PreviewShown("", b"?")),
        (struct.pack(">II", 3, 2) + b"12caf\xc3\xa9", TextShown("12", "café")),
        (
            struct.pack(">II", 4, 60)
            + b'{"node_id":"3","prompt_id":"p","image_type":"image/jpeg"}'.ljust(60)
            + b"data",
            PreviewShown("jpeg", b"data", "p", "3"),
        ),
        (struct.pack(">II", 4, 2) + b"[]x", OtherEvent("binary 4")),
        (struct.pack(">II", 4, 99) + b"{}", OtherEvent("binary 4")),
        (struct.pack(">II", 3, 99) + b"short", OtherEvent("binary 3")),
        (struct.pack(">II", 77, 1) + b"x", OtherEvent("binary 77")),
        (b"\0\0", OtherEvent("binary")),
        (b"", OtherEvent("binary")),
    ],
)
def test_knows_binary_messages(binary, event):
    assert decode(binary) == event


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        "null",
        "[]",
        "5",
        '{"type": 5}',
        '{"type": null, "data": {}}',
        "[" * 1_000_000,
        '{"type":"status","data":' + "[" * 1_000_000,
        '{"type":"status","data":{"status":5}}',
        frame("status", status={"exec_info": {"queue_remaining": -1}}),
        frame("status", status={"exec_info": {"queue_remaining": "2"}}),
        frame("status", status={"exec_info": {"queue_remaining": 10**400}}),
        '{"type":"status","data":{"status":{"exec_info":{"queue_remaining":true}}}}',
        frame("progress", value=[], max={}),
        frame("progress_state", nodes=[]),
        frame("execution_cached", nodes="abc"),
        frame("logs", entries={}),
        frame("logs"),
        frame("execution_error", traceback="text"),
        '{"type":"feature_flags","data":[]}',
        '{"type":"executing","data":null}',
        '{"type":"a","data":{"x":"\\ud800"}}',
        "\ud800",
        '{"type":"progress","data":{"value":1e400}}',
    ],
    ids=lambda text: ascii(text[:40]),
)
def test_counts_what_it_cannot_read_as_other(text):
    assert isinstance(decode(text), OtherEvent)


def test_reads_nan_which_python_writes_and_json_does_not_know():
    event = decode('{"type":"progress","data":{"value":NaN,"max":4,"node":"3"}}')
    assert isinstance(event, NodeProgress)
    assert math.isnan(event.value)
    assert event.maximum == 4


def test_passes_over_a_text_that_would_take_long_to_read():
    text = '{"type":"executing","data":{"x":"' + "y" * (17 << 20) + '"}}'
    assert decode(text) == OtherEvent("too large")


def test_leaves_out_an_output_that_is_too_large():
    event = decode(
        frame("executed", prompt_id="p", node="3", output="x" * OUTPUT_LIMIT)
    )
    assert event == NodeExecuted("p", "3", "")


def test_ids_are_cleaned_and_short():
    event = decode(frame("execution_start", prompt_id="\x1b[31m" + "x" * 5000))
    assert isinstance(event, ExecutionStarted)
    assert len(event.job_id) <= 200
    assert "\x1b" not in event.job_id


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"execution_cached","data":{"nodes":[' + "1," * 2_000_000 + "1]}}",
        '{"type":"logs","data":{"entries":[' + "{}," * 2_000_000 + "{}]}}",
        '{"type":"execution_error","data":{"traceback":[' + '"",' * 2_000_000 + '""]}}',
        '{"type":"x","data":[' + "[]," * 2_000_000 + "[]]}",
        '{"type":"execution_error","data":{"current_inputs":{"a":['
        + "[]," * 2_000_000
        + "[]]}}}",
    ],
    ids=["nodes", "entries", "traceback", "unknown", "inputs"],
)
def test_a_wide_message_costs_no_more_memory_than_itself(text):
    tracemalloc.start()
    decode(text)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * len(text)


def test_tells_a_status_without_reading_it():
    assert is_status(frame("status", status={"exec_info": {"queue_remaining": 0}}))
    assert not is_status(frame("executed", output={"status": "status"}))
    assert not is_status('{"type":"x","data":{"status":"status"}}')
    assert not is_status(b'{"type": "status"}')


@settings(max_examples=500, deadline=None)
@given(any_frame)
def test_never_raises(frame):
    assert isinstance(decode(frame), Event)
