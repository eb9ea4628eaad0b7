"""``comfydoctor watch``: what happens, line by line."""

import argparse
import asyncio
import time
from collections.abc import Coroutine
from typing import Any

from comfydoctor.cli.address import choose_server
from comfydoctor.cli.check import finding_json
from comfydoctor.cli.exits import Exit
from comfydoctor.cli.output import Printer
from comfydoctor.doctor.office import Office, open_office
from comfydoctor.model.change import (
    Change,
    ConnectionChanged,
    FindingOpened,
    FindingResolved,
    JobEnded,
    LinesAdded,
    QueueChanged,
    ServerSeen,
)
from comfydoctor.model.server import ServerProfile


def watch(options: argparse.Namespace, printer: Printer) -> int:
    """Follow one server until Ctrl-C or ``--seconds``."""

    async def follow() -> None:
        async with open_office(write=False) as office:
            profile = await choose_server(options, office)
            await watch_profile(
                office, profile, printer, options.seconds, as_json=options.json
            )

    asyncio.run(follow())
    return Exit.OK


async def watch_profile(
    office: Office,
    profile: ServerProfile,
    printer: Printer,
    seconds: float | None,
    *,
    as_json: bool = False,
) -> None:
    """Print the changes of one server; JSON lines with ``as_json``."""
    doctor = await office.doctor(profile)
    gone = asyncio.Event()

    def say(change: Change) -> None:
        try:
            tell(change, printer, as_json=as_json)
        except BrokenPipeError:
            gone.set()  # a listener must not disturb the doctor

    leave = doctor.on_change(say)
    try:
        await _until(gone, doctor.run(), seconds)
    finally:
        leave()


async def _until(
    gone: asyncio.Event, watching: Coroutine[Any, Any, None], seconds: float | None
) -> None:
    """Watch until the time is over or nobody reads; raises what ends it else."""
    loop = asyncio.get_running_loop()
    tasks = {loop.create_task(watching), loop.create_task(_no_reader(gone))}
    try:
        done, _ = await asyncio.wait(
            tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
        )
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    for task in done:
        task.result()


async def _no_reader(gone: asyncio.Event) -> None:
    await gone.wait()
    raise BrokenPipeError


def tell(change: Change, printer: Printer, *, as_json: bool) -> None:
    """Print one change."""
    if as_json:
        printer.json(change_json(change), indent=None)
        return
    for line in change_lines(change, printer):
        printer.line(f"{time.strftime('%H:%M:%S')}  {line}")


def change_json(change: Change) -> dict[str, object]:
    """One change as an object with its type; schema 1."""
    if isinstance(change, FindingOpened | FindingResolved):
        body: object = finding_json(change.finding)
    else:
        body = change
    return {"schema": 1, "change": type(change).__name__, "what": body}


def change_lines(change: Change, printer: Printer) -> list[str]:
    """One change in words; nothing for what is only of use to the window."""
    if isinstance(change, ConnectionChanged):
        return [connection_line(change)]
    if isinstance(change, ServerSeen):
        name = "simulated ComfyUI" if change.info.simulated else "ComfyUI"
        return [f"{name} {change.info.version or '(version not known)'}"]
    if isinstance(change, QueueChanged):
        return [f"queue {change.remaining}"]
    if isinstance(change, JobEnded):
        return [job_line(change)]
    if isinstance(change, LinesAdded):
        return [f"log  {line.text}" for line in change.lines if not line.transient]
    if isinstance(change, FindingOpened):
        mark = printer.severity(change.finding.severity)
        return [f"{mark}: {change.finding.title} ({change.finding.confidence.word})"]
    if isinstance(change, FindingResolved):
        return [f"resolved: {change.finding.title}"]
    return []


def connection_line(change: ConnectionChanged) -> str:
    """``connected  live: events, log``, or what is wrong."""
    said = change.connection
    live = {"events": said.live_events, "log": said.log_stream}
    names = ", ".join(name for name, on in live.items() if on)
    words = said.detail or (f"live: {names}" if names else "")
    return f"{said.reach.value}  {words}".rstrip()


def job_line(change: JobEnded) -> str:
    """``job 3f2a… failed after 12.3 s: torch.OutOfMemoryError``."""
    job = change.job
    after = f" after {job.seconds:.1f} s" if job.seconds is not None else ""
    why = f": {job.error.exception_type}" if job.error else ""
    name = f" ({job.workflow_name})" if job.workflow_name else ""
    return f"job {job.id[:8]}{name} {job.state.value}{after}{why}"
