"""What the Doctor announces -> lines of an incident's timeline, and its figures."""

from collections import Counter
from collections.abc import Iterable

from comfydoctor.model.change import (
    Change,
    ConnectionChanged,
    FindingOpened,
    FindingResolved,
    FixEnded,
    JobEnded,
)
from comfydoctor.model.finding import Severity
from comfydoctor.model.fix import FixOutcome
from comfydoctor.model.incident import Entry, EntryKind, Figures, Incident
from comfydoctor.model.job import JobState

TROUBLED = {JobState.FAILED, JobState.LOST}


def entry_of(change: Change, time: float) -> Entry | None:
    """The line for a change, or None for what does not belong into a timeline."""
    if isinstance(change, FindingOpened):
        found = change.finding
        if found.harmless or found.severity < Severity.WARNING:
            return None
        said = f"{found.title} ({found.severity.word}, {found.confidence.word})"
        proof = found.evidence[0].text if found.evidence else ""
        return Entry(time, EntryKind.FOUND, said, proof, cause=found.cause)
    if isinstance(change, FindingResolved):
        gone = change.finding
        return Entry(time, EntryKind.GONE, f"Gone: {gone.title}", cause=gone.cause)
    if isinstance(change, FixEnded):
        result = change.result
        said = f"{result.fix}: {result.outcome.value}. {result.said}"
        return Entry(time, EntryKind.FIX, said, result.detail)
    if isinstance(change, JobEnded) and change.job.state in TROUBLED:
        job = change.job
        name = job.workflow_name or job.id[:8]
        why = f"{job.error.exception_type}: {job.error.message}" if job.error else ""
        return Entry(time, EntryKind.JOB, f"Job {name} {job.state.value}", why)
    if isinstance(change, ConnectionChanged):
        connection = change.connection
        said = f"The server is {connection.reach.value}"
        return Entry(time, EntryKind.REACH, said, connection.detail)
    return None


def figures(incident: Incident) -> Figures:
    """How long it took to diagnose and to fix."""
    began = incident.began
    found = incident.first(EntryKind.FOUND)
    fixed = [
        entry.time
        for entry in incident.entries
        if entry.kind is EntryKind.FIX and f": {FixOutcome.DONE.value}." in entry.text
    ]
    return Figures(
        to_diagnose=None if found is None else max(0.0, found - began),
        to_fix=max(0.0, fixed[-1] - began) if fixed else None,
        in_all=None if incident.ended is None else incident.ended - began,
    )


def recurring(incidents: Iterable[Incident]) -> tuple[tuple[str, int], ...]:
    """Causes that came back, with in how many incidents; most often first."""
    counts = Counter(cause for incident in incidents for cause in incident.causes)
    return tuple((cause, times) for cause, times in counts.most_common() if times > 1)
