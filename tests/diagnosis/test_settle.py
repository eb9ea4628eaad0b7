"""Findings of several probes, without what one of them explains."""

from dataclasses import replace

from comfydoctor.content.catalogue import Catalogue
from comfydoctor.diagnosis.settle import settled
from comfydoctor.model.finding import Confidence, Evidence, Finding, Severity
from comfydoctor.model.probe import Outcome, ProbeResult

CATALOGUE = Catalogue()


def found(probe: str, cause: str, words: str = "some line") -> ProbeResult:
    finding = Finding(
        key=cause,
        cause=cause,
        title=cause,
        severity=Severity.ERROR,
        confidence=Confidence.LIKELY,
        explanation="",
        evidence=(Evidence("log", words, 1),),
    )
    return ProbeResult(probe, probe, Outcome.FAIL, "", findings=(finding,))


def causes(*results: ProbeResult) -> list[list[str]]:
    told = settled(results, CATALOGUE)
    return [[finding.cause for finding in result.findings] for result in told]


def test_a_leak_in_the_log_explains_the_job_that_ran_out() -> None:
    log = found("log", "oom-leak-until-restart")
    history = found("recent-failures", "oom-workload-too-big")
    assert causes(log, history) == [["oom-leak-until-restart"], []]


def test_another_failure_of_the_same_kind_stays() -> None:
    log = found("log", "oom-vae-decode", "a line of one job")
    history = found("recent-failures", "oom-workload-too-big", "of another")
    assert causes(log, history) == [["oom-vae-decode"], ["oom-workload-too-big"]]


def test_two_readings_of_one_failure_become_one() -> None:
    log = found("log", "oom-vae-decode", "Allocation on device")
    history = found("recent-failures", "oom-workload-too-big", "Allocation on device")
    assert causes(log, history) == [["oom-vae-decode"], []]


def test_what_one_probe_found_is_its_own_affair() -> None:
    both = found("log", "oom-vae-decode")
    more = found("log", "oom-workload-too-big")
    told = replace(both, findings=(*both.findings, *more.findings))
    assert causes(told) == [["oom-vae-decode", "oom-workload-too-big"]]


def test_findings_of_other_tools_are_left_alone() -> None:
    assert causes(found("log", "no-such-cause")) == [["no-such-cause"]]
