"""Words of the command line about installations on this computer."""

import argparse


def add_local(check: argparse.ArgumentParser) -> None:
    """Add what ``check`` can say of a ComfyUI that does not run."""
    check.add_argument(
        "--local",
        nargs="?",
        const="",
        metavar="FOLDER",
        help="read the files of the ComfyUI in FOLDER, or of all on this computer",
    )
    check.add_argument(
        "--exit-code",
        type=whole,
        metavar="N",
        help="with --local FOLDER: the code it ended with, such as 137 or 0xC0000005",
    )


def whole(text: str) -> int:
    """A whole number, decimal or 0x."""
    return int(text, 0)
