"""Findings in the words of the catalogue, for those who know the cause already."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from comfydoctor.comfy.text import clean, one_line
from comfydoctor.content.catalogue import Catalogue
from comfydoctor.content.render import explanation, fix_refs
from comfydoctor.content.schema import Cause
from comfydoctor.diagnosis.events import Facts
from comfydoctor.diagnosis.ranking import known_values, title_of
from comfydoctor.model.finding import Confidence, Evidence, Finding, Severity

_MOST_EVIDENCE = 8
_EVIDENCE_LENGTH = 600


def finding_of(
    cause_id: str,
    catalogue: Catalogue,
    evidence: Iterable[Evidence],
    *,
    confidence: Confidence,
    severity: Severity | None = None,
    subject: str = "",
    values: Mapping[str, str] | None = None,
    facts: Facts | None = None,
) -> Finding:
    """A finding of one cause; ``severity`` when it is not the cause's own.

    ``values`` fill the placeholders of the cause's words. A cause that the
    catalogue does not have gives a finding that says no more than its name.
    """
    seen = tuple(map(_safe, tuple(evidence)[:_MOST_EVIDENCE]))
    subject = one_line(subject)
    key = f"{cause_id}:{subject}" if subject else cause_id
    cause = catalogue.causes.get(cause_id)
    if cause is None:
        return _bare(key, cause_id, seen, confidence, severity, subject)
    clean_values = {name: one_line(text) for name, text in (values or {}).items()}
    told = known_values(clean_values, facts or Facts(), catalogue)
    return Finding(
        key=key,
        cause=cause_id,
        title=title_of(cause, told),
        severity=severity or _severity(cause),
        confidence=confidence,
        explanation=explanation(cause, told),
        technical=" ".join(cause.technical.split()),
        evidence=seen,
        fixes=fix_refs(cause, catalogue.common, told),
        subject=subject,
    )


def _safe(evidence: Evidence) -> Evidence:
    """Workflows and file names come from strangers, as server texts do."""
    return replace(evidence, text=clean(evidence.text, _EVIDENCE_LENGTH))


def _severity(cause: Cause) -> Severity:
    return Severity[cause.severity.upper()]


def _bare(
    key: str,
    cause_id: str,
    evidence: tuple[Evidence, ...],
    confidence: Confidence,
    severity: Severity | None,
    subject: str,
) -> Finding:
    return Finding(
        key=key,
        cause=cause_id,
        title=cause_id.replace("-", " ").capitalize(),
        severity=severity or Severity.WARNING,
        confidence=confidence,
        evidence=evidence,
        subject=subject,
    )
