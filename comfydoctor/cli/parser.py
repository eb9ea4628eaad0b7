"""The words of the command line."""

import argparse
import math

from comfydoctor import __version__
from comfydoctor.cli.parser_agent import add_agent
from comfydoctor.cli.parser_changes import add_changes
from comfydoctor.cli.parser_history import add_alerts, add_history
from comfydoctor.cli.parser_local import add_local
from comfydoctor.cli.parser_model import add_model
from comfydoctor.cli.parser_report import add_checklist, add_report
from comfydoctor.cli.parser_versions import add_lock, add_versions
from comfydoctor.cli.parser_workflow import add_lint

EXIT_CODES = """\
exit codes: 0 nothing wrong, 1 something found (or the fix did not reach its
aim), 2 usage, 3 server not reachable, 4 internal error, 130 cancelled.
Without --url the address comes from COMFYDOCTOR_URL, COMFY_LOCAL_URL,
COMFYUI_URL, COMFYUI_HOST[:COMFYUI_PORT], else a ComfyUI found on this computer.
"""
HIGHEST_PORT = 65535
PROFILES = ("0.3.64", "0.8.0", "0.33.0")
"""What the simulator can play; named here so that parsing loads nothing of it."""


class Parser(argparse.ArgumentParser):
    """An ArgumentParser whose errors go to stderr with exit code 2."""


def build_parser() -> Parser:
    """Every verb with its options."""
    parser = Parser(
        prog="comfydoctor",
        description="Watches a ComfyUI, says what is wrong and puts it right. "
        "Without a verb the window opens.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--version", action="version", version=f"comfydoctor {__version__}"
    )
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    _add_looking(verbs)
    _add_fixing(verbs)
    add_changes(verbs)
    add_history(verbs)
    add_alerts(verbs)
    add_lint(verbs)
    add_model(verbs)
    add_report(verbs, _add_server_only)
    add_checklist(verbs, _add_server)
    add_agent(verbs)
    add_versions(verbs)
    add_lock(verbs)
    _add_simulating(verbs)
    return parser


def _add_server(verb: argparse.ArgumentParser, *, json: bool = True) -> None:
    verb.add_argument("--url", help="address of the ComfyUI, with any path prefix")
    if json:
        verb.add_argument("--json", action="store_true", help="one JSON document")


def _add_server_only(verb: argparse.ArgumentParser) -> None:
    _add_server(verb, json=False)


def _add_looking(verbs: "argparse._SubParsersAction[Parser]") -> None:
    window = verbs.add_parser("open", help="open the window on one server")
    window.add_argument("url", help="address of the ComfyUI")
    check = verbs.add_parser("check", help="run every check that applies")
    _add_server(check)
    check.add_argument("--workflow", metavar="FILE", help="check this workflow too")
    check.add_argument(
        "--strict", action="store_true", help="warnings count as found problems"
    )
    check.add_argument(
        "--write-test",
        action="store_true",
        help="write a small file into ComfyUI's folders and take it away again",
    )
    add_local(check)
    watch = verbs.add_parser("watch", help="print what happens, line by line")
    _add_server(watch)
    watch.add_argument(
        "--seconds", type=positive, metavar="N", help="stop after N seconds"
    )
    explain = verbs.add_parser("explain", help="say what a log or traceback means")
    explain.add_argument("file", nargs="?", default="-", help="a file, or - for stdin")
    explain.add_argument("--json", action="store_true", help="one JSON document")
    audit = verbs.add_parser("audit", help="what was done, by whom, with what result")
    audit.add_argument("--json", action="store_true", help="one JSON document")
    audit.add_argument("--limit", type=count, default=50, metavar="N")


def _add_fixing(verbs: "argparse._SubParsersAction[Parser]") -> None:
    fix = verbs.add_parser("fix", help="plan or apply one fix")
    fix.add_argument("id", nargs="?", help="id of the fix; without it, the list")
    fix.add_argument(
        "target", nargs="?", default="", help="what it acts on: a job id, a file"
    )
    fix.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="an option of the fix, such as to=front; may be given several times",
    )
    _add_server(fix)
    how = fix.add_mutually_exclusive_group()
    how.add_argument("--plan", action="store_true", help="only show what it would do")
    how.add_argument("--yes", action="store_true", help="apply without asking")
    undo = verbs.add_parser("undo", help="take one of our actions back")
    undo.add_argument("entry", help="id of the action, as audit and fix print it")
    _add_server(undo)


def _add_simulating(verbs: "argparse._SubParsersAction[Parser]") -> None:
    simulate = verbs.add_parser("simulate", help="run a simulated ComfyUI")
    simulate.add_argument("--port", type=port, default=0, help="0 picks a free one")
    simulate.add_argument("--scenario", default="healthy-studio", metavar="ID")
    simulate.add_argument("--profile", choices=PROFILES, help="the version it plays")
    simulate.add_argument("--speed", type=positive, default=1.0, metavar="X")
    simulate.add_argument("--list", action="store_true", help="list the scenarios")
    simulate.add_argument(
        "--stop-with-parent", action="store_true", help="end when stdin closes"
    )
    demo = verbs.add_parser("demo", help="open the window on a simulated ComfyUI")
    demo.add_argument("--scenario", default="out-of-memory", metavar="ID")
    demo.add_argument("--speed", type=positive, default=1.0, metavar="X")
    demo.add_argument("--no-window", action="store_true", help="print instead")
    demo.add_argument(
        "--seconds", type=positive, metavar="N", help="stop after N seconds"
    )
    shot = verbs.add_parser("screenshot", help="draw a panel into a picture")
    shot.add_argument("panel", help="id of the panel, or 'list'")
    shot.add_argument("--out", required=False, metavar="FILE.png")
    shot.add_argument("--scenario", default="out-of-memory", metavar="ID")
    shot.add_argument("--theme", choices=("light", "dark"), default="light")
    shot.add_argument("--size", default="1280x800", metavar="WxH")
    shot.add_argument("--scale", type=float, default=1.0, metavar="N")
    draw = verbs.add_parser("draw", help="draw a flowchart, or the decision tree")
    draw.add_argument("what", help="'tree', id of a flowchart, or 'list'")
    draw.add_argument("--out", metavar="FILE", help="its ending: .pdf, .svg or .png")
    draw.add_argument("--paper", choices=("A4", "Letter"), default="A4")


def positive(text: str) -> float:
    """A number above zero."""
    value = float(text)
    if not 0.0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is not above zero")
    return value


def count(text: str) -> int:
    """A whole number, at least 1."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return value


def port(text: str) -> int:
    """A port, or 0 for any free one."""
    value = int(text)
    if not 0 <= value <= HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is no port (0 to {HIGHEST_PORT})")
    return value
