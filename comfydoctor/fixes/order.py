"""Places in a queue: the fewest new numbers that bring jobs into an order."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import pairwise


def new_numbers(places: Mapping[str, float], wanted: Sequence[str]) -> dict[str, float]:
    """Numbers for the jobs that must move so that ``wanted`` is the order.

    ``places`` are the numbers now. ComfyUI runs the smallest number first and takes
    fractions (contract, POST /prompt); as many jobs as can be keep theirs.
    """
    kept = _longest_rise([places[job] for job in wanted])
    moved = _between(places, wanted, kept)
    numbers = [moved.get(job, places[job]) for job in wanted]
    if all(a < b for a, b in pairwise(numbers)):
        return moved
    # No room is left between two numbers: all get new ones, before the first.
    lowest, count = min(places.values(), default=0.0), len(wanted)
    return {job: lowest - 1 + i / count for i, job in enumerate(wanted)}


def _between(
    places: Mapping[str, float], wanted: Sequence[str], kept: frozenset[int]
) -> dict[str, float]:
    """Spread what moves evenly over the gaps between what stays."""
    moved: dict[str, float] = {}
    waiting: list[str] = []
    low: float | None = None
    for index, job in enumerate(wanted):
        if index not in kept:
            waiting.append(job)
            continue
        moved |= _spread(waiting, low, places[job])
        waiting, low = [], places[job]
    return moved | _spread(waiting, low, None)


def _spread(
    jobs: Sequence[str], low: float | None, high: float | None
) -> dict[str, float]:
    """Numbers inside a gap; open ends are one wide, so new jobs still come after."""
    if low is None:
        low = 0.0 if high is None else high - 1.0
    if high is None:
        high = low + 1.0
    width = (high - low) / (len(jobs) + 1)
    return {job: low + width * (i + 1) for i, job in enumerate(jobs)}


def _longest_rise(numbers: Sequence[float]) -> frozenset[int]:
    """Indices of a longest strictly rising part (patience sorting)."""
    tails: list[float] = []
    ends: list[int] = []
    before: list[int] = []
    for index, number in enumerate(numbers):
        place = bisect_left(tails, number)
        before.append(ends[place - 1] if place else -1)
        if place == len(tails):
            tails.append(number)
            ends.append(index)
        else:
            tails[place], ends[place] = number, index
    rise: set[int] = set()
    at = ends[-1] if ends else -1
    while at >= 0:
        rise.add(at)
        at = before[at]
    return frozenset(rise)
