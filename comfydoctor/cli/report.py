"""``comfydoctor report`` and ``bundle``: what is known, for somebody else."""

import argparse
import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from pydantic_core import to_json

from comfydoctor.cli.address import choose_server
from comfydoctor.cli.exits import Exit
from comfydoctor.cli.output import Printer
from comfydoctor.doctor.dossier import gather, redacted
from comfydoctor.doctor.office import Office, open_office
from comfydoctor.errors import StoreError, UsageError
from comfydoctor.incidents.bundle import write_bundle
from comfydoctor.incidents.markdown import to_markdown
from comfydoctor.incidents.report import to_html
from comfydoctor.model.dossier import Dossier
from comfydoctor.model.server import Reach

LOOK_SECONDS = 3.0
LOOK_EVERY = 0.2


def as_json(dossier: Dossier) -> str:
    """The documented shape, version 1; a gap in a curve is null."""
    shape = {"schema": 1, "report": dossier}
    return to_json(shape, indent=1, inf_nan_mode="null").decode()


WRITERS: dict[str, Callable[[Dossier], str]] = {
    ".html": to_html,
    ".md": to_markdown,
    ".json": as_json,
}


def report(options: argparse.Namespace, printer: Printer) -> int:
    """Write a report, or print it as Markdown when no file is named."""
    out = Path(options.out) if options.out else None
    if out is not None and out.suffix.lower() not in WRITERS:
        raise UsageError(
            f"{out.name} is of no kind that can be written.",
            advice=f"Use one of {', '.join(WRITERS)}.",
        )
    dossier = _dossier(options)
    if out is None:
        printer.line(to_markdown(dossier))
        return Exit.OK
    _written(out, WRITERS[out.suffix.lower()](dossier).encode())
    _tell(out, dossier, printer)
    return Exit.OK


def bundle(options: argparse.Namespace, printer: Printer) -> int:
    """Write a support bundle, which ``explain`` and the window open."""
    out = Path(options.out)
    dossier = _dossier(options)
    try:
        write_bundle(out, dossier)
    except OSError as error:
        raise _unwritten(out, error) from error
    _tell(out, dossier, printer)
    return Exit.OK


def _dossier(options: argparse.Namespace) -> Dossier:
    whole = asyncio.run(_gather(options))
    return whole if options.with_names else redacted(whole)


async def _gather(options: argparse.Namespace) -> Dossier:
    async with open_office(write=False) as office:
        return await look_and_gather(office, options)


async def look_and_gather(office: Office, options: argparse.Namespace) -> Dossier:
    """Watch for some seconds, so that jobs and readings are there, then check."""
    profile = await choose_server(options, office)
    doctor = await office.open(profile)
    for _ in range(round(LOOK_SECONDS / LOOK_EVERY)):
        await asyncio.sleep(LOOK_EVERY)
        if doctor.snapshot().connection.reach in {Reach.DOWN, Reach.PROBLEM}:
            break
    found = await doctor.check()
    catalogue = (await office.matcher()).catalogue
    return gather(doctor, found, catalogue, clock=time.time, note=options.note)


def _written(out: Path, body: bytes) -> None:
    try:
        out.write_bytes(body)
    except OSError as error:
        raise _unwritten(out, error) from error


def _unwritten(out: Path, error: OSError) -> StoreError:
    return StoreError(f"{out} could not be written: {error.strerror}.")


def _tell(out: Path, dossier: Dossier, printer: Printer) -> None:
    printer.line(str(out))
    if dossier.removed:
        printer.note(f"Taken out for privacy: {', '.join(dossier.removed)}.")
    printer.note("Look at it before you hand it on.")
