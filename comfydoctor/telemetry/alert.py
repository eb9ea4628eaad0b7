"""Decides when a rule speaks and when it falls silent again; no clock, no I/O."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isnan, nan

from comfydoctor.model.alert import Alert, AlertRule

JUMP = 60.0
"""Seconds between two looks after which nothing counts as having lasted."""
Reading = Mapping[tuple[str, str], float]
"""Newest values by metric and subject; what is too old is NaN."""


@dataclass
class _Track:
    """One rule about one subject."""

    began: float | None = None
    """When it began to hold, or to be over, without a break."""
    alert: Alert | None = None


@dataclass(frozen=True)
class View:
    """What is known at one moment."""

    time: float
    """Seconds of a steady clock."""
    wall: float
    readings: Reading
    normals: Mapping[str, float]
    findings: Collection[str]
    """Causes of open findings."""


class Alerts:
    """Rules over one server."""

    def __init__(self, rules: Iterable[AlertRule]) -> None:
        self.rules = tuple(rules)
        self._tracks: dict[tuple[str, str], _Track] = {}
        self._looked: float | None = None

    def open(self) -> tuple[Alert, ...]:
        """Those that speak now."""
        alerts = (track.alert for track in self._tracks.values())
        return tuple(alert for alert in alerts if alert is not None)

    def take(self, view: View) -> tuple[Alert, ...]:
        """Look once; alerts that began or ended by it.

        After a sleep nothing has lasted: what was about to be said begins anew.
        """
        slept = self._looked is not None and view.time - self._looked > JUMP
        self._looked = view.time
        if slept:
            for track in self._tracks.values():
                track.began = None
        changed: list[Alert] = []
        for rule in self.rules:
            for subject, value in _values(rule, view):
                track = self._tracks.setdefault((rule.id, subject), _Track())
                changed += _step(rule, subject, value, track, view)
        return tuple(changed)


def _values(rule: AlertRule, view: View) -> Sequence[tuple[str, float]]:
    """What a rule looks at, for each subject; NaN is not known."""
    if rule.finding:
        return [("", 1.0 if rule.finding in view.findings else 0.0)]
    found = {s: v for (m, s), v in view.readings.items() if m == rule.metric}
    if rule.share_of:
        whole = {s: view.readings.get((rule.share_of, s), nan) for s in found}
        found = {s: _percent(value, whole[s]) for s, value in found.items()}
    if rule.times_normal is not None:
        normal = view.normals.get(rule.metric, nan)
        found = {s: v / normal if normal > 0 else nan for s, v in found.items()}
    return list(found.items())


def _percent(part: float, whole: float) -> float:
    return 100 * part / whole if whole > 0 else nan


def _holds(rule: AlertRule, value: float, *, speaking: bool) -> bool | None:
    """Whether a rule's question is answered yes; None when that is not known.

    Once it speaks the value must come back by more than it took to begin.
    """
    if rule.missing:
        return isnan(value)
    if isnan(value):
        return None
    if rule.finding:
        return value > 0
    ease = rule.calm if speaking else 0.0
    if rule.under is not None:
        return value < rule.under * (1 + ease)
    limit = rule.times_normal if rule.over is None else rule.over
    return limit is not None and value > limit * (1 - ease)


def _step(
    rule: AlertRule, subject: str, value: float, track: _Track, view: View
) -> Iterable[Alert]:
    speaking = track.alert is not None
    holds = _holds(rule, value, speaking=speaking)
    if holds is None or holds is speaking:
        track.began = None  # nothing changes, or nobody knows
        return
    if track.began is None:
        track.began = view.time
    if view.time - track.began < (rule.seconds if holds else rule.seconds / 2):
        return
    track.began = None
    if track.alert is not None:
        ended, track.alert = replace(track.alert, ended=view.wall), None
        yield ended
    else:
        track.alert = Alert(rule, subject, view.wall, value)
        yield track.alert
