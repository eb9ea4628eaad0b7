"""``comfydoctor simulate``: a ComfyUI that is not one, for tests and demos."""

import argparse

from comfydoctor.cli.exits import Exit
from comfydoctor.cli.output import Printer


def simulate(options: argparse.Namespace, printer: Printer) -> int:
    """Serve until stopped; prints the address first."""
    import comfydoctor.simulator.serve as serve

    if options.list:
        for scenario in serve.scenarios():
            printer.line(f"{scenario.id:<28} {scenario.title}")
        return Exit.OK
    serve.main(
        port=options.port,
        scenario=options.scenario,
        profile=options.profile,
        speed=options.speed,
        stop_with_parent=options.stop_with_parent,
    )
    return Exit.OK
