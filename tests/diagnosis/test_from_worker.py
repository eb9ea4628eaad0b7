"""A dead worker is one finding, a long step another."""

from comfydoctor.comfy.worker import Worker, WorkerState
from comfydoctor.diagnosis.from_worker import finding_of_worker
from comfydoctor.model.finding import Confidence, Evidence, Severity
from tests.diagnosis.looking import MATCHER

CATALOGUE = MATCHER.catalogue
SEEN = (Evidence("queue", "No job runs and 2 jobs wait."),)


def test_a_dead_worker_is_critical_and_says_why():
    worker = Worker(WorkerState.DEAD, evidence=SEEN)
    finding = finding_of_worker(worker, CATALOGUE)
    assert finding.key == "prompt-worker-dead"
    assert finding.severity is Severity.CRITICAL
    assert finding.confidence is Confidence.CERTAIN
    assert finding.evidence == SEEN
    assert "restart-server" in {fix.id for fix in finding.fixes}


def test_a_suspicion_stays_the_same_problem_when_it_becomes_certain():
    suspicion = Worker(WorkerState.SUSPECTED_DEAD, Confidence.POSSIBLE, "a", 70.0)
    finding = finding_of_worker(suspicion, CATALOGUE)
    assert finding.key == "prompt-worker-dead"
    assert finding.severity is Severity.ERROR
    assert finding.confidence is Confidence.POSSIBLE
    assert finding.title.startswith("Perhaps")


def test_a_long_step_offers_to_stop_that_very_job():
    worker = Worker(WorkerState.LONG_STEP, Confidence.POSSIBLE, "job-7", 65.0, SEEN)
    finding = finding_of_worker(worker, CATALOGUE)
    assert (finding.cause, finding.subject) == ("job-in-long-step", "job-7")
    assert finding.severity is Severity.INFO
    [stop] = [fix for fix in finding.fixes if fix.id == "interrupt-job"]
    assert stop.target == "job-7"


def test_a_very_long_step_is_a_warning():
    worker = Worker(WorkerState.LONG_STEP, Confidence.POSSIBLE, "job-7", 700.0)
    assert finding_of_worker(worker, CATALOGUE).severity is Severity.WARNING


def test_idling_and_working_are_no_findings():
    for state in (WorkerState.IDLE, WorkerState.WORKING):
        assert finding_of_worker(Worker(state), CATALOGUE) is None
