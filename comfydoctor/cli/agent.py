"""``comfydoctor agent``: reads this computer for others that ask."""

import argparse
import asyncio
import os
from pathlib import Path

from comfydoctor.agent.run import Listening, serve
from comfydoctor.cli.exits import Exit
from comfydoctor.cli.output import Printer
from comfydoctor.errors import UsageError

TOKEN = "COMFYDOCTOR_AGENT_TOKEN"  # noqa: S105 - the name of a variable


def agent(options: argparse.Namespace, printer: Printer) -> int:
    """Serve until Ctrl-C."""
    token = read_token(options.token_file)
    listening = Listening(options.listen, options.port, token)

    def ready(address: str) -> None:
        printer.line(f"agent ready {address}")
        if not token:
            printer.note("Without a token: every program on this computer may read.")

    asyncio.run(serve(listening, ready))
    return Exit.OK


def read_token(name: str) -> str:
    """The token from a file, else from the environment, else none."""
    if not name:
        return os.environ.get(TOKEN, "").strip()
    try:
        return Path(name).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The token file {name} cannot be read.") from error
