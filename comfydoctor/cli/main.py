"""Dispatch of the command line: verbs to functions, exceptions to exit codes."""

import argparse
import asyncio
import contextlib
import importlib
import os
import sys
from collections.abc import Callable

from comfydoctor.cli.exits import Exit
from comfydoctor.cli.output import Printer
from comfydoctor.cli.parser import build_parser
from comfydoctor.errors import (
    ContentError,
    DoctorError,
    ServerError,
    SettingsError,
    UsageError,
)

Verb = Callable[[argparse.Namespace, Printer], int]


def run(argv: list[str], function: Verb | None = None) -> int:
    """Run one verb; returns the exit code, prints errors in words.

    ``function`` is what stands behind a verb that needs the window.
    """
    options = build_parser().parse_args(argv)
    printer = Printer()
    try:
        return int((function or verb(options.verb))(options, printer))
    except KeyboardInterrupt:
        return Exit.CANCELLED
    except asyncio.CancelledError:
        return Exit.CANCELLED
    except BrokenPipeError:
        return leave_pipe()
    except DoctorError as error:
        return say_error(error, printer, as_json=getattr(options, "json", False))
    except Exception as error:  # noqa: BLE001 - the last door: exit code 4
        printer.note(f"Internal error: {type(error).__name__}: {error}")
        printer.note("This is a fault of ComfyDoctor; please report it.")
        return Exit.INTERNAL


def leave_pipe() -> int:
    """Nobody reads any more: end quietly, also when the rest is flushed."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    return Exit.OK


def say_error(error: DoctorError, printer: Printer, *, as_json: bool) -> int:
    """Print what happened and what to do; returns the exit code for it."""
    printer.note(str(error))
    if error.advice:
        printer.note(error.advice)
    if as_json:
        kind = type(error).__name__
        said = {"type": kind, "message": str(error), "advice": error.advice}
        printer.json({"schema": 1, "error": said})
    return exit_for(error)


def exit_for(error: DoctorError) -> Exit:
    """The exit code that an error of our tree stands for."""
    if isinstance(error, ServerError):
        return Exit.UNREACHABLE
    if isinstance(error, UsageError | SettingsError):
        return Exit.USAGE
    if isinstance(error, ContentError):
        return Exit.INTERNAL
    return Exit.FOUND


VERBS = {
    "agent": "agent",
    "alerts": "alerts",
    "audit": "audit",
    "bundle": "report",
    "changes": "changes",
    "check": "check",
    "checklist": "checklist",
    "demo": "demo",
    "explain": "explain",
    "fix": "fix",
    "history": "history",
    "lint": "lint",
    "lock": "lock",
    "model": "model",
    "report": "report",
    "simulate": "simulate",
    "undo": "fix",
    "versions": "versions",
    "watch": "watch",
}
"""The verbs and the modules of ``comfydoctor.cli`` that have a function so named."""


def verb(name: str) -> Verb:
    """The function behind a verb, imported only when it is asked for."""
    if name not in VERBS:
        raise UsageError(f"There is no verb {name}.")
    module = importlib.import_module(f"comfydoctor.cli.{VERBS[name]}")
    function: Verb = getattr(module, name)
    return function


def main() -> int:
    """Entry point for tests and scripts."""
    return run(sys.argv[1:])
