"""Small phrases that several fixes share."""

import math
from collections.abc import Iterable

from comfydoctor.model.job import QueueItem


def counted(number: int, noun: str) -> str:
    """``1 job``, ``5 jobs``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def size(bytes_: float) -> str:
    """``22.9 GB`` as cards are sold: in steps of 1024."""
    if math.isnan(bytes_):
        return "not known"
    gigabytes = bytes_ / 2**30
    return f"{gigabytes:.1f} GB" if gigabytes >= 1 else f"{bytes_ / 2**20:.0f} MB"


def job_name(item: QueueItem) -> str:
    """What a person may know it by: its workflow, else the start of its id."""
    return f"“{item.workflow_name}”" if item.workflow_name else f"job {item.id[:8]}"


def listed(names: Iterable[str], most: int = 3) -> str:
    """``a, b, c and 4 more``."""
    every = list(names)
    text = ", ".join(every[:most])
    return f"{text} and {len(every) - most} more" if len(every) > most else text
