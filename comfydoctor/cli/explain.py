"""``comfydoctor explain``: what a log, traceback or error text means."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from comfydoctor.cli.check import print_finding
from comfydoctor.cli.exits import Exit
from comfydoctor.cli.output import Printer
from comfydoctor.diagnosis.explain import Explainer, Explanation
from comfydoctor.doctor.office import load_matcher
from comfydoctor.errors import UsageError
from comfydoctor.incidents.bundle import is_bundle, read_bundle
from comfydoctor.model.finding import Finding


def explain(options: argparse.Namespace, printer: Printer) -> int:
    """Rank the causes seen in a text; exit 0 with a cause, 1 with none."""
    if options.file != "-" and is_bundle(Path(options.file)):
        found = explain_bundle(Path(options.file))
    elif options.file != "-" and Path(options.file).is_dir():
        return explain_installation(options, printer)
    else:
        found = explain_named(options.file)
    if options.json:
        findings = [explained_json(finding) for finding in found.findings]
        printer.json({"schema": 1, "findings": findings})
    elif not found.findings:
        print_nothing(found, printer)
    for finding in () if options.json else found.findings:
        print_finding(finding, printer)
    return Exit.OK if found.findings else Exit.FOUND


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


def explain_bundle(path: Path) -> Explanation:
    """The findings that were open when a bundle was made, and those of its log."""
    dossier = read_bundle(path)
    found = Explainer(load_matcher()).text("\n".join(dossier.log))
    known = [finding for finding in dossier.findings if not finding.harmless]
    keys = {finding.key for finding in known}
    more = [finding for finding in found.findings if finding.key not in keys]
    return replace(found, findings=(*known, *more))


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
