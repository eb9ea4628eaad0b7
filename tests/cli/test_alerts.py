"""The rules as real Prometheus takes them, and a dashboard of all metrics."""

import json
import shutil
import subprocess

import pytest

from comfydoctor.cli.main import main as cli_main
from comfydoctor.model.metric import METRICS

PROMTOOL = shutil.which("promtool")
DAY = """
rule_files: [rules.yml]
evaluation_interval: 15s
tests:
  - interval: 15s
    input_series:
      - series: 'comfydoctor_gpu_temperature_celsius{subject="gpu0"}'
        values: '91x40'
      - series: 'comfydoctor_gpu_vram_used_bytes{subject="gpu0"}'
        values: '12e9x40'
      - series: 'comfydoctor_gpu_vram_total_bytes{subject="gpu0"}'
        values: '24e9x40'
      - series: 'comfydoctor_server_latency_seconds{subject=""}'
        values: '0.01x40'
    alert_rule_test:
      - eval_time: 5m
        alertname: ComfyDoctorCardHot
        exp_alerts:
          - exp_labels: {severity: warning, subject: gpu0}
      - eval_time: 30s
        alertname: ComfyDoctorCardHot
        exp_alerts: []
      - eval_time: 9m
        alertname: ComfyDoctorVideoMemoryFull
        exp_alerts: []
      - eval_time: 9m
        alertname: ComfyDoctorServerDown
        exp_alerts: []
"""


@pytest.fixture
def run(monkeypatch, capsys):
    def work(*words):
        monkeypatch.setattr("sys.argv", ["comfydoctor", "alerts", *words])
        assert cli_main() == 0
        return capsys.readouterr().out

    return work


@pytest.mark.skipif(not PROMTOOL, reason="promtool is not installed")
def test_prometheus_takes_the_rules_and_they_speak(run, tmp_path):
    run("export", "--out", str(tmp_path / "rules.yml"))
    checked = subprocess.run(
        [PROMTOOL, "check", "rules", "rules.yml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "10 rules found" in checked.stdout
    (tmp_path / "test.yml").write_text(DAY)
    tried = subprocess.run(
        [PROMTOOL, "test", "rules", "test.yml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    said = tried.stdout + tried.stderr
    # Summaries are not repeated in the test: only labels must be those expected.
    assert "ComfyDoctorVideoMemoryFull" not in said
    assert "ComfyDoctorServerDown" not in said
    assert 'alertname="ComfyDoctorCardHot"' in said or tried.returncode == 0


def test_a_dashboard_shows_every_metric(run):
    board = json.loads(run("export", "--format", "grafana"))
    assert [panel["title"] for panel in board["panels"]] == [m.title for m in METRICS]
    places = {(p["gridPos"]["x"], p["gridPos"]["y"]) for p in board["panels"]}
    assert len(places) == len(METRICS)


def test_rules_are_listed_in_words_and_as_json(run):
    assert "The graphics card is very hot" in run("list")
    rules = json.loads(run("list", "--json"))["rules"]
    assert {rule["id"] for rule in rules} >= {"server-down", "disk-full"}
