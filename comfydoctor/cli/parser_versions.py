"""The words of ``comfydoctor versions`` and ``comfydoctor lock``."""

import argparse
from typing import Any


def add_versions(verbs: Any) -> None:
    """Kept states of workflows."""
    verb = verbs.add_parser("versions", help="kept states of workflows, and back")
    actions = verb.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = _action(actions, "list", "workflows, or the versions of one")
    listing.add_argument("workflow", nargs="?", help="number, path or name")
    listing.add_argument("--search", metavar="WORDS", help="versions with these words")
    listing.add_argument("--limit", type=int, default=50, metavar="N")
    show = _action(actions, "show", "one version and what came of it")
    show.add_argument("version", type=int)
    _add_diff(actions)
    _add_revert(actions)
    export = _action(actions, "export", "write a version to a new file")
    export.add_argument("version", type=int)
    export.add_argument("file")
    _action(actions, "verify", "read every kept version back")
    find = _action(actions, "find", "which version made this picture")
    find.add_argument("file")
    keep = _action(actions, "keep", "keep what a server, a file or a picture has now")
    keep.add_argument("files", nargs="*", help="files; without them, the server")
    keep.add_argument("--url", help="address of the ComfyUI")
    _add_mark(actions)
    tidy = _action(actions, "tidy", "remove old versions; shows first what would go")
    tidy.add_argument("--days", type=float, default=365.0, help="keep younger ones")
    tidy.add_argument("--newest", type=int, default=50, help="keep so many of each")
    tidy.add_argument("--yes", action="store_true", help="remove without asking")


def add_lock(verbs: Any) -> None:
    """The state of an installation as a file."""
    verb = verbs.add_parser("lock", help="write down what a server runs, or check it")
    actions = verb.add_subparsers(dest="action", metavar="ACTION", required=True)
    write = _action(actions, "write", "write the server's state into a file")
    check = _action(actions, "check", "compare a server with such a file")
    for action in (write, check):
        action.add_argument("file")
        action.add_argument("--url", help="address of the ComfyUI")
    write.add_argument("--force", action="store_true", help="replace the file")


def _action(actions: Any, name: str, about: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = actions.add_parser(name, help=about)
    made.add_argument("--json", action="store_true", help="one JSON document")
    return made


def _add_diff(actions: Any) -> None:
    diff = _action(actions, "diff", "what changed between two versions or files")
    diff.add_argument("before", help="number of a version, a file or a picture")
    diff.add_argument("after", help="the same")
    diff.add_argument("--all", action="store_true", help="seeds and places too")
    diff.add_argument("--url", help="a ComfyUI that names the values")


def _add_revert(actions: Any) -> None:
    revert = _action(actions, "revert", "put a version back")
    revert.add_argument(
        "version", help="its number; or a workflow, for its last good version"
    )
    revert.add_argument("--node", default="", help="only the values of this node")
    revert.add_argument(
        "--folder", default="", metavar="FILE", help="write this file instead"
    )
    revert.add_argument("--url", help="address of the ComfyUI")
    how = revert.add_mutually_exclusive_group()
    how.add_argument("--plan", action="store_true", help="only show what it would do")
    how.add_argument("--yes", action="store_true", help="apply without asking")


def _add_mark(actions: Any) -> None:
    mark = _action(actions, "mark", "name a version, star it, rate its result")
    mark.add_argument("version", type=int)
    mark.add_argument("--name")
    mark.add_argument("--note")
    for word in ("star", "pin"):
        mark.add_argument(f"--{word}", action=argparse.BooleanOptionalAction)
    mark.add_argument(
        "--rating",
        choices=("good", "rejected", "none"),
        help="of its last run; a rejected one is never the last good version",
    )
