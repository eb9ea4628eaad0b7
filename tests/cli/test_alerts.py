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
      - series: 'up{job="comfydoctor",instance="gone"}'
        values: '0x40'
      - series: 'up{job="comfydoctor",instance="there"}'
        values: '1x40'
    alert_rule_test:
      - eval_time: 30s
        alertname: ComfyDoctorCardHot
        exp_alerts: []
      - eval_time: 9m
        alertname: ComfyDoctorVideoMemoryFull
        exp_alerts: []
      - eval_time: 30s
        alertname: ComfyDoctorServerDown
        exp_alerts: []
    promql_expr_test:
      - expr: 'count(ALERTS{alertname="ComfyDoctorServerDown",alertstate="firing"})'
        eval_time: 5m
        exp_samples:
          - labels: '{}'
            value: 1
      - expr: 'count(ALERTS{alertname="ComfyDoctorCardHot",alertstate="firing"})'
        eval_time: 5m
        exp_samples:
          - labels: '{}'
            value: 1
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
    assert tried.returncode == 0, tried.stdout + tried.stderr


def test_a_dashboard_shows_every_metric(run):
    board = json.loads(run("export", "--format", "grafana"))
    assert [panel["title"] for panel in board["panels"]] == [m.title for m in METRICS]
    places = {(p["gridPos"]["x"], p["gridPos"]["y"]) for p in board["panels"]}
    assert len(places) == len(METRICS)


def test_rules_are_listed_in_words_and_as_json(run):
    assert "The graphics card is very hot" in run("list")
    rules = json.loads(run("list", "--json"))["rules"]
    assert {rule["id"] for rule in rules} >= {"server-down", "disk-full"}
