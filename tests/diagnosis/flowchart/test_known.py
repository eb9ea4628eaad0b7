"""What is known answers a condition; what is missing answers nothing."""

import math

import pytest

from comfydoctor.diagnosis.flowchart.known import Known, any_holds, judge
from comfydoctor.model.flowchart import Condition
from comfydoctor.model.probe import Outcome

HOT = Condition(metric="gpu.temperature", over=90)


def test_an_absent_finding_refutes_nothing() -> None:
    leak = Condition(finding=("leak", "other"))
    assert judge(leak, Known()).holds is None
    found = judge(leak, Known(findings={"leak": "It leaks"}))
    assert found.holds and found.why == "It leaks"


@pytest.mark.parametrize(
    ("outcome", "holds"),
    [
        (Outcome.FAIL, True),
        (Outcome.PASS, False),
        (Outcome.UNKNOWN, None),
        (Outcome.CRASHED, None),
    ],
)
def test_a_probe_answers_only_when_it_could_tell(outcome, holds) -> None:
    condition = Condition(probe="disk", outcome=("warn", "fail"))
    assert judge(condition, Known(probes={"disk": (outcome, "3 GB")})).holds is holds
    assert judge(condition, Known()).holds is None


@pytest.mark.parametrize(
    ("value", "holds"), [(95.0, True), (90.0, False), (math.nan, None)]
)
def test_a_metric_is_compared_unless_there_is_no_reading(value, holds) -> None:
    assert judge(HOT, Known(metrics={"gpu.temperature": value})).holds is holds


def test_a_share_needs_both_readings() -> None:
    full = Condition(metric="gpu.vram_used", share_of="gpu.vram_total", over=95)
    used = {"gpu.vram_used": 23.5e9}
    assert judge(full, Known(metrics=used)).holds is None
    assert judge(full, Known(metrics=used | {"gpu.vram_total": 24e9})).holds is True
    assert judge(full, Known(metrics=used | {"gpu.vram_total": 0.0})).holds is None


def test_slower_than_normal_needs_to_know_what_is_normal() -> None:
    slow = Condition(metric="server.latency", times_normal=3)
    now = {"server.latency": 0.3}
    assert judge(slow, Known(metrics=now)).holds is None
    verdict = judge(slow, Known(metrics=now, normals={"server.latency": 0.05}))
    assert verdict.holds and "normal here is 0.05" in verdict.why
    assert (
        judge(slow, Known(metrics=now, normals={"server.latency": 0.2})).holds is False
    )


def test_facts_reach_and_job_are_compared() -> None:
    known = Known(facts={"argv": "main.py --gpu-only"}, reach="down", job="failed")
    assert judge(Condition(fact="argv", like="--gpu-only"), known).holds is True
    assert judge(Condition(fact="torch", like="cpu"), known).holds is None
    assert judge(Condition(reach=("down", "slow")), known).holds is True
    assert judge(Condition(job=("succeeded",)), known).holds is False


def test_everything_a_condition_names_must_hold() -> None:
    both = Condition(metric="gpu.temperature", over=90, job=("failed",))
    hot = {"gpu.temperature": 95.0}
    assert judge(both, Known(metrics=hot)).holds is None
    assert judge(both, Known(metrics=hot, job="failed")).holds is True
    assert judge(both, Known(metrics=hot, job="running")).holds is False


def test_a_finding_beside_a_refuted_probe_does_not_keep_it_open() -> None:
    either = (Condition(finding=("held",)), Condition(probe="p", outcome=("fail",)))
    assert any_holds(either, Known(probes={"p": (Outcome.PASS, "")})).holds is False
    assert any_holds(either, Known(findings={"held": "x"})).holds is True
    assert any_holds(either[:1], Known()).holds is None
    assert any_holds((), Known()).holds is None
