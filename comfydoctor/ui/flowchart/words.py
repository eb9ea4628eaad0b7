"""Words of flowcharts that several pictures of them share."""

import re

GROUPS = {
    "start": "It does not start or cannot be reached",
    "run": "Jobs fail or hang",
    "result": "The result is wrong",
    "speed": "It is slow",
    "system": "The computer",
}
"""Headings of the groups of symptoms, in their order."""


def brief(text: str) -> str:
    """What stands before the first colon, comma or bracket."""
    return re.split(r"[:,;(]| – ", text, maxsplit=1)[0].strip()
