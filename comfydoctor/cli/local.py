"""What the command line says of a ComfyUI by its files alone."""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from comfydoctor.cli.check import finding_json, print_finding
from comfydoctor.cli.exits import Exit
from comfydoctor.cli.output import Printer
from comfydoctor.diagnosis.crash import CrashReport
from comfydoctor.doctor.abodes import remembered
from comfydoctor.doctor.deathbed import (
    examine_address,
    examine_all,
    examine_folder,
    is_local,
)
from comfydoctor.doctor.office import load_matcher
from comfydoctor.errors import ServerError
from comfydoctor.model.finding import Severity
from comfydoctor.model.installation import Installation


def check_local(options: argparse.Namespace, printer: Printer) -> int:
    """``check --local``: exit 0 when nothing bad shows, 1 otherwise."""
    reports = asyncio.run(_examine(options))
    if options.json:
        printer.json({"schema": 1, "installations": [as_json(x) for x in reports]})
    elif not reports:
        printer.line("No ComfyUI was found on this computer.")
    for report in () if options.json else reports:
        print_report(report, printer)
    bad = Severity.WARNING if options.strict else Severity.ERROR
    found = any(f.severity >= bad for report in reports for f in report.findings)
    return Exit.FOUND if found else Exit.OK


async def _examine(options: argparse.Namespace) -> tuple[CrashReport, ...]:
    matcher = await asyncio.to_thread(load_matcher)
    if not options.local:
        return await examine_all(matcher)
    folder = Path(options.local)
    return (await examine_folder(folder, matcher, options.exit_code),)


def explain_folder(folder: Path) -> CrashReport:
    """What the files of an installation mean. Raises UsageError when it is none."""
    return asyncio.run(examine_folder(folder, load_matcher()))


def examine_unreachable(error: ServerError) -> CrashReport | None:
    """What the files of a server that does not answer tell; None: it is not here."""
    if not error.url or not is_local(error.url):
        return None
    abode = remembered(error.url)
    return asyncio.run(examine_address(error.url, load_matcher(), abode))


def tell_unreachable(
    error: ServerError, printer: Printer, *, as_document: bool
) -> bool:
    """Print what the files tell; false when there is nothing to tell."""
    report = examine_unreachable(error)
    if report is None:
        return False
    printer.note(str(error))
    if as_document:
        said = {"type": type(error).__name__, "message": str(error)}
        document = {"error": said | {"advice": error.advice}} | as_json(report)
        printer.json({"schema": 1} | document)
    else:
        print_report(report, printer)
    return True


def as_json(report: CrashReport) -> dict[str, Any]:
    """The documented shape, version 1."""
    return {
        "installation": installation_json(report.installation),
        "log": report.log.path if report.log else None,
        "end": report.life.end if report.life else None,
        "stage": report.life.stage if report.life else None,
        "exit_code": report.exit.shown if report.exit else None,
        "headline": report.headline,
        "findings": [finding_json(finding) for finding in report.findings],
        "notes": list(report.notes),
    }


def installation_json(found: Installation) -> dict[str, Any]:
    """Facts of an installation; null where not known."""
    python = found.python
    return {
        "kind": found.kind,
        "root": found.root or None,
        "base": found.base,
        "how": found.how,
        "version": found.version or None,
        "commit": found.checkout.commit if found.checkout else None,
        "python": python.executable if python else None,
        "python_version": (python.version or None) if python else None,
        "torch": found.torch or None,
        "cuda": found.cuda or None,
        "flags": list(found.flags),
        "packs": [
            {"name": p.name, "enabled": p.enabled, "state": p.state or None}
            for p in found.packs
        ],
        "logs": [log.path for log in found.logs],
        "running": [server.pid for server in found.running],
    }


def print_report(report: CrashReport, printer: Printer) -> None:
    """The same for a person."""
    found = report.installation
    printer.line(headline(found))
    if report.log is not None:
        printer.line(f"  log: {report.log.path}")
    printer.line(f"  {report.headline}")
    if report.exit is not None:
        printer.line(f"  exit code {report.exit.shown}: {report.exit.says}")
    for note in report.notes:
        printer.line(f"  not known: {note}")
    printer.line()
    for finding in report.findings:
        print_finding(finding, printer)


def headline(found: Installation) -> str:
    """Which installation this is about, in one line."""
    version = f"ComfyUI {found.version}" if found.version else "ComfyUI"
    facts = [found.base, version, f"torch {found.torch}" if found.torch else ""]
    runs = ", ".join(str(server.pid) for server in found.running)
    facts.append(f"runs as process {runs}" if runs else "does not run")
    return " · ".join(fact for fact in facts if fact)
