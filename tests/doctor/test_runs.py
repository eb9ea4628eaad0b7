"""Which past jobs are still news, and how findings of runs are remembered."""

from comfydoctor.diagnosis.board import MOST, Board
from comfydoctor.doctor.runs import RunFindings, still_failing
from comfydoctor.model.finding import Confidence, Finding, Severity
from comfydoctor.model.job import Job, JobError, JobState


def job(name, state, workflow=""):
    error = JobError("ValueError", "no") if state is JobState.FAILED else None
    return Job(name, state, error=error, workflow_name=workflow, started=50.0)


def bad(name, workflow=""):
    return job(name, JobState.FAILED, workflow)


def good(name, workflow=""):
    return job(name, JobState.SUCCEEDED, workflow)


def found(key, harmless=False):
    return Finding(key, key, "t", Severity.ERROR, Confidence.LIKELY, harmless=harmless)


def test_what_ran_well_since_is_over():
    assert still_failing([bad("1", "cat"), good("2", "cat")]) == ()


def test_what_failed_again_or_is_another_workflow_is_not_over():
    jobs = [bad("1", "cat"), good("2", "dog"), good("3", "cat"), bad("4", "cat")]
    assert still_failing(jobs) == (jobs[3],)
    assert still_failing([bad("1", "cat"), good("2", "dog")])[0].id == "1"


def test_a_job_without_a_name_is_over_with_any_good_run():
    assert still_failing([bad("1"), good("2", "dog")]) == ()


def test_the_order_stays_oldest_first():
    assert [j.id for j in still_failing([bad("1", "a"), bad("2", "b")])] == ["1", "2"]


def test_harmless_things_are_not_reported():
    board = Board(lambda: 10.0)
    RunFindings(board, lambda change: None).report(found("x", True), "", "")
    assert board.open() == ()


def test_a_hostile_log_does_not_fill_the_memory():
    board = Board(lambda: 10.0)
    runs = RunFindings(board, lambda change: None)
    for number in range(10 * MOST):
        runs.report(found(str(number)), "", "")
        board.resolve(str(number))
    assert len(runs._seen_in) <= 2 * MOST + 1
    for number in range(10 * MOST):
        runs.report(found(str(number)), "", "")
    assert len(runs._seen_in) <= 2 * MOST + 1


def test_a_known_workflow_is_not_forgotten_for_an_unknown_one():
    board = Board(lambda: 10.0)
    runs = RunFindings(board, lambda change: None)
    runs.report(found("x"), "cat", "")
    runs.report(found("x"), "", "")
    runs.disprove(good("g", "dog"))
    assert board.open()
    runs.disprove(good("g", "cat"))
    assert board.open() == ()


def test_a_good_run_says_nothing_of_what_is_held():
    board = Board(lambda: 10.0)
    runs = RunFindings(board, lambda change: None)
    for key in ("pack", "job"):
        runs.report(found(key), "", "")
    runs.disprove(good("1"), {"pack"})
    assert [finding.key for finding in board.open()] == ["pack"]
