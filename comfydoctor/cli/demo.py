"""``comfydoctor demo --no-window``: watch a simulated ComfyUI in the terminal."""

import argparse
import asyncio

from comfydoctor.cli.exits import Exit
from comfydoctor.cli.output import Printer
from comfydoctor.cli.watch import watch_profile
from comfydoctor.doctor.office import open_office


def demo(options: argparse.Namespace, printer: Printer) -> int:
    """Start a scenario and follow it; everything shown is simulated."""

    async def follow() -> None:
        async with open_office(write=False) as office:
            profile = await office.start_demo(options.scenario, speed=options.speed)
            printer.note(f"Simulated ComfyUI at {profile.url}")
            await watch_profile(office, profile, printer, options.seconds)

    asyncio.run(follow())
    return Exit.OK
