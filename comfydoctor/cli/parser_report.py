"""The options of ``report``, ``bundle`` and ``checklist``."""

import argparse
from collections.abc import Callable
from typing import TypeVar

_Parser = TypeVar("_Parser", bound=argparse.ArgumentParser)


def add_report(
    verbs: "argparse._SubParsersAction[_Parser]",
    add_server: Callable[[argparse.ArgumentParser], None],
) -> None:
    """Both verbs; ``add_server`` adds the options that name a server."""
    report = verbs.add_parser("report", help="write a report on a server")
    report.add_argument(
        "--out", metavar="FILE", help="its ending: .html, .md or .json; else printed"
    )
    bundle = verbs.add_parser("bundle", help="write one file for a helper to open")
    bundle.add_argument("--out", metavar="FILE.zip", required=True)
    for verb in (report, bundle):
        add_server(verb)
        verb.add_argument("--note", default="", help="what you saw, in your words")
        verb.add_argument(
            "--with-names",
            action="store_true",
            help="leave names of people, computers and addresses in; secrets always go",
        )


def add_checklist(
    verbs: "argparse._SubParsersAction[_Parser]",
    add_server: Callable[[argparse.ArgumentParser], None],
) -> None:
    """The verb; without an id it lists the checklists."""
    checklist = verbs.add_parser("checklist", help="fill a checklist in")
    checklist.add_argument(
        "id", nargs="?", default="", help="without it: all there are"
    )
    add_server(checklist)
