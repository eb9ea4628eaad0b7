"""``comfydoctor explain``: what a log, traceback or error text means."""

import argparse
import asyncio
import sys
from pathlib import Path

from comfydoctor.cli.check import print_finding
from comfydoctor.cli.exits import Exit
from comfydoctor.cli.output import Printer
from comfydoctor.diagnosis.explain import Explainer, Explanation
from comfydoctor.doctor.office import load_matcher
from comfydoctor.doctor.trace import is_log, trace
from comfydoctor.errors import UsageError
from comfydoctor.model.finding import Finding


def explain(options: argparse.Namespace, printer: Printer) -> int:
    """Rank the causes seen in a file of any kind; exit 0 with one, 1 with none."""
    path = Path(options.file)
    if options.file != "-" and path.is_dir():
        return explain_installation(options, printer)
    if options.file != "-" and not is_log(path):
        return explain_file(path, options, printer)
    found = explain_named(options.file)
    if not options.json and not found.findings:
        print_nothing(found, printer)
    return say(found.findings, options, printer)


def say(
    findings: tuple[Finding, ...], options: argparse.Namespace, printer: Printer
) -> int:
    """Print findings as asked for."""
    if options.json:
        shown = [explained_json(finding) for finding in findings]
        printer.json({"schema": 1, "findings": shown})
    for finding in () if options.json else findings:
        print_finding(finding, printer)
    return Exit.OK if findings else Exit.FOUND


def explain_file(path: Path, options: argparse.Namespace, printer: Printer) -> int:
    """A workflow, picture, model or bundle; its findings, and what it is."""
    found = asyncio.run(trace(path, load_matcher()))
    if not options.json:
        printer.line(f"{found.name}: {found.kind.value}. {found.headline}")
        printer.line()
    findings = tuple(f for f in found.findings if not f.harmless)
    return say(findings, options, printer)


def explain_installation(options: argparse.Namespace, printer: Printer) -> int:
    """What the files of a ComfyUI in a folder mean."""
    from comfydoctor.cli.local import explain_folder, print_report

    report = explain_folder(Path(options.file))
    if options.json:
        findings = [explained_json(finding) for finding in report.findings]
        printer.json({"schema": 1, "findings": findings})
    else:
        print_report(report, printer)
    return Exit.OK if report.findings else Exit.FOUND


def explain_named(name: str) -> Explanation:
    """Explain a file, or what comes in when it is called ``-``."""
    explainer = Explainer(load_matcher())
    if name == "-":
        return explainer.stream(sys.stdin.buffer)
    try:
        return explainer.file(Path(name))
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}.") from error


def print_nothing(found: Explanation, printer: Printer) -> None:
    """Say what was seen though no cause is known."""
    printer.line("Not known: no cause that ComfyDoctor knows shows in this text.")
    for harmless in found.harmless:
        printer.line(f"  harmless: {harmless.title}")
    for block in found.unexplained:
        said = f"{block.exception}: {block.message}"
        printer.line(f"  not explained, line {block.start}: {said}")


def explained_json(finding: Finding) -> dict[str, object]:
    """The documented shape, version 1; the first evidence is the root line."""
    return {
        "cause": finding.cause,
        "title": finding.title,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "subject": finding.subject,
        "explanation": finding.explanation,
        "root_line": finding.evidence[0].line if finding.evidence else None,
        "evidence": [{"line": e.line, "text": e.text} for e in finding.evidence],
        "fixes": list(finding.fixes),
    }
