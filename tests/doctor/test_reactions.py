"""What follows from what is seen: findings open, change and close again."""

import pytest

from comfydoctor.comfy.worker import WorkerWatch
from comfydoctor.content.catalogue import Catalogue
from comfydoctor.diagnosis.board import Board
from comfydoctor.diagnosis.signatures import Matcher
from comfydoctor.doctor.look import Look
from comfydoctor.doctor.reactions import UNREAD, Reactions
from comfydoctor.doctor.state import State
from comfydoctor.model.change import (
    EventHeard,
    FindingOpened,
    FindingResolved,
    FindingUpdated,
    LinesAdded,
    ProgressChanged,
)
from comfydoctor.model.event import (
    LogAdded,
    NodeExecuting,
    NodeProgress,
    StatusEvent,
)
from comfydoctor.model.finding import Confidence, Finding, Severity
from comfydoctor.model.job import Job, JobError, JobState, Queue, QueueItem
from comfydoctor.model.logline import LogLine
from comfydoctor.model.probe import Outcome, ProbeResult
from comfydoctor.model.server import Device, ServerInfo, ServerProfile

CARD = Device("NVIDIA GeForce RTX 4090", "cuda", 0, 24 << 30, 20 << 30, 0, 0)
INFO = ServerInfo(
    *("0.33.0", "linux", "3.12", "2.9.1+cu128", ("main.py",), False, 32 << 30, 8 << 30),
    devices=(CARD,),
)
OOM = (
    "!!! Exception during processing !!! Allocation on device ",
    "Traceback (most recent call last):",
    '  File "/c/ComfyUI/execution.py", line 545, in execute',
    "    output_data = await get_output_data(prompt_id, unique_id, obj)",
    "torch.OutOfMemoryError: Allocation on device ",
    "Got an OOM, unloading all loaded models.",
    "Prompt executed in 1.10 seconds",
)


@pytest.fixture(scope="module")
def matcher():
    return Matcher(Catalogue())


class Bench:
    """Reactions with clocks that stand still until they are moved."""

    def __init__(self, matcher):
        self.matcher = matcher
        self.now = 1000.0
        self.changes = []
        self.delivered = []
        self.wakes = 0
        clock = lambda: self.now  # noqa: E731
        self.state = State(ServerProfile("a", "http://127.0.0.1:8188"), clock)
        self.board = Board(clock)
        self.worker = WorkerWatch(clock)
        self.reactions = Reactions(
            self.state,
            self.board,
            self.worker,
            announce=self.changes.append,
            deliver=self.delivered.extend,
            wake=self._wake,
        )

    def _wake(self):
        self.wakes += 1

    def ready(self):
        """The server is known and the causes are loaded."""
        self.state.take_info(INFO)
        self.reactions.learn(self.matcher)
        return self

    def print(self, *texts):
        self.reactions.on_lines(tuple(LogLine(text, "t") for text in texts))

    def look(self, waiting=(), ended=()):
        """As the rounds do it."""
        waiting, ended = tuple(waiting), tuple(ended)
        self.state.take_jobs(waiting, ended)
        items = [(j, QueueItem(j.number or 0.0, j.id, "{}", "{}")) for j in waiting]
        running = tuple(i for j, i in items if j.state is JobState.RUNNING)
        pending = tuple(i for j, i in items if j.state is JobState.PENDING)
        self.reactions.on_look(Look(Queue(running, pending), waiting, ended))

    def heard(self, kind):
        return [change for change in self.changes if isinstance(change, kind)]

    @property
    def causes(self):
        return {finding.cause for finding in self.board.open()}


@pytest.fixture
def bench(matcher):
    return Bench(matcher)


def running(name="r", workflow=""):
    return Job(name, JobState.RUNNING, workflow_name=workflow)


def failed(name="f", workflow="", message="tensor a is not tensor b", **more):
    error = JobError("ValueError", message, "3", "StrangeNode")
    job = Job(name, JobState.FAILED, error=error, workflow_name=workflow)
    return Job(**job.__dict__ | more)


def good(name="g", workflow="", started=None, ended=None):
    return Job(
        name,
        JobState.SUCCEEDED,
        started=started,
        ended=ended,
        workflow_name=workflow,
    )


def finding(key="disk-full", severity=Severity.WARNING):
    return Finding(key, key, "Title", severity, Confidence.LIKELY)


def result(probe, outcome, *findings):
    return ProbeResult(probe, "?", outcome, "", findings=findings)


# Signs of life.


def is_silent(bench):
    bench.look([running()])
    bench.now += 59.0
    return bench


def test_a_posted_job_is_no_sign_of_life(bench):
    is_silent(bench).print("got prompt")
    bench.now += 2.0
    assert bench.worker.verdict().state.value == "long step"


@pytest.mark.parametrize("text", ["100%|####| 20/20", "Requested to load SDXL"])
def test_whatever_else_is_printed_is_a_sign_of_life(bench, text):
    is_silent(bench).print(text)
    bench.now += 2.0
    assert bench.worker.verdict().state.value == "working"


def test_an_event_of_a_job_is_a_sign_of_life(bench):
    is_silent(bench).reactions.on_events([NodeProgress("r", "3", 1.0, 20.0)])
    bench.now += 2.0
    assert bench.worker.verdict().state.value == "working"


# Lines and the causes in them.


def test_lines_that_came_before_the_causes_are_read_later(bench):
    bench.state.take_info(INFO)
    bench.print(*OOM)
    assert bench.causes == set()
    bench.reactions.learn(bench.matcher)
    assert any(cause.startswith("oom") for cause in bench.causes)


def test_lines_that_came_before_the_server_was_known_are_read_later(bench):
    bench.reactions.learn(bench.matcher)
    bench.print(*OOM)
    assert bench.causes == set()
    bench.state.take_info(INFO)
    bench.print("got prompt")
    assert any(cause.startswith("oom") for cause in bench.causes)


def test_only_so_many_unread_lines_are_kept(bench):
    bench.state.take_info(INFO)
    bench.print(*OOM)
    bench.print(*(f"line {n}" for n in range(UNREAD)))
    bench.reactions.learn(bench.matcher)
    assert bench.causes == set()


def test_lines_are_announced_once_and_none_are_not(bench):
    bench.ready().print("hello")
    bench.reactions.on_lines(())
    assert bench.heard(LinesAdded) == [LinesAdded((LogLine("hello", "t"),))]


def test_the_same_error_again_is_counted_not_opened_again(bench):
    bench.ready().print(*OOM)
    first = bench.board.open()[0]
    bench.now += 10.0
    bench.print(*OOM)
    assert len(bench.heard(FindingOpened)) == len(bench.board.open())
    assert bench.board.get(first.key).count > first.count


# Jobs.


def test_an_unknown_error_of_a_job_still_gets_a_finding(bench):
    bench.ready().reactions.on_ended(failed())
    [found] = bench.board.open()
    assert found.cause == "unknown-node-error"
    assert "ValueError" in found.evidence[0].text
    assert found.confidence is Confidence.NOT_KNOWN


def test_a_job_that_ended_before_the_causes_came_is_judged_later(bench):
    bench.state.take_info(INFO)
    bench.look([running("f")])
    bench.look([], [failed("f")])
    bench.reactions.on_ended(failed("f"))
    assert bench.board.open() == ()
    bench.reactions.learn(bench.matcher)
    assert len(bench.board.open()) == 1


@pytest.mark.parametrize("causes_first", [True, False])
def test_what_failed_before_we_came_is_told_in_whatever_order(bench, causes_first):
    bench.state.take_info(INFO)
    if causes_first:
        bench.reactions.learn(bench.matcher)
    bench.look([], [failed("f", "cat", ended=1.0)])
    bench.reactions.learn(bench.matcher)
    assert [f.cause for f in bench.board.open()] == ["unknown-node-error"]
    bench.look([], [failed("f", "cat", ended=1.0)])
    assert bench.board.open()[0].count == 1


def test_what_failed_before_we_came_and_ran_well_since_is_no_news(bench):
    past = [failed("f", "cat", ended=1.0), good("g", "cat", ended=2.0)]
    bench.ready().look([], past)
    assert bench.board.open() == ()


def test_a_finding_ends_when_the_same_workflow_runs_well(bench):
    bench.ready().reactions.on_ended(failed(workflow="cat"))
    bench.reactions.on_ended(good("other", "dog", started=1001.0))
    assert len(bench.board.open()) == 1
    bench.reactions.on_ended(good("early", "cat", started=999.0))
    assert len(bench.board.open()) == 1, "it began before the failure was seen"
    bench.reactions.on_ended(good("same", "cat", started=1001.0))
    assert bench.board.open() == ()
    assert len(bench.heard(FindingResolved)) == 1


def test_a_finding_of_an_unknown_workflow_ends_with_any_good_run(bench):
    bench.ready().print(*OOM)
    assert bench.board.open()
    bench.reactions.on_ended(good("g", "dog", started=1001.0))
    assert bench.board.open() == ()


def test_a_line_counts_for_the_workflow_that_runs(bench):
    bench.ready().look([running("r", "cat")])
    bench.print(*OOM)
    bench.reactions.on_ended(good("g", "dog", started=1001.0))
    assert bench.board.open()
    bench.reactions.on_ended(good("g", "cat", started=1001.0))
    assert bench.board.open() == ()


def test_a_good_run_ends_no_finding_of_a_probe(bench):
    bench.ready().reactions.on_checked([result("p", Outcome.WARN, finding())])
    bench.reactions.on_ended(good("g", "cat", started=1001.0))
    assert [f.key for f in bench.board.open()] == ["disk-full"]


# Probes.


def test_the_next_check_up_closes_what_is_gone(bench):
    bench.reactions.on_checked([result("p", Outcome.WARN, finding())])
    bench.reactions.on_checked([result("p", Outcome.PASS)])
    assert bench.board.open() == ()
    assert len(bench.heard(FindingResolved)) == 1


@pytest.mark.parametrize("outcome", [Outcome.UNKNOWN, Outcome.CRASHED])
def test_a_probe_that_cannot_tell_closes_nothing(bench, outcome):
    bench.reactions.on_checked([result("p", Outcome.FAIL, finding())])
    bench.reactions.on_checked([result("p", outcome)])
    assert len(bench.board.open()) == 1
    bench.reactions.on_checked([result("p", Outcome.PASS)])
    assert bench.board.open() == ()


def test_a_probe_closes_only_its_own(bench):
    bench.reactions.on_checked(
        [
            result("p", Outcome.WARN, finding("one")),
            result("q", Outcome.WARN, finding("two")),
        ]
    )
    bench.reactions.on_checked([result("p", Outcome.PASS)])
    assert [f.key for f in bench.board.open()] == ["two"]


def test_what_another_probe_still_sees_stays_open(bench):
    both = [result("p", Outcome.WARN, finding()), result("q", Outcome.WARN, finding())]
    bench.reactions.on_checked(both)
    bench.reactions.on_checked([both[0], result("q", Outcome.PASS)])
    assert len(bench.board.open()) == 1
    assert bench.heard(FindingResolved) == []
    bench.reactions.on_checked([result("p", Outcome.PASS), result("q", Outcome.PASS)])
    assert bench.board.open() == ()


def test_a_check_up_is_not_counted_as_another_time(bench):
    for _ in range(3):
        bench.reactions.on_checked([result("p", Outcome.WARN, finding())])
    assert bench.board.open()[0].count == 1
    assert bench.heard(FindingUpdated) == []


# The worker.


def stuck(bench):
    """Jobs wait and none runs, for ten seconds."""
    for _ in range(2):
        bench.look([Job("p", JobState.PENDING)])
        bench.now += 10.0
    return bench


def test_a_dead_worker_is_found_and_its_return_closes_that(bench):
    stuck(bench.ready())
    assert bench.causes == {"prompt-worker-dead"}
    bench.look([running("p")])
    assert bench.causes == set()


def test_worker_findings_are_not_announced_at_every_look(bench):
    stuck(bench.ready())
    for _ in range(15):
        bench.now += 2.0
        bench.look([Job("p", JobState.PENDING)])
    assert len(bench.heard(FindingOpened)) == 1
    assert len(bench.heard(FindingUpdated)) <= 2


def test_a_restart_ends_what_was_wrong_with_the_worker_at_once(bench):
    stuck(bench.ready())
    bench.state.forget_jobs()
    bench.reactions.restarted()
    assert bench.causes == set()
    bench.reactions.judge_worker()
    assert bench.causes == set(), "the old process' queue says nothing of the new one"


def test_what_the_watch_on_the_worker_sees_is_not_closed_by_a_probe(bench):
    stuck(bench.ready())
    [dead] = bench.board.open()
    bench.reactions.on_checked([result("queue", Outcome.FAIL, dead)])
    bench.reactions.on_checked([result("queue", Outcome.PASS)])
    assert bench.causes == {"prompt-worker-dead"}


def test_without_the_causes_nothing_is_said_of_the_worker(bench):
    stuck(bench)
    assert bench.board.open() == ()
    bench.ready().reactions.judge_worker()
    assert bench.causes == {"prompt-worker-dead"}


# Events.


def test_of_several_lengths_the_last_counts(bench):
    bench.reactions.on_events([StatusEvent(3), StatusEvent(2), StatusEvent(1)])
    assert bench.state.queue_remaining == 1
    assert [sample.value for sample in bench.delivered] == [1.0]
    assert bench.wakes == 1
    assert len(bench.heard(EventHeard)) == 3


def test_lines_of_the_stream_are_taken(bench):
    bench.ready().reactions.on_events([LogAdded((LogLine("hi"),))])
    assert bench.heard(LinesAdded) == [LinesAdded((LogLine("hi"),))]


def test_progress_comes_from_events_and_from_bars(bench):
    bench.ready().look([running("r")])
    bench.reactions.on_events([NodeExecuting("r", "7"), NodeExecuting("r", None)])
    assert bench.state.progress.node == "7"
    bench.reactions.on_events([NodeProgress("r", "7", 3.0, 20.0)])
    assert bench.state.progress.value == 3.0
    bar = LogLine(" 40%|####      | 8/20 [00:01<00:02]", transient=True)
    bench.reactions.on_lines((bar,))
    assert (bench.state.progress.value, bench.state.progress.job_id) == (8.0, "r")
    assert bench.state.progress.source == "log"
    assert len(bench.heard(ProgressChanged)) == 3


def test_an_ignored_finding_is_not_announced_again(bench):
    bench.ready().reactions.on_ended(failed())
    key = bench.board.open()[0].key
    bench.board.ignore(key, "0.33.0")
    bench.changes.clear()
    bench.reactions.on_ended(failed("again"))
    assert bench.changes == []


def test_stopping_a_silent_job_is_aimed_at_that_job(bench):
    bench.ready().look([running("stuck-job")])
    bench.now += 100.0
    bench.look([running("stuck-job")])
    [found] = bench.board.open()
    assert (found.cause, found.subject) == ("job-in-long-step", "stuck-job")
    assert any(fix.target == "stuck-job" for fix in found.fixes)
