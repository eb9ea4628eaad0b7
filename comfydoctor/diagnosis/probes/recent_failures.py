"""Did the last jobs end well?"""

import asyncio
from collections.abc import Iterable

from comfydoctor.diagnosis.from_job import findings_of_job
from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.model.finding import Finding
from comfydoctor.model.job import Job, JobState
from comfydoctor.model.probe import ProbeResult


class RecentFailures(Probe):
    """The newest entries of the history; a later good run disproves a failure."""

    id = "recent-failures"

    async def run(self, look: Look) -> ProbeResult:
        jobs = await look.answers.history()
        if not jobs:
            return self.unknown("The history is empty: no job ended since the start.")
        still, mended = sorted_out(jobs)
        findings = await asyncio.to_thread(_findings, look, still)
        return self.result(_words(jobs, bool(mended) and not still), findings)


def _findings(look: Look, failed: Iterable[Job]) -> tuple[Finding, ...]:
    """One for each problem, from the newest job that has it."""
    findings: dict[str, Finding] = {}
    for job in failed:
        for finding in findings_of_job(job, look.matcher, look.facts):
            findings.setdefault(finding.key, finding)
    return tuple(findings.values())


def sorted_out(jobs: Iterable[Job]) -> tuple[list[Job], list[Job]]:
    """Failures that nothing disproves, and those that a later run did.

    ``jobs`` come newest first. A workflow is told by its name; jobs of programs have
    none, and then nothing is disproved.
    """
    good: set[str] = set()
    still: list[Job] = []
    mended: list[Job] = []
    for job in jobs:
        if job.error is not None:
            (mended if job.workflow_name in good else still).append(job)
        elif job.state is JobState.SUCCEEDED and job.workflow_name:
            good.add(job.workflow_name)
    return still, mended


def _words(jobs: tuple[Job, ...], all_mended: bool) -> str:
    def count(state: JobState) -> int:
        return sum(job.state is state for job in jobs)

    good, bad = count(JobState.SUCCEEDED), count(JobState.FAILED)
    parts = [f"{good} of the last {len(jobs)} jobs ended well"]
    if bad:
        parts.append(f"{bad} failed")
    if stopped := count(JobState.INTERRUPTED):
        parts.append(f"{stopped} were stopped")
    if all_mended:
        parts.append("what failed went well later")
    return ", ".join(parts) + "."
