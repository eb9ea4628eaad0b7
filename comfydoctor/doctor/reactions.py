"""What follows from what is seen: findings open, change and close again."""

from collections import deque
from collections.abc import Callable, Iterable

from comfydoctor.comfy.logs import read_progress
from comfydoctor.comfy.worker import WorkerWatch
from comfydoctor.diagnosis.board import Board
from comfydoctor.diagnosis.from_job import findings_of_job
from comfydoctor.diagnosis.from_worker import finding_of_worker
from comfydoctor.diagnosis.server_facts import facts_of
from comfydoctor.diagnosis.signatures import Follower, Matcher
from comfydoctor.diagnosis.stillness import is_sign
from comfydoctor.doctor.look import Look
from comfydoctor.doctor.runs import RunFindings, still_failing
from comfydoctor.doctor.state import State
from comfydoctor.model.change import Change, EventHeard, LinesAdded
from comfydoctor.model.event import (
    Event,
    LogAdded,
    NodeExecuting,
    NodeProgress,
    ProgressState,
    StatusEvent,
)
from comfydoctor.model.finding import Finding
from comfydoctor.model.job import Job, JobState, Progress, Queue
from comfydoctor.model.logline import LogLine
from comfydoctor.model.metric import Sample
from comfydoctor.model.probe import Outcome, ProbeResult
from comfydoctor.telemetry.sources.server import from_queue

OF_RUNS = {"log", "recent-failures", "dropped-outputs", "queue-moves"}
"""Probes whose findings a good run disproves."""
UNREAD = 2000
"""Lines kept until the causes are loaded."""


class Reactions:
    """Knows the board; lives on the core's thread."""

    def __init__(
        self,
        state: State,
        board: Board,
        worker: WorkerWatch,
        *,
        announce: Callable[[Change], None],
        deliver: Callable[[tuple[Sample, ...]], None],
        wake: Callable[[], None],
    ) -> None:
        self._state = state
        self._board = board
        self._worker = worker
        self._announce = announce
        self._deliver = deliver
        self._wake = wake
        self._matcher: Matcher | None = None
        self._follower: Follower | None = None
        self._unread: deque[LogLine] = deque(maxlen=UNREAD)
        self._runs = RunFindings(board, self._say)
        self._of_worker: set[str] = set()
        self._of_probes: dict[str, set[str]] = {}
        """Keys of the findings that each probe made when it last could tell."""
        self._told_worker: tuple[object, ...] = ()
        self._knows_past = False

    def learn(self, matcher: Matcher) -> None:
        """The causes are loaded; from now on logs and jobs are understood."""
        if self._matcher is not None:
            return
        self._matcher = matcher
        self._judge_past()
        self._read(())

    def on_events(self, events: Iterable[Event]) -> None:
        """What the event channel delivered; of several lengths the last counts."""
        length: StatusEvent | None = None
        for event in events:
            self._announce(EventHeard(event))
            match event:
                case StatusEvent():
                    length = event
                case LogAdded():
                    self.on_lines(event.lines)
                case NodeProgress() | ProgressState() | NodeExecuting():
                    self._worker.sign_seen()
                    self._progress(event)
                case _:
                    pass
        if length is not None:
            self._take_length(length.queue_remaining)

    def on_lines(self, lines: tuple[LogLine, ...]) -> None:
        """What the console printed."""
        if not lines:
            return
        if any(is_sign(line.text) for line in lines):
            self._worker.sign_seen()
        self._announce(LinesAdded(lines))
        for line in lines:
            if progress := read_progress(line, self._running_id()):
                self._take_progress(progress)
        self._read(lines)

    def _read(self, lines: tuple[LogLine, ...]) -> None:
        """Look for known causes, once the causes and the server are known.

        Without the server's facts a line may mean something else: "not compiled
        with CUDA" is no fault where ``--cpu`` was asked for.
        """
        info = self._state.info
        if self._matcher is None or info is None:
            self._unread.extend(lines)
            return
        if self._follower is None:
            self._follower = Follower(self._matcher, facts_of(info))
            lines = (*self._unread, *lines)
            self._unread.clear()
        for finding in self._follower.feed(lines):
            self._report_of_run(finding, self._running_name())

    def on_ended(self, job: Job) -> None:
        """A job ended: its failure is judged, or it disproves older ones."""
        if job.state is JobState.SUCCEEDED:
            self._runs.disprove(job, self._held())
        else:
            self.judge_job(job)

    def _held(self) -> set[str]:
        """Keys of what probes see that do not look at runs."""
        others = (k for p, k in self._of_probes.items() if p not in OF_RUNS)
        return set().union(*others)

    def _judge_past(self) -> None:
        """Once causes and jobs are known: what failed and did not run well since."""
        if self._knows_past or self._matcher is None or not self._state.looked:
            return
        self._knows_past = True
        for job in still_failing(self._state.ended.values()):
            self.judge_job(job)

    def judge_job(self, job: Job) -> None:
        """Report what made a job fail."""
        if self._matcher is None or job.error is None:
            return
        for finding in findings_of_job(job, self._matcher):
            self._report_of_run(finding, job.workflow_name)

    def on_look(self, look: Look) -> None:
        """Queue and history were looked at."""
        self._judge_past()
        self._worker.queue_seen(look.queue)
        self.judge_worker()

    def judge_worker(self) -> None:
        """Report a dead worker, or that it lives after all."""
        if self._matcher is None:
            return
        verdict = self._worker.verdict()
        told = (
            verdict.state,
            verdict.confidence,
            verdict.job_id,
            verdict.seconds // 30,
        )
        if told == self._told_worker:
            return
        self._told_worker = told
        finding = finding_of_worker(verdict, self._matcher.catalogue)
        keys = {finding.key} if finding else set()
        if finding:
            self._report_state(finding)
        for key in self._of_worker - keys:
            self._say(self._board.resolve(key))
        self._of_worker = keys

    def on_checked(self, results: Iterable[ProbeResult]) -> None:
        """A check-up ended: each probe opens its findings and closes its old ones.

        One that cannot tell now changes nothing; what another one, or the watch on
        the worker, still sees stays open.
        """
        gone: set[str] = set()
        for result in results:
            if result.outcome in {Outcome.UNKNOWN, Outcome.CRASHED}:
                continue
            keys = {finding.key for finding in result.findings}
            for finding in result.findings:
                self._report_state(finding)
            gone |= self._of_probes.get(result.id, set()) - keys
            self._of_probes[result.id] = keys
        for key in gone - self._of_worker.union(*self._of_probes.values()):
            self._say(self._board.resolve(key))

    def _report_state(self, finding: Finding) -> None:
        self._say(self._board.report(finding, self._version(), lasts=True))

    def _version(self) -> str:
        return self._state.info.version if self._state.info else ""

    def restarted(self) -> None:
        """The server began anew: what was wrong with its process is over."""
        for key in self._of_worker:
            self._say(self._board.resolve(key))
        self._of_worker = set()
        self._told_worker = ()
        self._worker.queue_seen(Queue())  # what waited died with the process
        self._follower = None  # another process, perhaps with other options

    def _report_of_run(self, finding: Finding, workflow: str) -> None:
        self._runs.report(finding, workflow, self._version())

    def _progress(self, event: NodeProgress | ProgressState | NodeExecuting) -> None:
        match event:
            case NodeProgress():
                self._take_progress(
                    Progress(
                        event.job_id,
                        event.node,
                        value=event.value,
                        maximum=event.maximum,
                        source="events",
                    )
                )
            case NodeExecuting(node=str(node)):
                self._take_progress(Progress(event.job_id, node, source="events"))
            case _:
                pass

    def _take_progress(self, progress: Progress) -> None:
        for change in self._state.take_progress(progress):
            self._announce(change)

    def _take_length(self, remaining: int) -> None:
        """The one event for everybody; it also tells that a job began or ended."""
        for change in self._state.take_remaining(remaining):
            self._announce(change)
        self._deliver((from_queue(remaining, self._state.clock()),))
        self._wake()

    def _running(self) -> Job | None:
        waiting = self._state.waiting
        return next((job for job in waiting if job.state is JobState.RUNNING), None)

    def _running_id(self) -> str:
        job = self._running()
        return job.id if job else ""

    def _running_name(self) -> str:
        job = self._running()
        return job.workflow_name if job else ""

    def _say(self, change: Change | None) -> None:
        if change is not None:
            self._announce(change)
