"""``comfydoctor fix`` and ``undo``: plan, ask, apply, verify, take back."""

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Callable

from comfydoctor.cli.address import choose_server
from comfydoctor.cli.exits import Exit
from comfydoctor.cli.output import Printer, jsonable
from comfydoctor.doctor.doctor import Doctor
from comfydoctor.doctor.office import open_office
from comfydoctor.errors import StalePlan, UsageError
from comfydoctor.model.fix import FixOutcome, FixResult, Plan
from comfydoctor.model.wish import Wish

PLANS = 4


def fix(options: argparse.Namespace, printer: Printer) -> int:
    """Show the plan; apply it after a yes."""
    if not options.id:
        return list_fixes(options, printer)

    async def go() -> FixResult | None:
        async with open_office() as office:
            profile = await choose_server(options, office)
            doctor = await office.doctor(profile)
            return await plan_and_apply(doctor, options, printer)

    result = asyncio.run(go())
    if result is None:
        return Exit.OK
    print_result(result, printer, as_json=options.json)
    return Exit.OK if result.outcome is FixOutcome.DONE else Exit.FOUND


async def plan_and_apply(
    doctor: Doctor, options: argparse.Namespace, printer: Printer
) -> FixResult | None:
    """None when only the plan was wanted, or the person said no."""
    if options.yes:
        return await apply_now(doctor, options.id, target_of(options))
    plan = await doctor.plan(options.id, target_of(options))
    if options.plan:
        if options.json:
            printer.json({"schema": 1, "plan": jsonable(plan)})
        else:
            print_plan(plan, printer.line)
        return None
    print_plan(plan, printer.note)
    if not ask(printer):
        printer.note("Nothing was changed.")
        return None
    return await doctor.apply(plan)


async def apply_now(doctor: Doctor, fix_id: str, target: str) -> FixResult:
    """Plan and apply at once.

    Nobody looked at this very plan, so a stale one is made anew a few times: on a
    busy server jobs come between the two.
    """
    for _ in range(PLANS - 1):
        with contextlib.suppress(StalePlan):
            return await doctor.apply(await doctor.plan(fix_id, target))
    return await doctor.apply(await doctor.plan(fix_id, target))


def target_of(options: argparse.Namespace) -> str:
    """The target with what ``--set`` adds; raises UsageError."""
    wish = Wish.read(options.target)
    added: dict[str, str] = {}
    for pair in options.set:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise UsageError(f"--set wants NAME=VALUE, not “{pair}”.")
        added[name] = value
    return Wish(wish.subject, {**wish.options, **added}).write()


def ask(printer: Printer) -> bool:
    """Ask the person; without one there, --yes is needed."""
    if not sys.stdin.isatty():
        raise UsageError(
            "Nobody is here to approve the plan.",
            advice="Add --yes to apply it, or --plan to only see it.",
        )
    printer.err.write("Apply this? [y/N] ")
    printer.err.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def print_plan(plan: Plan, say: Callable[[str], None]) -> None:
    """What will happen, what is lost, how it is undone."""
    say(plan.title)
    for number, step in enumerate(plan.steps, start=1):
        request = f"   [{step.request}]" if step.request else ""
        say(f"  {number}. {step.text}{request}")
    for label, value in plan.facts:
        say(f"  {label}: {value}")
    for line in plan.difference.splitlines():
        say(f"    {line}")
    say(f"  Lost: {plan.loses}")
    say(f"  Undo: {plan.undo or 'not possible'}")


def print_result(result: FixResult, printer: Printer, *, as_json: bool) -> None:
    """How it went, measured."""
    if as_json:
        printer.json({"schema": 1, "result": jsonable(result)})
        return
    printer.line(f"{result.outcome.value}: {result.said}")
    if result.detail:
        printer.line(result.detail)
    if result.undoable:
        printer.line(f"Undo with: comfydoctor undo {result.entry}")


def list_fixes(options: argparse.Namespace, printer: Printer) -> int:
    """Every fix there is."""
    from comfydoctor.doctor.remedies import list_remedies

    remedies = list_remedies()
    if options.json:
        printer.json({"schema": 1, "fixes": remedies})
        return Exit.OK
    width = max(len(remedy.id) for remedy in remedies)
    for remedy in remedies:
        printer.line(f"{remedy.id:<{width}}  {remedy.title} ({remedy.risk.value})")
    return Exit.OK


def undo(options: argparse.Namespace, printer: Printer) -> int:
    """Take one action back; the server is the one it was done to."""

    async def go() -> FixResult:
        async with open_office() as office:
            return await office.undo(options.entry, url=options.url)

    result = asyncio.run(go())
    print_result(result, printer, as_json=options.json)
    return Exit.OK if result.outcome is FixOutcome.DONE else Exit.FOUND
