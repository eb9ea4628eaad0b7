"""The words of ``comfydoctor model``."""

import argparse
from typing import Any

_MORE = """\
comfydoctor model FILE OR FOLDER...          what each file is, and whether it is whole
comfydoctor model match BASE LORA...         how much of each LoRA would apply
comfydoctor model --workflow FILE FOLDER...  the same for what meets in a workflow
Only headers are read. Nothing is loaded, no code of a file is run.
"""


def add_model(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Add the verb."""
    model = verbs.add_parser(
        "model",
        help="look into model files, match LoRAs with their base",
        description=_MORE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    model.add_argument(
        "files", nargs="*", metavar="FILE", help="files, folders, or: match BASE LORA"
    )
    model.add_argument("--json", action="store_true", help="one JSON document")
    model.add_argument(
        "--workflow", metavar="FILE", help="match the LoRAs of this workflow"
    )
    model.add_argument(
        "--url", help="with --workflow: the ComfyUI whose model folders are meant"
    )
    model.add_argument(
        "--problems", action="store_true", help="list only files with a problem"
    )
