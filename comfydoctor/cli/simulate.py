"""``comfydoctor simulate``: a ComfyUI that is not one, for tests and demos."""

import argparse

from comfydoctor.cli.exits import Exit
from comfydoctor.cli.output import Printer
from comfydoctor.errors import UsageError


def simulate(options: argparse.Namespace, printer: Printer) -> int:
    """Serve until stopped; prints the address first."""
    import comfydoctor.simulator.serve as serve

    if options.list:
        for scenario in serve.scenarios():
            printer.line(f"{scenario.id:<28} {scenario.title}")
        return Exit.OK
    known = {scenario.id for scenario in serve.scenarios()}
    if options.scenario not in known:
        raise UsageError(
            f"There is no scenario {options.scenario}.",
            advice="`comfydoctor simulate --list` names them.",
        )
    try:
        serve.main(
            port=options.port,
            scenario=options.scenario,
            profile=options.profile,
            speed=options.speed,
            stop_with_parent=options.stop_with_parent,
        )
    except OSError as error:
        raise UsageError(
            f"Port {options.port} cannot be used: {error.strerror}.",
            advice="Choose another one, or 0 for any that is free.",
        ) from error
    return Exit.OK
