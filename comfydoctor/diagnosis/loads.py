"""Models going to the card, and whether it has less room for them each time."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from comfydoctor.diagnosis.events import Line, Load

_FULL = "Got an OOM, unloading all loaded models"
_ENDED = "Prompt executed in"
_MODEL = re.compile(r"Requested to load (\w{1,80})")
# Since 0.3.44; "usable" is what was free on the card, in MB.
_ROOM = re.compile(r"loaded (?:completely|partially); (\d+(?:\.\d+)?) MB usable")
_LEAST_MB = 100.0
_ENOUGH = 2


def read_loads(lines: Iterable[Line]) -> tuple[Load, ...]:
    """The first load of each job that came after all models had been unloaded.

    Only these can be compared: at other times other models hold part of the card.
    """
    return tuple(_loads(lines))


def shrinking(loads: Sequence[Load]) -> tuple[Load, ...]:
    """Loads of one model that found less room time after time; empty if none did."""
    for model in dict.fromkeys(load.model for load in reversed(loads)):
        alike = [load for load in loads if load.model == model]
        for run in reversed(_never_more(alike)):
            if _drops(run) >= _ENOUGH:
                return tuple(run)
    return ()


def _loads(lines: Iterable[Line]) -> Iterator[Load]:
    emptied, ready, model = False, False, ""
    for line in lines:
        if _FULL in line.text:
            emptied = True
        elif _ENDED in line.text:
            ready, emptied = emptied, False
        elif found := _MODEL.search(line.text):
            model = found[1]
        elif ready and model and (found := _ROOM.search(line.text)):
            yield Load(line.number, model, float(found[1]))
            ready = False


def _never_more(loads: Sequence[Load]) -> list[list[Load]]:
    """The loads, cut where one found clearly more room than the one before."""
    runs: list[list[Load]] = []
    for load in loads:
        if runs and load.room_mb - runs[-1][-1].room_mb < _LEAST_MB:
            runs[-1].append(load)
        else:
            runs.append([load])
    return runs


def _drops(loads: Sequence[Load]) -> int:
    rooms = [load.room_mb for load in loads]
    return sum(a - b >= _LEAST_MB for a, b in pairwise(rooms))
