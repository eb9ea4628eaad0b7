"""The words of ``comfydoctor lint``."""

import argparse
from typing import Any

_MORE = """\
Checks a workflow against a server without posting it: missing nodes and the packs
that bring them, missing models and where they lie, values, types, connections.
WORKFLOW is JSON in the saved or the exported (API) form, or a picture, film or sound
with a workflow in its metadata; - reads it from standard input.
"""


def add_lint(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Add the verb."""
    lint = verbs.add_parser(
        "lint",
        help="check a workflow against a server, without running it",
        description=_MORE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    lint.add_argument("workflow", metavar="WORKFLOW", help="JSON, picture, film, sound")
    source = lint.add_mutually_exclusive_group()
    source.add_argument("--url", help="address of the ComfyUI, with any path prefix")
    source.add_argument(
        "--object-info", metavar="FILE", help="a saved answer of /object_info instead"
    )
    lint.add_argument("--needs", action="store_true", help="also list what it needs")
    lint.add_argument("--json", action="store_true", help="one JSON document")
