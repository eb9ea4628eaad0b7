"""``comfydoctor checklist``: fills a checklist in, as far as a look can tell."""

import argparse
import asyncio

from comfydoctor.cli.address import choose_server
from comfydoctor.cli.exits import Exit
from comfydoctor.cli.output import Printer
from comfydoctor.content.catalogue import Catalogue
from comfydoctor.doctor.office import open_office
from comfydoctor.model.checklist import ChecklistView, TaskState, TaskView

MARKS = {
    TaskState.GOOD: "●",
    TaskState.BAD: "■",
    TaskState.OPEN: "–",
    TaskState.SKIPPED: "·",
}


def checklist(options: argparse.Namespace, printer: Printer) -> int:
    """Print a filled-in checklist; exit 1 when something on it is not well."""
    if not options.id:
        return list_checklists(options, printer)
    view = asyncio.run(_fill_in(options))
    if options.json:
        printer.json(as_json(view))
    else:
        print_view(view, printer)
    return Exit.FOUND if view.count(TaskState.BAD) else Exit.OK


def list_checklists(options: argparse.Namespace, printer: Printer) -> int:
    """Which there are."""
    checklists = Catalogue().checklists.values()
    if options.json:
        shown = [{"id": c.id, "title": c.title, "about": c.about} for c in checklists]
        printer.json({"schema": 1, "checklists": shown})
    else:
        for one in checklists:
            printer.line(f"{one.id:<22} {one.title}. {one.about}")
    return Exit.OK


async def _fill_in(options: argparse.Namespace) -> ChecklistView:
    async with open_office(write=False) as office:
        doctor = await office.doctor(await choose_server(options, office))
        await doctor.check()
        return await doctor.checklists.begin(options.id)


def as_json(view: ChecklistView) -> dict[str, object]:
    """The documented shape, version 1."""
    return {
        "schema": 1,
        "checklist": view.checklist.id,
        "title": view.checklist.title,
        "tasks": [
            {
                "id": one.task.id,
                "title": one.task.title,
                "state": one.state,
                "why": one.why,
                "fix": one.task.fix or None,
                "chart": one.task.chart or None,
            }
            for one in view.tasks
        ],
    }


def print_view(view: ChecklistView, printer: Printer) -> None:
    """The same for a person, section by section."""
    shown = {one.task.id: one for one in view.tasks}
    printer.line(f"{view.checklist.title}. {view.checklist.about}")
    for section in view.checklist.section:
        printer.line()
        printer.line(section.title)
        for task in section.task:
            print_task(shown[task.id], printer)
    printer.line()
    counts = {state: view.count(state) for state in TaskState}
    printer.line(
        f"{counts[TaskState.GOOD]} well, {counts[TaskState.BAD]} not, "
        f"{counts[TaskState.OPEN]} for a person to check."
    )


def print_task(one: TaskView, printer: Printer) -> None:
    """One line a task, and how to do it where a person must."""
    said = f"  {one.why}" if one.why else ""
    printer.line(f"  {MARKS[one.state]} {one.task.title}{said}")
    if one.state is TaskState.OPEN and one.task.text:
        printer.line(f"      {one.task.text}")
    if one.state is TaskState.BAD and one.task.fix:
        printer.line(f"      → comfydoctor fix {one.task.fix}")
