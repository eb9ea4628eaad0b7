"""``comfydoctor lint``: tells whether a server would run a workflow."""

import argparse
import asyncio
import sys
from pathlib import Path

from comfydoctor.cli.address import choose_server
from comfydoctor.cli.exits import Exit
from comfydoctor.cli.output import Printer
from comfydoctor.doctor.lint import LintReport, check_live, check_workflow
from comfydoctor.doctor.office import open_office
from comfydoctor.errors import UsageError
from comfydoctor.model.finding import Severity
from comfydoctor.model.lint import LintFinding, Need
from comfydoctor.workflow.jsontext import MOST_BYTES


def lint(options: argparse.Namespace, printer: Printer) -> int:
    """Check and print; exit 0 clean, 1 with errors."""
    source = named(options.workflow)
    if options.object_info:
        report = check_workflow(source, read_file(options.object_info))
    else:
        report = asyncio.run(_live(options, source))
    if options.json:
        printer.json(as_json(report, needs=options.needs))
    else:
        print_report(report, printer, needs=options.needs)
    bad = report.worst is not None and report.worst >= Severity.ERROR
    return Exit.FOUND if bad else Exit.OK


async def _live(options: argparse.Namespace, source: bytes | Path) -> LintReport:
    async with open_office(write=False) as office:
        profile = await choose_server(options, office)
        async with office.elsewhere(profile.url) as client:
            return await check_live(client, source)


def named(name: str) -> bytes | Path:
    """A file, or the bytes of standard input for ``-``."""
    return sys.stdin.buffer.read(MOST_BYTES + 1) if name == "-" else Path(name)


def read_file(name: str) -> bytes:
    """The bytes of a saved answer."""
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}.") from error


def as_json(report: LintReport, *, needs: bool) -> dict[str, object]:
    """The documented shape, version 1."""
    document: dict[str, object] = {
        "schema": 1,
        "form": report.workflow.form,
        "nodes": len(report.workflow.sent),
        "where": report.where or None,
        "findings": [finding_json(finding) for finding in report.findings],
    }
    if needs:
        document["needs"] = [need_json(need) for need in report.needs]
    return document


def finding_json(finding: LintFinding) -> dict[str, object]:
    """One finding; absent things are null."""
    return {
        "key": finding.key,
        "rule": finding.rule,
        "severity": finding.severity,
        "node_id": finding.node_id or None,
        "input": finding.input or None,
        "title": finding.title,
        "detail": finding.detail,
        "suggestion": finding.suggestion,
        "instead": finding.instead or None,
        "pack": finding.pack or None,
        "cause": finding.cause or None,
        "nodes": list(finding.nodes),
    }


def need_json(need: Need) -> dict[str, object]:
    """One file or pack."""
    return {
        "kind": need.kind,
        "name": need.name,
        "folder": need.folder or None,
        "url": need.url or None,
        "here": need.here,
        "nodes": list(need.nodes),
        "classes": list(need.classes),
    }


def print_report(report: LintReport, printer: Printer, *, needs: bool) -> None:
    """The same for a person."""
    printer.line(report.headline)
    for finding in report.findings:
        printer.line()
        print_finding(finding, printer)
    if needs:
        print_needs(report.needs, printer)


def print_finding(finding: LintFinding, printer: Printer) -> None:
    """A finding in up to four lines."""
    printer.line(f"{printer.severity(finding.severity)}: {finding.title}")
    if finding.detail:
        printer.line(f"  {finding.detail}")
    if finding.suggestion:
        printer.line(f"  → {finding.suggestion}")
    if len(finding.nodes) > 1 and finding.rule == "missing-node":
        printer.line(f"  Nodes: {', '.join(finding.nodes[:20])}")


def print_needs(needs: tuple[Need, ...], printer: Printer) -> None:
    """A line for each file and pack."""
    printer.line()
    printer.line("It needs:")
    marks = {True: "●", False: "■", None: "–"}
    for need in needs:
        where = f" ({need.folder})" if need.folder else ""
        printer.line(f"{marks[need.here]} {need.kind} {need.name[:200]}{where}")
