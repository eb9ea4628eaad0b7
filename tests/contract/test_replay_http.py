"""Every recorded answer through the client, its meaning checked on the raw JSON."""

import math
from typing import Any

import pytest

from comfydoctor.comfy.logs import JobAccepted, LogBook, read_fact
from comfydoctor.comfy.parse_prompt import PromptRefused
from comfydoctor.comfy.text import clean
from comfydoctor.errors import (
    Forbidden,
    LoginNeeded,
    NotComfy,
    Rejected,
    ServerError,
    Unsupported,
)
from comfydoctor.model.job import Job, JobState, Queue
from comfydoctor.model.manager import ManagerGeneration
from tests.contract.asking import ask
from tests.contract.recordings import VERSIONS, Exchange, exchanges, scenarios
from tests.contract.replay import replay

WRONG_STATUS: dict[int, type[ServerError]] = {
    400: Rejected,
    401: LoginNeeded,
    403: Forbidden,
    404: Unsupported,
    405: Unsupported,
    500: Rejected,
    503: Rejected,
}
ONLY_SOCKETS = {"history_growth", "history_race", "latency", "startup_failures", "tls"}
"""Scenarios whose requests were counted, not recorded."""
NOTHING_THERE: list[object] = [None, (), False]


@pytest.mark.parametrize(("version", "scenario"), scenarios())
async def test_every_recorded_answer_is_understood(version, scenario):
    asked = 0
    async with replay() as server:
        for exchange in exchanges(version, scenario):
            if exchange.status is None:
                continue
            server.exchange = exchange
            sending = ask(server.client, exchange)
            if sending is None:
                continue
            asked += 1
            try:
                result = await sending
            except ServerError as error:
                check_error(exchange, error)
            else:
                check_result(exchange, result)
    assert asked or scenario in ONLY_SOCKETS


def check_error(exchange: Exchange, error: ServerError) -> None:
    where = f"{exchange.name}: {error!r}"
    if exchange.status == 200:
        # A page, or one of the answers that were recorded only in part.
        assert isinstance(error, NotComfy), where
        return
    assert exchange.status is not None
    assert isinstance(error, WRONG_STATUS[exchange.status]), where
    if isinstance(error, PromptRefused):
        check_refusal(exchange, error)
        return
    assert str(error).endswith("."), where
    if isinstance(error, Rejected):
        assert error.status == exchange.status


def check_refusal(exchange: Exchange, error: PromptRefused) -> None:
    said = exchange.value["error"]
    assert error.error_type == said["type"]
    recorded = {
        (node, found["type"])
        for node, entry in exchange.value["node_errors"].items()
        for found in entry["errors"]
    }
    assert {(p.node, p.type) for p in error.problems} == recorded
    for problem in error.problems:
        entry = exchange.value["node_errors"][problem.node]
        assert problem.node_type == entry["class_type"]
    if error.error_type == "missing_node_type":
        recorded = said["extra_info"]
        assert dict(error.extra)["class_type"] == (recorded["class_type"] or "")


def check_result(exchange: Exchange, result: Any) -> None:
    assert exchange.status is not None
    if exchange.status in {404, 409}:
        assert result in NOTHING_THERE, exchange.name
        return
    assert exchange.status < 300, f"{exchange.name}: {exchange.status} passed as good"
    check = CHECKS.get((exchange.method, exchange.path)) or CHECKS.get(
        (exchange.method, exchange.path.rpartition("/")[0] + "/*")
    )
    if check:
        check(exchange.value, result)


def check_stats(value: Any, info: Any) -> None:
    system = value["system"]
    assert info.version == system["comfyui_version"]
    assert list(info.argv) == system["argv"]
    assert info.ram_total == system["ram_total"]
    assert len(info.devices) == len(value["devices"])
    assert not info.devices[0].has_vram, "recorded on CPU: its vram is the RAM"
    recorded = system.get("comfy_package_versions", [])
    assert len(info.packages) == len(recorded)


def check_queue(value: Any, queue: Queue) -> None:
    assert [item.id for item in queue.running] == [x[1] for x in value["queue_running"]]
    in_order = sorted(value["queue_pending"], key=lambda entry: entry[0])
    assert [item.number for item in queue.pending] == [entry[0] for entry in in_order]
    assert {i.id for i in queue.pending} == {x[1] for x in value["queue_pending"]}
    raw = {entry[1]: entry for entry in value["queue_running"] + value["queue_pending"]}
    for item in queue.running + queue.pending:
        assert item.node_count == len(raw[item.id][2])
        keys = raw[item.id][3]
        assert item.hides_secrets == ("api_key_comfy_org" in keys)


def check_history(value: Any, jobs: tuple[Job, ...]) -> None:
    assert [job.id for job in jobs] == list(reversed(value))
    for job in jobs:
        check_job(value[job.id], job)


def check_entry(value: Any, job: Job | None) -> None:
    if job is None:
        assert value == {}
    else:
        check_job(value[job.id], job)


def check_job(entry: Any, job: Job) -> None:
    said, messages = entry["status"]["status_str"], entry["status"]["messages"]
    kinds = [kind for kind, _ in messages]
    if said == "success":
        assert job.state is JobState.SUCCEEDED
    elif "execution_interrupted" in kinds:
        assert job.state is JobState.INTERRUPTED
    else:
        assert job.state is JobState.FAILED
        failure = dict(messages)["execution_error"]
        assert job.error is not None
        assert job.error.exception_type == failure["exception_type"]
        assert job.error.node == failure["node_id"]
        assert clean(failure["exception_message"]).startswith(job.error.message[:60])
        assert "TIPS" not in job.error.message
    assert len(job.outputs) == sum(
        "filename" in file
        for output in entry["outputs"].values()
        for files in output.values()
        for file in files
        if isinstance(file, dict)
    )
    stamps = [data["timestamp"] / 1000 for _, data in messages if "timestamp" in data]
    assert math.isclose(job.started or 0, stamps[0])
    assert job.number == entry["prompt"][0]
    assert (job.seconds or 0) >= 0


def check_submitted(value: Any, submitted: Any) -> None:
    assert submitted.id == value["prompt_id"]
    assert submitted.number == value["number"]
    dropped = sum(len(entry["errors"]) for entry in value["node_errors"].values())
    assert len(submitted.problems) == dropped


def check_jobs(value: Any, jobs: tuple[Job, ...]) -> None:
    assert [job.id for job in jobs] == [entry["id"] for entry in value["jobs"]]
    words = {
        "pending": {JobState.PENDING},
        "in_progress": {JobState.RUNNING},
        "completed": {JobState.SUCCEEDED},
        # Up to 0.8.0 an interrupted job is called failed in the list.
        "failed": {JobState.FAILED, JobState.INTERRUPTED},
        "cancelled": {JobState.INTERRUPTED},
    }
    for entry, job in zip(value["jobs"], jobs, strict=True):
        assert job.state in words[entry["status"]]


def check_log(value: Any, entries: Any) -> None:
    assert len(entries) == len(value["entries"])
    lines = LogBook().add(entries)
    raw = "".join(entry["m"] for entry in value["entries"])
    accepted = [line for line in lines if isinstance(read_fact(line), JobAccepted)]
    assert len(accepted) == raw.count("got prompt\n")
    assert not any("\x1b" in line.text or "[INFO]" in line.text for line in lines)
    assert len(raw.strip("\n").split("\n")) <= len(lines)


CHECKS = {
    ("GET", "/system_stats"): check_stats,
    ("GET", "/prompt"): lambda v, n: _equal(n, v["exec_info"]["queue_remaining"]),
    ("GET", "/queue"): check_queue,
    ("GET", "/history"): check_history,
    ("GET", "/history/*"): check_entry,
    ("POST", "/prompt"): check_submitted,
    ("GET", "/api/jobs"): check_jobs,
    ("GET", "/internal/logs/raw"): check_log,
    ("GET", "/models/*"): lambda v, names: _equal(list(names), v),
    ("GET", "/experiment/models/*"): lambda v, files: _equal(
        [(f.name, f.size) for f in files], [(e["name"], e["size"]) for e in v]
    ),
    ("GET", "/embeddings"): lambda v, names: _equal(list(names), v),
    ("GET", "/object_info/*"): lambda v, node: _equal(
        node, next(iter(v.values()), None)
    ),
    ("GET", "/features"): lambda v, f: _equal(f.max_upload_size, v["max_upload_size"]),
}


def _equal(ours: object, recorded: object) -> None:
    assert ours == recorded


@pytest.mark.parametrize("version", VERSIONS)
async def test_names_each_kind_of_refused_prompt(version):
    types, problems = set(), set()
    async with replay() as server:
        for exchange in exchanges(version, "prompt_errors"):
            if exchange.path != "/prompt" or exchange.status != 400:
                continue
            server.exchange = exchange
            with pytest.raises(PromptRefused) as caught:
                await server.client.submit({})
            types.add(caught.value.error_type)
            problems |= {problem.type for problem in caught.value.problems}
    missing = (
        "invalid_prompt" if version in {"0.3.64", "0.8.0"} else "missing_node_type"
    )
    assert types >= {missing, "prompt_no_outputs", "prompt_outputs_failed_validation"}
    assert problems >= {
        "value_not_in_list",
        "required_input_missing",
        "invalid_input_type",
        "value_bigger_than_max",
        "value_smaller_than_min",
        "return_type_mismatch",
        "bad_linked_input",
        "custom_validation_failed",
        "exception_during_inner_validation",
    }


@pytest.mark.parametrize("version", VERSIONS)
async def test_tells_interrupted_jobs_from_failed_ones(version):
    states = set()
    async with replay() as server:
        for scenario in ("interrupts", "exec_errors", "success"):
            for exchange in exchanges(version, scenario):
                if exchange.path.startswith("/history/") and exchange.value:
                    server.exchange = exchange
                    job = await server.client.history_entry(next(iter(exchange.value)))
                    states.add((scenario, job.state))
    assert ("interrupts", JobState.INTERRUPTED) in states
    assert ("exec_errors", JobState.FAILED) in states
    assert ("exec_errors", JobState.SUCCEEDED) in states, "a blocked output is no end"
    assert {state for name, state in states if name == "success"} == {
        JobState.SUCCEEDED
    }


MANAGERS = [pair for pair in scenarios() if pair[1].startswith("manager_v")]


@pytest.mark.parametrize(("version", "scenario"), MANAGERS)
async def test_managers_of_all_generations_are_recognised(version, scenario):
    generation = {
        ("0.8.0", "manager_v3"): ManagerGeneration.V3,
        ("0.8.0", "manager_v4"): ManagerGeneration.V4_GET,
        ("0.33.0", "manager_v4"): ManagerGeneration.V4_POST,
    }[version, scenario]
    first: dict[str, Exchange] = {}
    for exchange in exchanges(version, scenario):
        if exchange.method == "GET":
            first.setdefault(exchange.path, exchange)
    absent = next(x for x in exchanges(version, "rest_idle") if x.status == 404)
    async with replay() as server:
        server.others, server.exchange = first, absent
        manager = await server.client.manager()
    assert manager.generation is generation
    assert manager.version.startswith("V")
