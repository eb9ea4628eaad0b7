"""Knows what is normal on one server, and says when and why a run was slow."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from statistics import median

from comfydoctor.content.catalogue import Catalogue
from comfydoctor.diagnosis.board import Board
from comfydoctor.diagnosis.findings import finding_of
from comfydoctor.diagnosis.signatures import Matcher
from comfydoctor.doctor.state import State
from comfydoctor.errors import StoreError
from comfydoctor.model.baseline import RunNormal, SlowRun
from comfydoctor.model.change import Change, JobEnded, LinesAdded
from comfydoctor.model.finding import Confidence, Evidence, Finding
from comfydoctor.model.job import Job
from comfydoctor.model.metric import METRICS
from comfydoctor.store.jobs import Jobs
from comfydoctor.store.samples import Samples
from comfydoctor.telemetry.baseline import Runs, key_of
from comfydoctor.telemetry.bottleneck import Bottleneck, Run, Verdict, figures_of, judge
from comfydoctor.telemetry.series import History

SLOW = "slower-than-normal"
CAUSES = {
    Bottleneck.HEAT: "card-throttles",
    Bottleneck.SWAP: "computer-swaps",
    Bottleneck.LOADING: "ram-thrash",
    Bottleneck.OFFLOAD: "dynamic-vram-offload-slow",
    Bottleneck.OTHERS: "vram-held-by-other-process",
    Bottleneck.CPU: "queue-slowdown-cpu-contention",
}
REMEMBERED = 2000
"""Finished jobs from which is learnt at the start."""
EVERY = 1800.0
WEEK = 7 * 86_400.0
LEAST_HOURS = 3
"""Hours of readings before which nothing is normal."""

log = logging.getLogger(__name__)


class Baselines:
    """Lives on the core's loop; what is read from disk is read aside."""

    def __init__(
        self,
        state: State,
        board: Board,
        series: History,
        *,
        jobs: Jobs,
        samples: Samples,
        matcher: Callable[[], Awaitable[Matcher]],
        announce: Callable[[Change], None],
    ) -> None:
        self._state, self._board, self._series = state, board, series
        self._jobs, self._samples = jobs, samples
        self._matcher, self._announce = matcher, announce
        self._catalogue: Catalogue | None = None
        self._runs = Runs()
        self._normals: dict[str, float] = {}
        self._bands: dict[str, tuple[float, float]] = {}
        self._learnt = False
        self._loads, self._partial = 0, False
        self._slow: dict[str, str] = {}
        """Workflows whose last run was slow, with the key of its cause's finding."""

    def normals(self) -> Mapping[str, float]:
        """The usual value of each metric; of the last week, once that is known."""
        return self._normals

    def band(self, metric: str) -> tuple[float, float] | None:
        """Between which values it is in four hours of five; None: not known."""
        return self._bands.get(metric)

    def runs(self) -> tuple[RunNormal, ...]:
        """What is normal for the runs of each workflow."""
        return self._runs.normals()

    async def run(self) -> None:
        """Learn from what is kept, then refresh what is normal now and then."""
        self._catalogue = (await self._matcher()).catalogue
        while True:
            try:
                week = await asyncio.to_thread(self._read_week)
            except StoreError as error:
                log.warning("what is normal is not known: %s", error)
            else:
                self._normals = {m: max(map(median, each)) for m, each in week.items()}
                self._bands = {m: _band(each) for m, each in week.items()}
            await asyncio.sleep(EVERY)

    def _read_week(self) -> dict[str, list[Sequence[float]]]:
        """Means of each hour of the week, of all subjects of each metric."""
        now = self._state.clock()
        found: dict[str, list[Sequence[float]]] = {}
        known = {metric.id for metric in METRICS}
        for metric, subject in self._samples.names():
            past = self._samples.stretch(metric, subject, now - WEEK, now, 168)
            if metric in known and len(past) >= LEAST_HOURS and past.step:
                found.setdefault(metric, []).append(past.mean)
        return found

    def on_change(self, change: Change) -> None:
        """Note what the console says of models, and judge what ended."""
        if isinstance(change, LinesAdded):
            for line in change.lines:
                self._loads += "Requested to load" in line.text
                self._partial |= "loaded partially" in line.text
        elif isinstance(change, JobEnded):
            self._learn_past(change.job)
            self._ended(change.job)
            self._loads, self._partial = 0, False

    def _learn_past(self, job: Job) -> None:
        """Once, at the first job that ends: what ended before it."""
        if self._learnt:
            return
        self._learnt = True
        try:
            kept = {each.id: each for each in self._jobs.recent(REMEMBERED)}
        except StoreError:
            kept = {}
        kept |= self._state.ended
        self._runs.learn(each for each in kept.values() if each.id != job.id)

    def _ended(self, job: Job) -> None:
        slow = self._runs.take(job)
        if slow is not None:
            self._report(job, slow)
        elif job.seconds is not None:
            self._is_well(key_of(job))

    def _is_well(self, workflow: str) -> None:
        """A run in its usual time: what was said of this workflow is over."""
        key = self._slow.pop(workflow, None)
        if key is None:
            return
        self._resolve(f"{SLOW}:{workflow}")
        if key not in self._slow.values():
            self._resolve(key)

    def _resolve(self, key: str) -> None:
        if key and (change := self._board.resolve(key)) is not None:
            self._announce(change)

    def _report(self, job: Job, slow: SlowRun) -> None:
        if self._catalogue is None:
            return
        now = self._state.clock()
        run = Run(now - slow.seconds, now, self._loads, self._partial)
        verdict = judge(figures_of(self._series, run.start, run.end), run)
        workflow = key_of(job)
        cause = CAUSES.get(verdict.what, "")
        self._say(self._finding_of_run(slow, verdict, workflow, self._catalogue))
        self._slow[workflow] = cause
        if cause:
            self._say(_finding_of_cause(cause, verdict, slow, self._catalogue))

    def _finding_of_run(
        self, slow: SlowRun, verdict: Verdict, workflow: str, catalogue: Catalogue
    ) -> Finding:
        kind = "runs that may load models" if slow.cold else "runs one after another"
        normal = slow.normal
        seen = [
            f"It took {slow.seconds:.1f} s, {slow.times:.1f} times its normal.",
            f"Normal here: {normal.median:.1f} s, at most {normal.highest:.1f} s.",
            f"That is known from {normal.count} {kind}.",
            f"In this time: {verdict.what.value}.",
            *verdict.evidence,
        ]
        return finding_of(
            SLOW,
            catalogue,
            (Evidence("readings", text) for text in seen),
            confidence=Confidence.CERTAIN,
            subject=workflow,
            values={"workflow": workflow},
        )

    def _say(self, finding: Finding) -> None:
        version = self._state.info.version if self._state.info else ""
        if (change := self._board.report(finding, version)) is not None:
            self._announce(change)


def _band(each: Iterable[Sequence[float]]) -> tuple[float, float]:
    """Without the lowest and the highest tenth."""
    values = sorted(value for means in each for value in means)
    edge = len(values) // 10
    return values[edge], values[-1 - edge]


def _finding_of_cause(
    cause: str, verdict: Verdict, slow: SlowRun, catalogue: Catalogue
) -> Finding:
    took = f"{slow.workflow} took {slow.seconds:.1f} s instead of"
    evidence = (*verdict.evidence, f"{took} {slow.normal.median:.1f} s.")
    return finding_of(
        cause,
        catalogue,
        (Evidence("readings", text) for text in evidence),
        confidence=Confidence.LIKELY,
    )
