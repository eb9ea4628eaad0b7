"""What a walk may look up, and whether a condition holds by it."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from comfydoctor.model.flowchart import Condition
from comfydoctor.model.probe import Outcome

FACTS = {
    "argv": "started with",
    "gpu": "graphics card",
    "device": "computes on",
    "os": "system",
    "torch": "PyTorch",
    "python": "Python",
    "version": "ComfyUI",
    "vram_state": "memory mode",
}
"""Words for the facts in evidence."""


@dataclass(frozen=True)
class Known:
    """All that was looked up so far; what is missing is not known."""

    findings: Mapping[str, str] = field(default_factory=dict)
    """Cause of each open finding and the finding's title."""
    probes: Mapping[str, tuple[Outcome, str]] = field(default_factory=dict)
    """Outcome of each probe that ran, and its sentence."""
    metrics: Mapping[str, float] = field(default_factory=dict)
    normals: Mapping[str, float] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    reach: str = ""
    job: str = ""


@dataclass(frozen=True)
class Verdict:
    """Whether something holds; None is not known. ``why`` is the evidence."""

    holds: bool | None
    why: str = ""


NOT_KNOWN = Verdict(None)


def any_holds(conditions: tuple[Condition, ...], known: Known) -> Verdict:
    """The first that holds; untrue when all that can be refuted are.

    A finding only confirms: that none is open refutes nothing.
    """
    verdicts = [judge(condition, known) for condition in conditions]
    for verdict in verdicts:
        if verdict.holds:
            return verdict
    deciding = [v for c, v in zip(conditions, verdicts, strict=True) if not c.finding]
    if deciding and all(verdict.holds is False for verdict in deciding):
        return deciding[0]
    return NOT_KNOWN


def judge(condition: Condition, known: Known) -> Verdict:
    """Whether everything that the condition names holds together."""
    parts = [part for part in _parts(condition, known) if part is not None]
    if any(part.holds is False for part in parts):
        return next(part for part in parts if part.holds is False)
    if not parts or any(part.holds is None for part in parts):
        return NOT_KNOWN
    return Verdict(True, "; ".join(part.why for part in parts if part.why))


def _parts(condition: Condition, known: Known) -> tuple[Verdict | None, ...]:
    reach, job = condition.reach, condition.job
    return (
        _finding(condition, known) if condition.finding else None,
        _probe(condition, known) if condition.probe else None,
        _metric(condition, known) if condition.metric else None,
        _one_of(reach, known.reach, "the server is") if reach else None,
        _one_of(job, known.job, "the newest job is") if job else None,
        _fact(condition, known) if condition.fact else None,
    )


def _finding(condition: Condition, known: Known) -> Verdict:
    for cause in condition.finding:
        if cause in known.findings:
            return Verdict(True, known.findings[cause])
    return NOT_KNOWN


def _probe(condition: Condition, known: Known) -> Verdict:
    outcome, said = known.probes.get(condition.probe, (Outcome.UNKNOWN, ""))
    if outcome in {Outcome.UNKNOWN, Outcome.CRASHED}:
        return NOT_KNOWN
    return Verdict(outcome.value in condition.outcome, said)


def _metric(condition: Condition, known: Known) -> Verdict:
    value = known.metrics.get(condition.metric, math.nan)
    if condition.share_of:
        value = _percent(value, known.metrics.get(condition.share_of, math.nan))
    if math.isnan(value):
        return NOT_KNOWN
    if condition.times_normal is not None:
        return _against_normal(condition, value, known)
    over = condition.over is None or value > condition.over
    under = condition.under is None or value < condition.under
    return Verdict(over and under, f"{condition.metric} is {value:.3g}")


def _percent(part: float, whole: float) -> float:
    return 100 * part / whole if whole > 0 else math.nan


def _against_normal(condition: Condition, value: float, known: Known) -> Verdict:
    normal = known.normals.get(condition.metric, math.nan)
    if math.isnan(normal) or condition.times_normal is None:
        return NOT_KNOWN
    return Verdict(
        value >= condition.times_normal * normal,
        f"{condition.metric} is {value:.3g}, normal here is {normal:.3g}",
    )


def _one_of(wanted: tuple[str, ...], found: str, words: str) -> Verdict:
    return Verdict(found in wanted, f"{words} {found}") if found else NOT_KNOWN


def _fact(condition: Condition, known: Known) -> Verdict:
    value = known.facts.get(condition.fact, "")
    if not value:
        return NOT_KNOWN
    held = re.search(condition.like, value, re.IGNORECASE) is not None
    return Verdict(held, f"{FACTS.get(condition.fact, condition.fact)}: {value}")
