"""The options of ``agent``."""

import argparse
from typing import TypeVar

_Parser = TypeVar("_Parser", bound=argparse.ArgumentParser)

DEFAULT_PORT = 9836


def add_agent(verbs: "argparse._SubParsersAction[_Parser]") -> None:
    """A reader for another computer, which changes nothing."""
    agent = verbs.add_parser(
        "agent", help="read this computer for a ComfyDoctor or Prometheus elsewhere"
    )
    agent.add_argument(
        "--listen", default="127.0.0.1", metavar="ADDRESS", help="default: only here"
    )
    agent.add_argument("--port", type=int, default=DEFAULT_PORT)
    agent.add_argument(
        "--token-file",
        default="",
        metavar="FILE",
        help="holds the token that askers must show; needed beyond this computer",
    )
