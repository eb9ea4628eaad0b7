"""``comfydoctor versions``: list, compare, put back, export, tidy."""

import argparse
import asyncio
import sys
import time
from collections.abc import Callable
from pathlib import Path

from comfydoctor.cli.address import choose_server
from comfydoctor.cli.exits import Exit
from comfydoctor.cli.fix import ask, plan_and_apply, print_result
from comfydoctor.cli.output import Printer
from comfydoctor.cli.versions_json import (
    diff_json,
    match_json,
    version_json,
    workflow_json,
)
from comfydoctor.cli.versions_text import (
    print_diff,
    print_timeline,
    print_version,
    print_workflows,
    when,
)
from comfydoctor.doctor.office import open_office
from comfydoctor.doctor.versions import Archive, open_archive
from comfydoctor.errors import UsageError
from comfydoctor.model.fix import FixOutcome, FixResult
from comfydoctor.model.version import Rating
from comfydoctor.model.wish import Wish
from comfydoctor.store.versions_retention import Rule
from comfydoctor.workflow.classes import Classes
from comfydoctor.workflow.diff import diff_texts

Action = Callable[[Archive, argparse.Namespace, Printer], int]


def versions(options: argparse.Namespace, printer: Printer) -> int:
    """Do one action; the server is asked only where it must be."""
    if options.action == "revert":
        return revert(options, printer)
    if options.action == "keep" and not options.files:
        return keep_server(options, printer)
    with open_archive() as archive:
        return _ACTIONS[options.action](archive, options, printer)


def show_list(archive: Archive, options: argparse.Namespace, printer: Printer) -> int:
    """Workflows; the versions of one; or what a search finds."""
    if options.search:
        found = archive.search(options.search)[: options.limit]
        if options.json:
            printer.json({"schema": 1, "versions": [version_json(v) for v in found]})
        for version in () if options.json else found:
            print_version(version, printer)
        return Exit.OK if found else Exit.FOUND
    if options.workflow:
        workflow = archive.find_workflow(options.workflow)
        dated = archive.timeline(workflow.id, limit=options.limit)
        if options.json:
            listed = [version_json(d.version, d.runs) for d in dated]
            printer.json({"schema": 1, "versions": listed})
        else:
            print_timeline(workflow, dated, printer)
        return Exit.OK
    workflows = archive.workflows()[: options.limit]
    if options.json:
        printer.json({"schema": 1, "workflows": [workflow_json(w) for w in workflows]})
    else:
        print_workflows(workflows, archive.figures(), printer)
    return Exit.OK


def show(archive: Archive, options: argparse.Namespace, printer: Printer) -> int:
    """One version with its runs."""
    version = archive.version(options.version)
    runs = archive.runs(version)
    if options.json:
        printer.json({"schema": 1, "version": version_json(version, runs)})
        return Exit.OK
    print_version(version, printer)
    for run in runs:
        seconds = f"{run.seconds:.1f} s" if run.seconds is not None else "not known"
        printer.line(f"    {run.state.value}, {seconds}, {when(run.ended)}")
        for text in (*run.findings, *(out.filename for out in run.outputs)):
            printer.line(f"        {text}")
    return Exit.OK


def diff(archive: Archive, options: argparse.Namespace, printer: Printer) -> int:
    """Two versions, files or pictures; exit 1 when they differ."""
    before, old = archive.read(options.before)
    after, new = archive.read(options.after)
    classes = asyncio.run(_classes(options)) if options.url else None
    found = diff_texts(old, new, classes=classes)
    if options.json:
        printer.json(diff_json(before, after, found))
    else:
        print_diff(before, after, found, printer, folded=options.all)
    return Exit.FOUND if found.shown else Exit.OK


async def _classes(options: argparse.Namespace) -> Classes:
    async with open_office(write=False) as office:
        doctor = await office.doctor(await choose_server(options, office))
        return Classes(await doctor.client.definitions())


def export(archive: Archive, options: argparse.Namespace, printer: Printer) -> int:
    """Write a new file."""
    archive.export(options.version, Path(options.file))
    said = {"schema": 1, "version": options.version, "file": options.file}
    if options.json:
        printer.json(said)
    else:
        printer.line(f"Version {options.version} was written to {options.file}.")
    return Exit.OK


def verify(archive: Archive, options: argparse.Namespace, printer: Printer) -> int:
    """Read everything back; exit 1 when something is damaged."""

    def tell(done: int, total: int) -> None:
        if sys.stderr.isatty():
            printer.note(f"{done} of {total} read…")

    damage = archive.verify(tell)
    figures = archive.figures()
    if options.json:
        printer.json({"schema": 1, "contents": figures.contents, "damage": damage})
    else:
        printer.line(f"{figures.contents} kept states read, {len(damage)} damaged.")
        for text in damage:
            printer.line(f"  {text}")
    return Exit.FOUND if damage else Exit.OK


def find(archive: Archive, options: argparse.Namespace, printer: Printer) -> int:
    """Which version made a picture; exit 1 when none is known."""
    matches = archive.find(Path(options.file))
    if options.json:
        printer.json({"schema": 1, "matches": [match_json(m) for m in matches]})
    elif not matches:
        printer.line("No kept version made this, as far as is known.")
    else:
        for match in matches[:10]:
            print_version(match.version, printer)
            printer.line(f"    {match.how}")
    return Exit.OK if matches else Exit.FOUND


def keep(archive: Archive, options: argparse.Namespace, printer: Printer) -> int:
    """Keep the graphs of files and pictures."""
    kept = [archive.take_in(Path(name), time.time()) for name in options.files]
    return _tell_kept([version_json(version) for version in kept], options, printer)


def keep_server(options: argparse.Namespace, printer: Printer) -> int:
    """Keep what the server's files and newest jobs are."""

    async def go() -> int:
        async with open_office() as office:
            doctor = await office.doctor(await choose_server(options, office))
            return await doctor.versions.keep_now()

    new = asyncio.run(go())
    if options.json:
        printer.json({"schema": 1, "new": new})
    else:
        printer.line(f"{new} new versions kept." if new else "Nothing new to keep.")
    return Exit.OK


def _tell_kept(
    kept: list[dict[str, object]], options: argparse.Namespace, printer: Printer
) -> int:
    if options.json:
        printer.json({"schema": 1, "versions": kept})
        return Exit.OK
    for version in kept:
        printer.line(f"Kept as version {version['id']} of “{version['workflow']}”.")
    return Exit.OK


def mark(archive: Archive, options: argparse.Namespace, printer: Printer) -> int:
    """Name, note, star, pin, rate."""
    version = archive.store.mark(
        options.version,
        name=options.name,
        note=options.note,
        starred=options.star,
        pinned=options.pin,
    )
    runs = archive.runs(version)
    if options.rating:
        if not runs:
            raise UsageError("No run of that version is known, so none can be rated.")
        rating = Rating[options.rating.upper()]
        archive.rate(runs[-1].server, runs[-1].job, rating)
    if options.json:
        printer.json({"schema": 1, "version": version_json(version, runs)})
    else:
        print_version(version, printer)
    return Exit.OK


def tidy(archive: Archive, options: argparse.Namespace, printer: Printer) -> int:
    """Show what would go, then remove it after a yes."""
    removal = archive.preview(Rule(options.days, options.newest))
    count = len(removal.versions)
    span = f" of {removal.workflows} workflows, {when(removal.oldest)} to "
    span += when(removal.newest)
    if not options.json:
        printer.line(f"{count} versions{span if count else ''} would be removed.")
        printer.line("Never those that are starred, pinned, named, or ran well.")
    if count and not options.yes and not ask(printer):
        printer.note("Nothing was removed.")
        return Exit.OK
    freed = archive.remove(removal) if count else 0
    if options.json:
        printer.json({"schema": 1, "removed": list(removal.versions), "freed": freed})
    elif count:
        printer.line(f"{count} versions removed, {freed / 2**20:.1f} MB free.")
    return Exit.OK


def revert(options: argparse.Namespace, printer: Printer) -> int:
    """Plan, ask, put back, verify."""
    options.id, options.set = "revert-workflow", []

    async def go() -> FixResult | None:
        async with open_office() as office:
            archive = Archive(await asyncio.to_thread(office.store.versions))
            number = _number(archive, options.version)
            place = archive.version(number).place
            wanted = {"node": options.node, "folder": options.folder}
            wish = Wish(str(number), {k: v for k, v in wanted.items() if v})
            options.target = wish.write()
            options.url = options.url or place.server or _NOBODY
            doctor = await office.doctor(await choose_server(options, office))
            return await plan_and_apply(doctor, options, printer)

    result = asyncio.run(go())
    if result is None:
        return Exit.OK
    print_result(result, printer, as_json=options.json)
    return Exit.OK if result.outcome is FixOutcome.DONE else Exit.FOUND


_NOBODY = "http://127.0.0.1:8188"
"""A file of this computer needs no server; the journal wants a name for one."""


def _number(archive: Archive, text: str) -> int:
    """A version's number, or of a workflow that of the last good one."""
    if text.isdigit():
        return int(text)
    workflow = archive.find_workflow(text)
    if workflow.good is None:
        raise UsageError(
            f"No version of “{workflow.place.name}” is known to have run well.",
            advice=f"comfydoctor versions list {workflow.id}",
        )
    return workflow.good


_ACTIONS: dict[str, Action] = {
    "list": show_list,
    "show": show,
    "diff": diff,
    "export": export,
    "verify": verify,
    "find": find,
    "keep": keep,
    "mark": mark,
    "tidy": tidy,
}
