"""Watches one server by the rules for alerts, and makes findings of what they say."""

import asyncio
import math
from collections import deque
from collections.abc import Callable, Mapping

from comfydoctor.content.alerts import load_alerts
from comfydoctor.content.places import resources_root
from comfydoctor.diagnosis.board import Board
from comfydoctor.doctor.state import State
from comfydoctor.model.alert import Alert, AlertRule
from comfydoctor.model.change import Change
from comfydoctor.model.finding import Confidence, Evidence, Finding, Severity
from comfydoctor.model.job import JobState
from comfydoctor.model.metric import METRICS, Metric, Sample, Unit
from comfydoctor.telemetry.alert import Alerts, View
from comfydoctor.telemetry.series import History

EVERY = 5.0
FRESH = 30.0
"""Seconds for which a reading counts."""
KEPT = 200
NOT_KEPT = "recording-not-kept"
LAST, LEAST = 10, 5
"""Jobs of which the share of failures is told, and the fewest."""
_METRICS: dict[str, Metric] = {metric.id: metric for metric in METRICS}
_ENDED = {JobState.SUCCEEDED, JobState.FAILED}


class AlertWatch:
    """Lives on the core's loop."""

    def __init__(
        self,
        state: State,
        board: Board,
        series: History,
        *,
        normals: Callable[[], Mapping[str, float]],
        announce: Callable[[Change], None],
        deliver: Callable[[tuple[Sample, ...]], None],
        steady: Callable[[], float],
        not_kept: Callable[[], str] = str,
    ) -> None:
        self._state, self._board, self._series = state, board, series
        self._normals, self._announce = normals, announce
        self._deliver, self._steady = deliver, steady
        self._not_kept = not_kept
        self._alerts = Alerts(())
        self.past: deque[Alert] = deque(maxlen=KEPT)
        """Alerts that ended, newest last."""

    @property
    def rules(self) -> tuple[AlertRule, ...]:
        """Empty until they are loaded."""
        return self._alerts.rules

    def open(self) -> tuple[Alert, ...]:
        """Those that speak now."""
        return self._alerts.open()

    def levels(self, metric: str) -> tuple[float, ...]:
        """Values of a metric itself from which on a rule speaks."""
        limits = (
            rule.over if rule.over is not None else rule.under
            for rule in self.rules
            if rule.metric == metric and not rule.share_of
        )
        return tuple(limit for limit in limits if limit is not None)

    async def run(self) -> None:
        """Look every few seconds until cancelled."""
        self._alerts = Alerts(await asyncio.to_thread(load_alerts, resources_root()))
        while True:
            await asyncio.sleep(EVERY)
            self.look()

    def look(self) -> None:
        """Look once."""
        self._tell_failures()
        self._tell_not_kept()
        for alert in self._alerts.take(self._view()):
            if alert.ended is None:
                self._begin(alert)
            else:
                self.past.append(alert)
                self._say(self._board.resolve(alert.key))

    def _view(self) -> View:
        series = self._series
        readings = {key: series.last(*key, FRESH) for key in series.names()}
        return View(
            time=self._steady(),
            wall=self._state.clock(),
            readings=readings,
            normals=self._normals(),
            findings={finding.cause for finding in self._board.open()},
        )

    def _tell_failures(self) -> None:
        """The share of failures as a reading, so that it is kept and drawn."""
        jobs = [job for job in self._state.ended.values() if job.state in _ENDED]
        newest = jobs[-LAST:]
        if len(newest) >= LEAST:
            failed = sum(job.state is JobState.FAILED for job in newest)
            share = 100 * failed / len(newest)
            self._deliver((Sample("jobs.failed", self._state.clock(), share),))

    def _tell_not_kept(self) -> None:
        """One finding as long as the disk takes nothing; all goes on in memory."""
        reason = self._not_kept()
        if not reason:
            self._say(self._board.resolve(NOT_KEPT))
            return
        found = Finding(
            key=NOT_KEPT,
            cause=NOT_KEPT,
            title="What is read is not being kept",
            severity=Severity.WARNING,
            confidence=Confidence.CERTAIN,
            explanation="ComfyDoctor cannot write its recording, so charts will lack "
            "this time later. Make room on its disk; nothing else is affected.",
            evidence=(Evidence("recording", reason),),
        )
        self._say(self._board.report(found, lasts=True))

    def _begin(self, alert: Alert) -> None:
        """A finding of its own, unless one says the same already."""
        rule = alert.rule
        open_causes = {finding.cause for finding in self._board.open()}
        if rule.finding or open_causes & set(rule.causes):
            return
        version = self._state.info.version if self._state.info else ""
        self._say(self._board.report(finding_of_alert(alert), version, lasts=True))

    def _say(self, change: Change | None) -> None:
        if change is not None:
            self._announce(change)


def finding_of_alert(alert: Alert) -> Finding:
    """What a rule says, with the reading it rests on."""
    rule = alert.rule
    return Finding(
        key=alert.key,
        cause=f"alert-{rule.id}",
        title=rule.title + (f" ({alert.subject})" if alert.subject else ""),
        severity=rule.severity,
        confidence=Confidence.CERTAIN,
        explanation=rule.about,
        evidence=(Evidence("readings", words(alert)),),
        subject=alert.subject,
    )


def words(alert: Alert) -> str:
    """The reading, the threshold and the time that a rule waited."""
    rule = alert.rule
    lasted = f" for {rule.seconds:.0f} s" if rule.seconds else ""
    if rule.finding:
        return f"A finding of this kind is open: {rule.finding}."
    metric = _METRICS[rule.metric]
    if rule.missing:
        return f"{metric.title}: no reading{lasted}."
    told = f"{metric.title}: {_figure(rule, metric, alert.value)}"
    limit = rule.over if rule.over is not None else rule.under
    limit = rule.times_normal if limit is None else limit
    side = "under" if rule.under is not None else "over"
    return f"{told}, {side} {_figure(rule, metric, limit or 0.0)}{lasted}."


def _figure(rule: AlertRule, metric: Metric, value: float) -> str:
    if math.isnan(value):
        return "no reading"
    if rule.times_normal is not None:
        return f"{value:.1f} times its normal"
    if rule.share_of:
        whole = _METRICS[rule.share_of].title
        return f"{value:.0f} % of {whole[:1].lower()}{whole[1:]}"
    if metric.unit is Unit.BYTES:
        return f"{value / 1e9:.1f} GB"
    return f"{value:.0f} {metric.unit.value}".strip()
