"""Circles in a graph."""

from collections.abc import Mapping, Sequence


def find_cycle(sources: Mapping[str, Sequence[str]]) -> list[str]:
    """Nodes of one circle, each waiting for the next; empty when there is none.

    ``sources`` names for each node those it waits for, all of them keys too.
    """
    waits = {name: len(those) for name, those in sources.items()}
    followers: dict[str, list[str]] = {name: [] for name in sources}
    for name, those in sources.items():
        for source in those:
            followers[source].append(name)
    ready = [name for name, count in waits.items() if not count]
    done = 0
    while ready:
        done += 1
        for name in followers[ready.pop()]:
            waits[name] -= 1
            if not waits[name]:
                ready.append(name)
    if done == len(waits):
        return []
    return _walk(sources, {name for name, count in waits.items() if count})


def _walk(sources: Mapping[str, Sequence[str]], left: set[str]) -> list[str]:
    """From source to source among what is left, until one comes again."""
    place: dict[str, int] = {}
    name = min(left)
    while name not in place:
        place[name] = len(place)
        name = min(source for source in sources[name] if source in left)
    return list(place)[place[name] :]
