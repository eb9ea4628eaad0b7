"""The words of ``comfydoctor changes``."""

import argparse
from typing import Any

_ABOUT = """\
What is not as it was when this ComfyUI last worked, most suspicious first: versions,
start flags, node packs with their commits, Python packages, node classes, model files.
States are kept while the window is open, at each meeting and each job that ends well.
Exit code 0 when nothing changed, 1 when something did.
"""


def add_changes(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Add the verb."""
    changes = verbs.add_parser(
        "changes",
        help="what changed since it last worked, or between two servers",
        description=_ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    changes.add_argument("--url", help="address of the ComfyUI, with any path prefix")
    changes.add_argument("--json", action="store_true", help="one JSON document")
    how = changes.add_mutually_exclusive_group()
    how.add_argument(
        "--since",
        default="last-good",
        metavar="TIME",
        help="last-good (the default), 2h, 3d, or 2026-11-20 or 2026-11-20T18:30",
    )
    how.add_argument(
        "--against", metavar="URL", help="compare with this other server instead"
    )
    changes.add_argument(
        "--workflow", metavar="NAME", help="last-good means: when this one ran well"
    )
    changes.add_argument(
        "--all", action="store_true", help="list mild differences too, not only 40"
    )
