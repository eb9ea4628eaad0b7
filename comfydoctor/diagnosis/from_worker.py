"""The state of ComfyUI's worker -> a finding, or none."""

from dataclasses import replace

from comfydoctor.comfy.worker import Worker, WorkerState
from comfydoctor.content.catalogue import Catalogue
from comfydoctor.diagnosis.findings import finding_of
from comfydoctor.model.finding import Finding, FixRef, Severity

DEAD = "prompt-worker-dead"
LONG = "job-in-long-step"
PERHAPS = "Perhaps the worker of ComfyUI has died: one job seems to run for ever"
WORTH_A_WORD = 600.0
"""Seconds after which a job in one step is worth a warning."""


def finding_of_worker(worker: Worker, catalogue: Catalogue) -> Finding | None:
    """What is wrong with the worker; None while it idles or works."""
    if worker.state is WorkerState.DEAD:
        return _finding(worker, catalogue, DEAD, Severity.CRITICAL)
    if worker.state is WorkerState.SUSPECTED_DEAD:
        found = _finding(worker, catalogue, DEAD, Severity.ERROR)
        return replace(found, title=PERHAPS)
    if worker.state is WorkerState.LONG_STEP:
        long = worker.seconds >= WORTH_A_WORD
        severity = Severity.WARNING if long else Severity.INFO
        return _finding(worker, catalogue, LONG, severity)
    return None


def _finding(
    worker: Worker, catalogue: Catalogue, cause: str, severity: Severity
) -> Finding:
    found = finding_of(
        cause,
        catalogue,
        worker.evidence,
        confidence=worker.confidence,
        severity=severity,
        # A dead worker is one problem, whatever job it died in.
        subject=worker.job_id if cause == LONG else "",
        values={"job": worker.job_id, "seconds": f"{worker.seconds:.0f}"},
    )
    return replace(found, fixes=tuple(_aimed(fix, worker) for fix in found.fixes))


def _aimed(fix: FixRef, worker: Worker) -> FixRef:
    """Stopping is meant for this job only: another one may run by then."""
    stops = fix.id in {"interrupt-job", "cancel-job"}
    return replace(fix, target=worker.job_id) if stops else fix
