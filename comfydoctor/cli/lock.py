"""``comfydoctor lock``: what a server runs, written down, and compared later."""

import argparse
import asyncio
from pathlib import Path

from comfydoctor.cli.address import choose_server
from comfydoctor.cli.exits import Exit
from comfydoctor.cli.output import Printer
from comfydoctor.doctor.office import open_office
from comfydoctor.doctor.versions_lock import Locked, check_lock, read_lock, write_lock
from comfydoctor.model.fingerprint import Comparison

LINES = 200


def lock(options: argparse.Namespace, printer: Printer) -> int:
    """Write or check; a check exits 1 when something differs."""
    path = Path(options.file)
    if options.action == "write":
        return _write(path, options, printer)
    return _check(path, options, printer)


def _write(path: Path, options: argparse.Namespace, printer: Printer) -> int:
    async def go() -> Locked:
        async with open_office(write=False) as office:
            profile = await choose_server(options, office)
            return await write_lock(office, profile, path, replace=options.force)

    locked = asyncio.run(go())
    if options.json:
        printer.json({"schema": 1, "file": str(path), **locked.counts})
        return Exit.OK
    counts = ", ".join(f"{number} {name}" for name, number in locked.counts.items())
    printer.line(f"Written to {path}: {counts}.")
    for name, why in locked.fingerprint.unread.items():
        printer.line(f"  Not in it: {name} ({why}).")
    return Exit.OK


def _check(path: Path, options: argparse.Namespace, printer: Printer) -> int:
    locked = read_lock(path)

    async def go() -> Comparison:
        async with open_office(write=False) as office:
            return await check_lock(
                office, await choose_server(options, office), locked
            )

    found = asyncio.run(go())
    if options.json:
        printer.json(
            {
                "schema": 1,
                "same": not found.differences,
                "differences": found.differences,
                "not_compared": found.unread,
            }
        )
    else:
        print_comparison(found, printer)
    return Exit.FOUND if found.differences else Exit.OK


def print_comparison(found: Comparison, printer: Printer) -> None:
    """Most suspicious first."""
    count = len(found.differences)
    printer.line(
        f"{count} differences from the lock file."
        if count
        else "As the lock file says, in all that could be compared."
    )
    for each in found.differences[:LINES]:
        said = each.says or f"{each.subject}: {each.before} → {each.after}"
        printer.line(f"  {each.part}: {said}")
    for sentence in found.unread:
        printer.line(f"  Not compared: {sentence}")
