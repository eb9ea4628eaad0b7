"""``comfydoctor check``: every probe that applies, once."""

import argparse
import asyncio
import json
from pathlib import Path
from typing import Any

from comfydoctor.cli.address import choose_server
from comfydoctor.cli.exits import Exit
from comfydoctor.cli.output import Printer
from comfydoctor.doctor.lint import document_in
from comfydoctor.doctor.office import open_office
from comfydoctor.doctor.report import CheckReport
from comfydoctor.errors import ServerError, UsageError
from comfydoctor.model.finding import Finding, Severity
from comfydoctor.model.probe import Outcome, ProbeResult

WORKFLOW_LIMIT = 64 * 2**20
MARKS = {
    Outcome.PASS: "●",
    Outcome.WARN: "▲",
    Outcome.FAIL: "■",
    Outcome.UNKNOWN: "–",
    Outcome.CRASHED: "!",
}


def check(options: argparse.Namespace, printer: Printer) -> int:
    """Run the checks and print the findings; see the README for the JSON."""
    if options.local is not None:
        return by_files(options, printer)
    workflow = read_workflow(options.workflow) if options.workflow else None
    try:
        report = asyncio.run(_check(options, workflow))
    except ServerError as error:
        return unreachable(error, printer, as_document=options.json)
    if options.json:
        printer.json(as_json(report))
    else:
        print_report(report, printer)
    bad = Severity.WARNING if options.strict else Severity.ERROR
    found = any(f.severity >= bad and not f.harmless for f in report.findings)
    return Exit.FOUND if found else Exit.OK


def by_files(options: argparse.Namespace, printer: Printer) -> int:
    """What the files of a ComfyUI here tell, whether it runs or not."""
    from comfydoctor.cli.local import check_local

    return check_local(options, printer)


def unreachable(error: ServerError, printer: Printer, *, as_document: bool) -> int:
    """A server of this computer that does not answer left files that tell why."""
    from comfydoctor.cli.local import tell_unreachable

    if not tell_unreachable(error, printer, as_document=as_document):
        raise error
    return Exit.UNREACHABLE


async def _check(
    options: argparse.Namespace, workflow: dict[str, Any] | None
) -> CheckReport:
    async with open_office(write=False) as office:
        profile = await choose_server(options, office)
        return await office.check(
            profile, workflow=workflow, may_write=options.write_test
        )


def read_workflow(name: str) -> dict[str, Any]:
    """A workflow file as an object; says what is wrong with it otherwise."""
    path = Path(name)
    try:
        if path.stat().st_size > WORKFLOW_LIMIT:
            raise UsageError(f"{name} is larger than a workflow can be (64 MiB).")
        value = document_in(path) or json.loads(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"{name} is not JSON.",
            advice="Export the workflow with Workflow > Export (API) and try again.",
        ) from error
    if not isinstance(value, dict):
        raise UsageError(f"{name} holds no workflow: its top is not an object.")
    return value


def as_json(report: CheckReport) -> dict[str, Any]:
    """The documented shape, version 1."""
    return {
        "schema": 1,
        "server": report.server,
        "findings": [finding_json(finding) for finding in report.findings],
        "probes": [
            {"id": p.id, "outcome": p.outcome, "detail": p.detail, "ms": round(p.ms, 1)}
            for p in report.probes
        ],
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    """One finding as the documents show it."""
    return {
        "key": finding.key,
        "cause": finding.cause,
        "title": finding.title,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "subject": finding.subject,
        "explanation": finding.explanation,
        "evidence": [
            {"source": e.source, "text": e.text, "line": e.line}
            for e in finding.evidence
        ],
        "fixes": list(finding.fixes),
    }


def print_report(report: CheckReport, printer: Printer) -> None:
    """The same for a person."""
    printer.line(report.headline)
    printer.line()
    for probe in report.probes:
        print_probe(probe, printer)
    printer.line()
    if not report.findings:
        printer.line("Nothing wrong was found.")
    for finding in report.findings:
        print_finding(finding, printer)


def print_probe(probe: ProbeResult, printer: Printer) -> None:
    """One line a probe."""
    printer.line(f"{MARKS[probe.outcome]} {probe.question} {probe.detail}")


def print_finding(finding: Finding, printer: Printer) -> None:
    """A finding with its evidence and remedies."""
    mark = printer.severity(finding.severity)
    printer.line(f"{mark}: {finding.title} ({finding.confidence.word})")
    if finding.explanation:
        printer.line(f"  {finding.explanation}")
    for evidence in finding.evidence[:5]:
        printer.line(f"  {evidence.source}: {evidence.text}")
    for fix in finding.fixes[:5]:
        target = f" {fix.target}" if fix.target else ""
        how = f"comfydoctor fix {fix.id}{target}" if fix.id else fix.detail
        printer.line(f"  → {fix.title}")
        for line in how.splitlines():
            printer.line(f"      {line}")
    printer.line()
