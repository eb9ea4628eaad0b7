"""``comfydoctor check`` as scripts and people use it."""

import json
import time

import pytest

from comfydoctor.cli.check import read_workflow
from comfydoctor.errors import UsageError


def test_a_healthy_server_gives_zero_and_the_documented_shape(run, simulated):
    url = simulated("healthy-studio")
    ran = run("check", "--url", url, "--json")
    assert ran.code == 0, ran.err
    said = ran.json
    assert said["schema"] == 1
    assert set(said) == {"schema", "server", "findings", "probes"}
    assert said["server"]["version"] == "0.33.0"
    assert said["server"]["simulated"] == "healthy-studio"
    outcomes = {"pass", "warn", "fail", "unknown", "crashed"}
    assert {probe["outcome"] for probe in said["probes"]} <= outcomes
    assert "crashed" not in {probe["outcome"] for probe in said["probes"]}
    assert {"id", "outcome", "detail", "ms"} == set(said["probes"][0])


def test_a_dead_worker_gives_one_and_its_evidence(run, simulated):
    url = simulated("stuck-queue-in-queue", speed=8)
    time.sleep(3)
    ran = run("check", "--url", url, "--json")
    assert ran.code == 1, ran.out + ran.err
    [dead] = [f for f in ran.json["findings"] if f["cause"] == "prompt-worker-dead"]
    assert dead["severity"] == "critical"
    assert dead["evidence"][0]["text"]
    assert dead["fixes"]


def test_nobody_there_gives_three_and_says_what_to_do(run):
    ran = run("check", "--url", "http://127.0.0.1:9")
    assert ran.code == 3
    assert ran.out == ""
    assert len(ran.err.splitlines()) >= 2


def test_an_address_that_is_none_gives_two(run):
    ran = run("check", "--url", "http://[nonsense")
    assert ran.code == 2
    assert "Traceback" not in ran.err


def test_the_error_is_json_too(run):
    ran = run("check", "--url", "http://127.0.0.1:9", "--json")
    assert ran.code == 3
    assert ran.json["error"]["type"] == "Unreachable"


def test_the_address_may_come_from_the_environment(run, simulated, monkeypatch):
    monkeypatch.setenv("COMFYUI_URL", simulated("healthy-studio"))
    ran = run("check")
    assert ran.code == 0, ran.err
    assert "imulated" in ran.out.splitlines()[0]


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"not json", "not JSON"), (b"[1]", "no workflow"), (b"[" * 9000, "not JSON")],
)
def test_a_file_that_is_no_workflow_is_said_to_be_none(tmp_path, content, says):
    path = tmp_path / "w.json"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=says):
        read_workflow(str(path))


def test_a_missing_model_of_a_workflow_is_named(run, simulated, tmp_path):
    graph = {
        "1": {
            "class_type": "CheckpointLoaderSimple",
            "inputs": {"ckpt_name": "not-there-at-all.safetensors"},
        },
        "2": {"class_type": "NoSuchNodeClass", "inputs": {}},
    }
    path = tmp_path / "workflow.json"
    path.write_text(json.dumps(graph))
    url = simulated("healthy-studio")
    ran = run("check", "--url", url, "--workflow", str(path), "--json")
    assert ran.code == 1, ran.err
    told = json.dumps(ran.json["findings"])
    assert "not-there-at-all.safetensors" in told
    assert "NoSuchNodeClass" in told
