"""Every recorded message through `decode`, its meaning checked on the raw JSON."""

import json
from collections import defaultdict

import pytest

from comfydoctor.comfy.liveness import Marks, find_restart, marks_of
from comfydoctor.comfy.logs import JobDone, LogBook, read_fact, read_progress
from comfydoctor.comfy.parse_queue import parse_queue
from comfydoctor.comfy.text import clean
from comfydoctor.comfy.wire import decode, is_status
from comfydoctor.comfy.worker import WorkerState, WorkerWatch
from comfydoctor.model.event import (
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
    OtherEvent,
    PreviewShown,
    ProgressState,
    StatusEvent,
    TextShown,
)
from comfydoctor.model.finding import Confidence
from comfydoctor.model.logline import LogEntry, LogLine
from tests.contract.recordings import (
    VERSIONS,
    Message,
    exchanges,
    messages,
    scenarios,
)

KINDS = {
    "status": StatusEvent,
    "execution_start": ExecutionStarted,
    "execution_cached": ExecutionCached,
    "executing": NodeExecuting,
    "progress": NodeProgress,
    "progress_state": ProgressState,
    "executed": NodeExecuted,
    "execution_success": ExecutionSucceeded,
    "execution_error": ExecutionFailed,
    "execution_interrupted": ExecutionInterrupted,
    "logs": LogAdded,
    "feature_flags": FlagsAnswered,
    "binary": (PreviewShown, TextShown),
}


@pytest.mark.parametrize(("version", "scenario"), scenarios())
def test_every_recorded_message_is_understood(version, scenario):
    for message in messages(version, scenario):
        event = decode(message.frame)
        assert isinstance(event, KINDS.get(message.type, OtherEvent)), message
        assert is_status(message.frame) == isinstance(event, StatusEvent)
        if message.type in CHECKS:
            CHECKS[message.type](message.data, event)


def check_status(data, event):
    assert event.queue_remaining == data["status"]["exec_info"]["queue_remaining"]
    # One recorded client chose an id of thousands of characters.
    assert event.session_id[:150] == data.get("sid", "")[:150]


def check_failed(data, event):
    assert event.job_id == data["prompt_id"]
    assert event.node == str(data["node_id"])
    assert event.node_type == data["node_type"]
    assert event.exception_type == data["exception_type"]
    assert clean(data["exception_message"]).startswith(event.message[:1000])
    assert len(event.traceback) == len(data["traceback"])
    assert event.timestamp_ms == data.get("timestamp")


def check_states(data, event):
    assert {(node.node, node.state, node.value) for node in event.nodes} == {
        (name, node["state"], node["value"]) for name, node in data["nodes"].items()
    }


def check_logs(data, event):
    assert [entry.t for entry in event.entries] == [e["t"] for e in data["entries"]]


CHECKS = {
    "status": check_status,
    "execution_error": check_failed,
    "progress_state": check_states,
    "logs": check_logs,
    "executing": lambda data, event: _equal(event.node, data["node"]),
    "execution_cached": lambda data, event: _equal(list(event.nodes), data["nodes"]),
    "executed": lambda data, event: _equal(
        json.loads(event.output_json or "null"), data["output"]
    ),
    "progress": lambda data, event: _equal(
        (event.value, event.maximum), (data["value"], data["max"])
    ),
}


def _equal(ours: object, recorded: object) -> None:
    assert ours == recorded


@pytest.mark.parametrize("version", VERSIONS)
def test_an_observer_hears_only_the_queue(version):
    heard = {
        type(decode(m.frame)) for m in messages(version, "ws_reconnect", "observer")
    }
    assert heard == {StatusEvent}
    # Of jobs without a client id everybody hears progress, but not their end.
    others = {type(decode(m.frame)) for m in messages(version, "success", "observer")}
    assert StatusEvent in others
    assert not others & {ExecutionStarted, ExecutionSucceeded, ExecutionFailed}


@pytest.mark.parametrize("version", VERSIONS)
def test_the_owner_hears_each_job_from_start_to_end(version):
    jobs: dict[str, list[object]] = defaultdict(list)
    for message in messages(version, "success", "client"):
        event = decode(message.frame)
        if job_id := getattr(event, "job_id", ""):
            jobs[job_id].append(event)
    started = {k: v for k, v in jobs.items() if isinstance(v[0], ExecutionStarted)}
    assert len(started) >= 3
    for events in started.values():
        assert isinstance(events[1], ExecutionCached)
        kinds = [type(event) for event in events]
        assert kinds.index(ExecutionSucceeded) > kinds.index(NodeExecuted)
        assert events[-1] == NodeExecuting(events[0].job_id, None)


@pytest.mark.parametrize("version", VERSIONS)
def test_each_interrupt_was_told_to_the_owner(version):
    events = [decode(message.frame) for message in messages(version, "interrupts")]
    interrupted = [e for e in events if isinstance(e, ExecutionInterrupted)]
    assert len(interrupted) >= 5
    assert all(event.job_id and event.node for event in interrupted)


def lines_of(found: list[Message]) -> list[LogLine]:
    book, lines = LogBook(), []
    for message in found:
        event = decode(message.frame)
        if isinstance(event, LogAdded):
            lines.extend(book.add(event.entries))
    return lines


@pytest.mark.parametrize("version", VERSIONS)
def test_the_streamed_console_becomes_lines_with_progress_and_facts(version):
    lines = lines_of(list(messages(version, "logs", "subscriber")))
    texts = [line.text for line in lines]
    for wanted in (
        "got prompt",
        "[faults] stdout line 0",
        "[faults] stderr line 399",
        "[faults] red ansi ✅ unicode",
        "!!! Exception during processing !!! fault injected: bad value",
        "Traceback (most recent call last):",
        "ValueError: fault injected: bad value",
    ):
        assert wanted in texts
    bars = [progress for line in lines if (progress := read_progress(line))]
    sampled = [bar.fraction for bar in bars if bar.maximum == 6]
    assert sampled == sorted(sampled)
    assert (sampled[0], sampled[-1]) == (0.0, 1.0)
    done = [fact for line in lines if isinstance(fact := read_fact(line), JobDone)]
    assert any(fact.seconds > 5 for fact in done)
    levels = {line.level for line in lines if "logging.error" in line.text}
    assert levels == ({"ERROR"} if version == "0.33.0" else {""})


@pytest.mark.parametrize("version", VERSIONS)
def test_ring_and_stream_together_give_each_line_once(version):
    book = LogBook()
    ring = next(x for x in exchanges(version, "logs") if x.path == "/internal/logs/raw")
    entries = [LogEntry(entry["t"], entry["m"]) for entry in ring.value["entries"]]
    first = book.add(entries)
    streamed = [decode(m.frame) for m in messages(version, "logs", "subscriber")]
    logs = [event for event in streamed if isinstance(event, LogAdded)]
    news = [line for event in logs for line in book.add(event.entries)]
    marks = [(line.time, line.text) for line in (*first, *news) if not line.transient]
    printed = [mark for mark in marks if "[faults] stdout line 0" in mark[1]]
    assert len(printed) == len(set(printed))
    assert book.add(entries) == ()


def rings_of(version: str, scenario: str) -> list[Marks]:
    return [
        marks_of([LogEntry(entry["t"], entry["m"]) for entry in ring.value["entries"]])
        for ring in exchanges(version, scenario)
        if ring.path == "/internal/logs/raw"
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_restart_is_told_by_the_log(version):
    earlier, rolled_on = rings_of(version, "logs")
    later, flooded = rings_of(version, "worker_dead")
    restart = find_restart(rolled_on, later)
    assert restart is not None
    assert restart.confidence is Confidence.CERTAIN
    assert find_restart(earlier, rolled_on) is None, "the same process"
    # A traceback of hundreds of writes pushed the start out: not to be told here.
    assert find_restart(later, flooded) is None


@pytest.mark.parametrize("version", VERSIONS)
def test_the_worker_that_died_in_the_queue_is_certainly_dead(version):
    now = [0.0]
    watch, verdicts = WorkerWatch(lambda: now[0]), []
    for exchange in exchanges(version, "worker_dead_duplicate_number"):
        now[0] = exchange.t
        if exchange.path == "/queue" and exchange.method == "GET":
            watch.queue_seen(parse_queue(exchange.value))
            verdicts.append(watch.verdict())
    assert any(
        (v.state, v.confidence) == (WorkerState.DEAD, Confidence.CERTAIN)
        for v in verdicts
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_the_worker_that_died_in_a_node_is_suspected_after_a_quiet_minute(version):
    now = [0.0]
    watch = WorkerWatch(lambda: now[0])
    for exchange in exchanges(version, "worker_dead"):
        if not exchange.name.endswith("SystemExit"):
            continue
        now[0] = exchange.t
        if exchange.path == "/queue" and exchange.method == "GET":
            watch.queue_seen(parse_queue(exchange.value))
        elif exchange.path == "/interrupt":
            watch.interrupt_sent()
        watch.usage_seen(0.0, 1.0)
        assert watch.verdict().state in {WorkerState.IDLE, WorkerState.WORKING}
    now[0] += 70
    watch.usage_seen(0.0, 1.0)
    verdict = watch.verdict()
    assert verdict.state is WorkerState.SUSPECTED_DEAD
    assert verdict.confidence is Confidence.LIKELY, "it ignored our interrupt, too"
